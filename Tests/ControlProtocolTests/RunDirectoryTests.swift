import ControlProtocol
import Testing

@Suite struct RunDirectoryTests {
  /// Of all paths in it the longest is that of a bridge whose name has 15 bytes.
  @Test(arguments: [(85, true), (86, false)])
  func knowsWhetherItsSocketsHaveRoom(byteCount: Int, fits: Bool) {
    let directory = RunDirectory(path: "/" + String(repeating: "d", count: byteCount - 1))
    let longest = directory.snoopSocket(bridge: String(repeating: "b", count: 15))
    #expect((longest.utf8.count <= 107) == fits)
    #expect(directory.hasRoomForSockets == fits)
  }
}
