import Match
import OpenFlow
import TestKit
import Testing

/// Some nine thousand messages of Open vSwitch 3.1 in six versions; Tests/Golden/recorder wrote them down.
@Suite struct CorpusTests {
  @Test func coversEveryKindInEveryVersion() {
    let seen = Set(GoldenMessage.all.filter { $0.source != .malformed }.map { "\($0.kind) \($0.version)" })
    #expect(GoldenMessage.all.count > 9000)
    for kind in MessageKind.allCases {
      for version in OpenFlowVersion.allCases where kind.exists(in: version) {
        let name = "\(kind.name) \(version.rawValue)"
        #expect(seen.contains(name), "no record of \(name)")
      }
    }
  }

  @Test func printsTheSameText() {
    report("text", GoldenMessage.all.filter { $0.source != .malformed }, CorpusCheck.text)
  }

  @Test func printsWhatIsWrongWithMalformedOnes() {
    report("malformed", GoldenMessage.all(from: [.malformed]), CorpusCheck.text)
  }

  @Test func writesTheSameBytes() {
    report("bytes", GoldenMessage.all.filter { $0.source != .malformed }, CorpusCheck.bytes)
  }

  /// Three messages of each kind and version.
  private static let samples: [GoldenMessage] = {
    var count: [String: Int] = [:]
    return GoldenMessage.all.filter { message in
      count["\(message.kind) \(message.version)", default: 0] += 1
      return count["\(message.kind) \(message.version)"] ?? 0 <= 3 && message.bytes.count < 600
    }
  }()

  @Test func survivesEveryTruncation() {
    for message in Self.samples {
      for count in 8..<max(8, message.bytes.count) {
        CorpusCheck.survives(CorpusCheck.cut(message.bytes, to: count))
      }
    }
  }

  @Test func survivesLiesAndFlippedBits() {
    var random = SeededGenerator(seed: 7)
    for message in Self.samples {
      for _ in 0..<30 {
        var bytes = message.bytes
        let place = Int.random(in: 8..<max(9, bytes.count), using: &random)
        guard place < bytes.count else { break }
        switch Int.random(in: 0..<3, using: &random) {
        case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 1: bytes[place] = [0, 1, 4, 8, 0x7f, 0xff].randomElement(using: &random) ?? 0
        default:
          let length = [0, 1, 3, 4, 7, 8, 9, 16, 0xffff].randomElement(using: &random) ?? 0
          let even = place & ~1
          guard even + 1 < bytes.count else { break }
          (bytes[even], bytes[even + 1]) = (UInt8(length >> 8), UInt8(length & 255))
        }
        CorpusCheck.survives(bytes)
      }
    }
  }

  /// Fails for kinds of which more messages have a problem than are known to.
  private func report(_ name: String, _ messages: [GoldenMessage], _ check: (GoldenMessage) -> String?) {
    var problems: [String: [String]] = [:]
    for message in messages {
      if let problem = check(message) { problems[message.kind, default: []].append(problem) }
    }
    for (kind, found) in problems.sorted(by: { $0.key < $1.key }) {
      #expect(
        found.count <= CorpusGaps.allowed(name, kind),
        "\(found.count) of \(kind), such as\n\(found.prefix(3).joined(separator: "\n"))")
    }
  }
}
