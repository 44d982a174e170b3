// Memory: arrays of the test are lent to the shim, with their own lengths.
import CLinux
import Glibc
import Sys
import Testing

/// The shim's frame reads and writes, over a pair of datagram sockets that stand for a tun device.
@Suite struct FrameReadTests {
  @Test(arguments: [(datagram: 12 + 40, result: 40), (12 + 41, Int(-EMSGSIZE)), (12, 0), (11, Int(-EIO))])
  func neverCutsAFrame(datagram: Int, result: Int) throws {
    var pair: [CInt] = [0, 0]
    let status = unsafe socketpair(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0, &pair)
    #expect(status == 0)
    let one = OwnedDescriptor(adopting: pair[0])
    let two = OwnedDescriptor(adopting: pair[1])
    let bytes = (0..<datagram).map { UInt8($0) }
    let written = unsafe clinux_write(one.rawValue, bytes, bytes.count)
    #expect(written == datagram)
    var memory = [UInt8](repeating: 0, count: 12 + 40 + 1)
    let (length, header) = unsafe memory.withUnsafeMutableBytes { memory in
      let frame = unsafe memory.baseAddress.unsafelyUnwrapped + 12
      return unsafe (clinux_read_frame(two.rawValue, frame, 40), clinux_read_header(frame))
    }
    #expect(length == result)
    if result == 40 {
      #expect(memory[12..<52] == bytes[12...])
      #expect(header.flags == 0)
      #expect(header.gso_type == 1)
      #expect(header.checksum_start == UInt16(littleEndian: 0x0706))
    }
  }
}
