import Match
import OpenFlow
import TestKit

/// Random OpenFlow messages of every type, in streams cut anywhere: each is decoded or refused with an error.
enum MessageFuzz {
  static func run(count: Int, seed: UInt64) -> [String] {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<count {
      let version = Bool.random(using: &random) ? OpenFlowVersion.v10 : .v13
      var message = self.message(version, &random)
      if Int.random(in: 0..<50, using: &random) == 0 {
        message.removeLast(Int.random(in: 0...message.count, using: &random))
      }
      var splitter = OpenFlowFrameSplitter()
      let cut = Int.random(in: 0...message.count, using: &random)
      splitter.append(message[..<cut])
      _ = try? splitter.next()
      splitter.append(message[cut...])
      while let frame = try? splitter.next() {
        _ = try? OpenFlowRequest.decode(frame, version: version, hasTableID: Bool.random(using: &random))
      }
    }
    return []
  }

  private static func message(_ version: OpenFlowVersion, _ random: inout SeededGenerator) -> [UInt8] {
    var body: [UInt8] = []
    let words = Int.random(in: 0...40, using: &random)
    for _ in 0..<words {
      // Small numbers are codes, types and lengths; the rest is what random bytes seldom hit.
      switch Int.random(in: 0..<6, using: &random) {
      case 0: body += ByteSum.bytes(UInt16.random(in: 0...40, using: &random))
      case 1: body += ByteSum.bytes(UInt16.random(in: 0...9, using: &random) * 8)
      case 2: body += [0, 0, 0, 0]
      case 3:
        body += [
          0x80, 0x00, UInt8.random(in: 0...90, using: &random),
          [1, 2, 4, 6, 8, 16].randomElement(using: &random) ?? 4,
        ]
      case 4: body += [0xff, 0xff, 0, 16, 0, 0, 0x23, 0x20]
      default: body += ByteSum.bytes(UInt32.random(in: 0...UInt32.max, using: &random))
      }
    }
    let length = UInt16(8 + body.count)
    return [version.rawValue, UInt8.random(in: 0...30, using: &random)] + ByteSum.bytes(length) + [
      0, 0, 0, 1,
    ] + body
  }
}
