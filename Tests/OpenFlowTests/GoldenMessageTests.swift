import Match
import TestKit
import Testing

@testable import OpenFlow

/// All that real Open vSwitch and its clients said in six versions: printed as `ovs-ofctl` prints it, read and
/// written again byte for byte, and read whatever is cut off or damaged.
@Suite struct GoldenMessageTests {
  static let kinds: [String] = Set(GoldenMessage.all.map(\.kind)).sorted()

  /// What is printed differently, by a part of the record's name, and why.
  static let printedDifferently: [(part: String, why: String)] = [
    ("flow format 7", "a format that is not known is refused, not shown"),
    (
      "mod-table vacancy",
      "Open vSwitch's own reply has a length that is wrong; what comes before is not shown"
    ),
    ("resumed", "a resumed frame quotes its continuation"),
    ("paused", "what is in a continuation is the business of the switch that wrote it"),
    ("tag pushed", "frames are shown with the fields of the field table"),
    ("no match, tagged", "frames are shown with the fields of the field table"),
    ("tun_metadata", "a match of some of an option's bytes is shown with its mask"),
  ]
  /// What is written differently.
  static let writtenDifferently: [(part: String, why: String)] = [
    ("flow format 7", "a format that is not known is refused"),
    ("mod-table vacancy", "Open vSwitch's own reply has a length that is wrong"),
    ("resumed without", "properties that were absent are written with their defaults"),
    (
      "1.1 sent [OFPST_FLOW reply: dump-flows]",
      "fields that 1.1 has no name for are written under those of NXM"
    ),
    ("tun_metadata", "an option whose bytes all count is written without a mask"),
  ]

  @Test(arguments: kinds)
  func printsAsOpenVSwitch(_ kind: String) {
    for message in GoldenMessage.all where message.kind == kind {
      guard !Self.printedDifferently.contains(where: { message.label.contains($0.part) }) else { continue }
      let text = MessagePrinter.text(of: message.bytes, style: .init(verbosity: 2))
      #expect(text == message.text(), "\(message)")
    }
  }

  @Test(arguments: kinds)
  func writesWhatItRead(_ kind: String) throws {
    for message in GoldenMessage.all where message.kind == kind && message.source != .malformed {
      guard !Self.writtenDifferently.contains(where: { message.description.contains($0.part) }) else {
        continue
      }
      let frame = try #require(Self.frame(message.bytes))
      let head = try MessageHead(frame)
      let decoded = try OpenFlowMessage.decode(frame)
      var again = decoded.payload.messages(version: head.version, xid: frame.header.xid)
      if head.kind == .niciraFlowMod, case .request(.flowMod(let mod)) = decoded {
        again = [
          FlowModMessage(mod, form: .init(isNicira: true)).encode(
            version: head.version, xid: frame.header.xid)
        ]
      }
      #expect(again.map { hex($0) } == [hex(message.bytes)], "\(message)")
    }
  }

  @Test(arguments: kinds)
  func survivesDamage(_ kind: String) throws {
    var random = SeededGenerator(seed: 0x60)
    for message in GoldenMessage.all.filter({ $0.kind == kind }).prefix(12) {
      let count = message.bytes.count
      for length in stride(from: 8, to: count, by: max(1, count / 150)) {
        var cut = Array(message.bytes.prefix(length))
        (cut[2], cut[3]) = (UInt8(length >> 8), UInt8(length & 0xff))
        Self.print(cut)
      }
      for _ in 0..<150 {
        var damaged = message.bytes
        for _ in 0...Int.random(in: 0..<3, using: &random) {
          let place = Int.random(in: 4..<count, using: &random)
          switch Int.random(in: 0..<3, using: &random) {
          case 0: damaged[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
          case 1: damaged[place] = [0, 1, 0x7f, 0x80, 0xff].randomElement(using: &random) ?? 0
          default: damaged[place] = UInt8.random(in: 0...255, using: &random)
          }
        }
        Self.print(damaged)
      }
    }
  }

  /// Decodes, prints and writes.
  private static func print(_ bytes: [UInt8]) {
    _ = MessagePrinter.text(of: bytes)
    guard let frame = frame(bytes), let head = try? MessageHead(frame),
      let message = try? OpenFlowMessage.decode(frame)
    else { return }
    _ = message.payload.messages(version: head.version, xid: 1)
  }

  private static func frame(_ bytes: [UInt8]) -> OpenFlowFrame? {
    var splitter = OpenFlowFrameSplitter()
    splitter.append(bytes)
    return try? splitter.next()
  }
}
