import Match
import Testing

@testable import OpenFlow

/// The controller's side reads what the switch's side writes.
@Suite struct SwitchMessageTests {
  struct Row: Sendable, CustomTestStringConvertible {
    var message: SwitchMessage
    var encoded: [UInt8]
    var text: String
    var testDescription: String { text }
  }

  static let rows = [
    Row(
      message: .packetIn(GoldenReply.packetIn()),
      encoded: GoldenReply.packetIn().encode(version: .v13, format: .standard),
      text: """
        packet_in: reason=action table=0 cookie=0x77 length=25 reg3=0x7,in_port=1 frame: vlan_tci=0x0000,\
        dl_src=02:00:00:00:00:02,dl_dst=02:00:00:00:00:01,dl_type=0x88cc
        """),
    Row(
      message: .portStatus(PortStatus(.delete, GoldenReply.p2)),
      encoded: PortStatus(.delete, GoldenReply.p2).encode(version: .v13),
      text: "port_status: reason=delete port=2 name=p2 link=up"),
    Row(
      message: .flowRemoved(removed), encoded: removed.encode(version: .v13, format: .openFlow10),
      text: """
        flow_removed: reason=hard_timeout table=3 cookie=0xabc n_packets=7 n_bytes=420 priority=9,tcp,tp_dst=80
        """),
    Row(
      message: .echoRequest([1, 2]), encoded: bytes("0402000a000000010102"), text: "echo request"),
    Row(message: .other(type: 21), encoded: bytes("0415000800000001"), text: "message of type 21"),
  ]

  private static var removed: FlowRemoved {
    var match = FlowMatch()
    match.set(Slot(FlowKey.Word.ethernetDestination, 0, 16), to: 0x0800)
    match.set(Slot(FlowKey.Word.ip, 24, 8), to: 6)
    match.set(Slot(FlowKey.Word.transport, 32, 16), to: 80)
    return FlowRemoved(
      reason: .hardTimeout, table: 3, priority: 9, match: match, cookie: 0xabc, hardTimeout: 5,
      duration: .milliseconds(5_250), packets: 7, bytes: 420)
  }

  private static func frame(_ encoded: [UInt8]) throws -> OpenFlowFrame {
    var splitter = OpenFlowFrameSplitter()
    splitter.append(encoded)
    return try #require(try splitter.next())
  }

  @Test(arguments: rows)
  func readsAndPrints(_ row: Row) throws {
    let message = try SwitchMessage.decode(try Self.frame(row.encoded))
    #expect(message == row.message)
    #expect("\(message)" == row.text)
  }

  /// Whatever is cut off or damaged: refused or read, and what is read can be printed.
  @Test(arguments: rows)
  func survivesDamage(_ row: Row) throws {
    var random = SplitMix64(seed: 0x51)
    var whole = try Self.frame(row.encoded)
    for length in 8...whole.bytes.count {
      var cut = whole
      cut.bytes = Array(whole.bytes.prefix(length))
      _ = try? "\(SwitchMessage.decode(cut))"
    }
    for _ in 0..<2000 {
      let byte = Int.random(in: 8..<max(9, whole.bytes.count), using: &random)
      guard byte < whole.bytes.count else { break }
      let old = whole.bytes[byte]
      whole.bytes[byte] ^= UInt8.random(in: 1...255, using: &random)
      _ = try? "\(SwitchMessage.decode(whole))"
      if Bool.random(using: &random) { whole.bytes[byte] = old }
    }
  }
}
