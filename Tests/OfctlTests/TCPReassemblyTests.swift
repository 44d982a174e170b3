import Testing

@testable import Ofctl

@Suite struct TCPReassemblyTests {
  /// A segment of one connection. RFC 9293 section 3.1.
  private func frame(_ sequence: UInt32, _ payload: [UInt8], isSYN: Bool = false) -> [UInt8] {
    let ethernet: [UInt8] = Array(repeating: 2, count: 12) + [0x08, 0x00]
    let length = UInt16(40 + payload.count)
    var ip: [UInt8] = [0x45, 0, UInt8(length >> 8), UInt8(length & 0xff), 0, 0, 0, 0, 64, 6, 0, 0]
    ip += [10, 0, 0, 1, 10, 0, 0, 2]
    let numbers = (0..<4).map { UInt8(truncatingIfNeeded: sequence >> UInt32(24 - 8 * $0)) }
    let tcp = [0x19, 0xfd, 0x80, 0x00] + numbers + [0, 0, 0, 0, 0x50, isSYN ? 2 : 0x18, 0, 0, 0, 0, 0, 0]
    // Behind the packet there may be padding.
    return ethernet + ip + tcp + payload + [0xee, 0xee]
  }

  @Test func ordersAndDropsRepetitions() {
    var reassembly = TCPReassembly()
    #expect(reassembly.add(frame(.max, [], isSYN: true)[...])?.starts == true)
    #expect(reassembly.add(frame(0, [1, 2])[...])?.bytes == [1, 2])
    #expect(reassembly.add(frame(4, [5, 6])[...])?.bytes == [])
    #expect(reassembly.add(frame(0, [1, 2])[...])?.bytes == [])
    #expect(reassembly.add(frame(1, [2, 3, 4])[...])?.bytes == [3, 4, 5, 6])
    #expect(reassembly.add(frame(100, [], isSYN: true)[...])?.starts == true)
    #expect(reassembly.add(frame(101, [7])[...])?.bytes == [7])
  }

  @Test func survivesTruncations() {
    let whole = frame(5, [1, 2, 3])
    for count in 0..<whole.count {
      var reassembly = TCPReassembly()
      _ = reassembly.add(whole[..<count])
    }
    for count in 0..<64 {
      #expect(throws: (any Error).self) { try CaptureReader(Array(repeating: 0xff, count: count)) }
    }
  }
}
