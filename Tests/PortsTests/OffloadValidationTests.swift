import Bytes
@testable import Ports
import Testing

@Suite struct OffloadValidationTests {
  struct Case: CustomTestStringConvertible {
    var testDescription: String
    var change: @Sendable (inout Bench.Frame) -> Void
    init(_ name: String, _ change: @escaping @Sendable (inout Bench.Frame) -> Void) {
      testDescription = name
      self.change = change
    }
  }

  @Test(arguments: [
    Case("checksum behind the frame") { $0.offload.checksumStart = UInt16($0.bytes.count - 17) },
    Case("checksum far behind the frame") { $0.offload.checksumStart = .max },
    Case("checksum inside the Ethernet header") { $0.offload.checksumStart = 13 },
    Case("not the checksum of TCP") { $0.offload.checksumOffset = 6 },
    Case("empty segments") { $0.offload.segmentSize = 0 },
    Case("unknown type") { $0.offload.gsoType = 2 },
    Case("UDP fragmentation") { $0.offload.gsoType = OffloadHeader.GSO.udp },
    Case("ECN without TCP") { $0.offload.gsoType = OffloadHeader.GSO.ecn },
    Case("ECN with UDP") { $0.offload.gsoType = OffloadHeader.GSO.udpL4 | OffloadHeader.GSO.ecn },
    Case("segments with a finished checksum") { $0.offload.flags = 0 },
    Case("TCP header of 16 bytes") { $0.bytes[46] = 0x40 },
    Case("TCP header longer than the frame") {
      $0.bytes[46] = 0xf0
      $0.bytes = Array($0.bytes.prefix(60))
    },
    Case("frame cut inside the TCP header") { $0.bytes = Array($0.bytes.prefix(52)) },
    Case("no frame at all") { $0.bytes = [] },
  ])
  func refuses(_ row: Case) {
    var frame = LargeFrames.tcp4(payload: 3000, segment: 1448)
    let before = frame.offload.validated(for: frame.bytes.rawSpan)
    #expect(before == frame.offload)
    row.change(&frame)
    let after = frame.offload.validated(for: frame.bytes.rawSpan)
    #expect(after == nil)
  }

  @Test func correctsTheHeaderLengthAndForgetsWhatDoesNotApply() {
    var frame = LargeFrames.tcp4(payload: 3000, segment: 1448)
    let truth = frame.offload
    frame.offload.headerLength = 9
    frame.offload.flags |= OffloadHeader.Flags.dataValid | 0xf0
    let corrected = frame.offload.validated(for: frame.bytes.rawSpan)
    #expect(corrected == truth)

    frame.offload.flags = OffloadHeader.Flags.dataValid
    frame.offload.gsoType = 0
    let valid = frame.offload.validated(for: frame.bytes.rawSpan)
    var expected = OffloadHeader()
    expected.flags = OffloadHeader.Flags.dataValid
    #expect(valid == expected)
  }
}
