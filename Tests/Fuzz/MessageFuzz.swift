import Match
import OpenFlow
import TestKit

/// Random OpenFlow messages of every type and recorded ones with bytes exchanged, in streams cut anywhere: each is
/// decoded or refused with an error, and printed.
enum MessageFuzz {
  static func run(count: Int, seed: UInt64) -> [String] {
    var random = SeededGenerator(seed: seed)
    for number in 0..<count {
      if number % 2 == 0 {
        let start = ContinuousClock.now
        let message = mutated(&random)
        look(at: message)
        if ContinuousClock.now - start > longest { return ["more than \(longest): \(hex(message))"] }
        continue
      }
      let version = OpenFlowVersion.allCases.randomElement(using: &random) ?? .v13
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

  /// One message is at most 64 KiB: that is not much to read and to print.
  private static let longest = Duration.seconds(2)

  /// A recorded message with bits flipped, bytes and lengths exchanged, pieces doubled or cut out.
  private static func mutated(_ random: inout SeededGenerator) -> [UInt8] {
    guard var bytes = GoldenMessage.all.randomElement(using: &random)?.bytes else { return [] }
    for _ in 0...Int.random(in: 0...3, using: &random) {
      let place = Int.random(in: 0..<max(1, bytes.count), using: &random)
      guard place + 8 < bytes.count else { continue }
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 2:
        bytes.replaceSubrange(
          (place & ~1)..<(place & ~1) + 2, with: ByteSum.bytes(UInt16.random(in: 0...80, using: &random)))
      case 3: bytes.removeSubrange((place & ~7)..<(place & ~7) + 8)
      case 4: bytes.insert(contentsOf: bytes[(place & ~7)..<(place & ~7) + 8], at: place & ~7)
      default: bytes.removeLast(bytes.count - place)
      }
    }
    guard bytes.count >= 8 else { return bytes }
    if Int.random(in: 0..<8, using: &random) > 0 {
      bytes.replaceSubrange(2..<4, with: ByteSum.bytes(UInt16(min(bytes.count, 65_535))))
    }
    if Int.random(in: 0..<8, using: &random) == 0 { bytes[0] = UInt8.random(in: 0...7, using: &random) }
    return bytes
  }

  /// Decodes, writes again and prints.
  private static func look(at bytes: [UInt8]) {
    var splitter = OpenFlowFrameSplitter()
    splitter.append(bytes)
    if let frame = try? splitter.next(), let message = try? OpenFlowMessage.decode(frame) {
      for version in OpenFlowVersion.allCases { _ = message.payload.messages(version: version, xid: 1) }
    }
    for verbosity in [0, 4] { _ = MessagePrinter.text(of: bytes, style: .init(verbosity: verbosity)) }
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
