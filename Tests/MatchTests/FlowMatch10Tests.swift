import Bytes
import Match
import TestKit
import Testing

@Suite struct FlowMatch10Tests {
  /// What `ovs-ofctl -O OpenFlow10` of Open vSwitch 3.1 sent, and the same match as it wrote it in NXM.
  static let golden: [(name: String, v10: String, nxm: String)] = [
    (
      "tcp,in_port=1,nw_src=10.0.0.0/24,tp_dst=80",
      "0038084e 0001 000000000000 000000000000 0000 00 00 0800 00 06 0000 0a000000 00000000 0000 0050",
      "000000020001 000006020800 00000f080a000000ffffff00 00000c0106 000014020050"
    ),
    (
      "tcp,in_port=1,nw_src=10.0.0.0/24,dl_vlan=5,tp_dst=80",
      "0038084c 0001 000000000000 000000000000 0005 00 00 0800 00 06 0000 0a000000 00000000 0000 0050",
      "000000020001 000006020800 000009041005 1fff 00000f080a000000ffffff00 00000c0106 000014020050"
    ),
    ("every frame", "003820ff" + String(repeating: "00", count: 36), ""),
    (
      "vlan_tci=0", "003820fd 0000 000000000000 000000000000 ffff 00 00" + String(repeating: "00", count: 18),
      "000008020000"
    ),
    (
      "arp,arp_op=1,arp_spa=10.0.0.1",
      "003800cf 0000 000000000000 000000000000 0000 00 00 0806 00 01 0000 0a000001 00000000 0000 0000",
      "000006020806 00001e020001 000020040a000001"
    ),
    (
      "icmp,icmp_type=8,icmp_code=0,nw_tos=32",
      "0018200f 0000 000000000000 000000000000 0000 00 00 0800 20 01 0000 00000000 00000000 0008 0000",
      "000006020800 00000a0120 00000c0101 00001a0108 00001c0100"
    ),
  ]

  @Test(arguments: golden.indices)
  func readsAndWrites(_ index: Int) throws {
    let row = Self.golden[index]
    let wire = bytes(row.v10)
    // `struct ofp_match`.
    #expect(wire.count == 40)
    var reader = ByteReader(wire)
    let match = try FlowMatch(v10: &reader)
    #expect(hex(match.encodedNXM()) == hex(bytes(row.nxm)), "\(row.name)")
    var writer = ByteWriter()
    match.encode10(to: &writer)
    #expect(hex(writer.bytes) == hex(wire), "\(row.name)")
    #expect(match.fieldsBeyond10.isEmpty)
  }

  static let beyond: [(name: String, nxm: String, fields: [String])] = [
    ("a register", "0001000400000005", ["reg0"]),
    ("a masked address", "0000030c010000000000010000000000", ["eth_dst"]),
    ("a mask that is no prefix", "000006020800 00000f080a000001ff0000ff", ["ip_src"]),
    ("TCP flags", "000006020800 00000c0106 0001450400020012", ["tcp_flags"]),
    ("any tag", "0000090410001000", ["vlan_tci", "vlan_vid"]),
    ("IPv6 addresses", "0000060286dd 00012610fe800000000000000000000000000001", ["ipv6_src"]),
  ]

  @Test(arguments: beyond.indices)
  func saysWhatIsLost(_ index: Int) throws {
    let row = Self.beyond[index]
    let match = try FlowMatch.decodeNXM(bytes(row.nxm)[...]).match
    #expect(match.fieldsBeyond10.map(\.name) == row.fields, "\(row.name)")
  }

  @Test func ignoresFieldsWithoutTheirPrerequisite() throws {
    // All fields given, eth_type 0x88cc: only those of the Ethernet header count.
    var reader = ByteReader(
      bytes("0000000000010200000000010200000000020005030088cc2006000001020304050607080001 0002"))
    let match = try FlowMatch(v10: &reader)
    #expect(
      hex(match.encodedNXM())
        == "00000002000100000406020000000001000002060200000000020000060288cc000008027005")
  }

  @Test func everyMatchThatIsReadIsWrittenBack() throws {
    var generator = SeededGenerator(seed: 0x10)
    let protocols: [UInt8] = [1, 6, 17, 58, 132, 2]
    let types: [[UInt8]] = [[0x08, 0x00], [0x86, 0xdd], [0x08, 0x06], [0x88, 0xcc]]
    for round in 0..<2000 {
      var wire = (0..<40).map { _ in UInt8.random(in: 0...255, using: &generator) }
      if let type = types.randomElement(using: &generator) { wire.replaceSubrange(22..<24, with: type) }
      if let number = protocols.randomElement(using: &generator) { wire[25] = number }
      (wire[36], wire[38]) = (0, 0)
      var reader = ByteReader(wire)
      let match = try FlowMatch(v10: &reader)
      var writer = ByteWriter()
      match.encode10(to: &writer)
      var again = ByteReader(writer.bytes)
      if try FlowMatch(v10: &again) != match || !match.fieldsBeyond10.isEmpty {
        Issue.record("seed 0x10, round \(round): \(hex(wire)) came back as \(hex(writer.bytes))")
      }
    }
  }

  @Test func refusesShortMatchesAndICMPTypesBeyondAByte() {
    let wire = bytes(
      "0018200f 0000 000000000000 000000000000 0000 00 00 0800 20 01 0000 00000000 00000000 0108 0000")
    for (count, code) in [(35, OpenFlowErrorCode.badLength), (40, .badValue)] {
      var reader = ByteReader(Array(wire.prefix(count)))
      do throws(OpenFlowError) {
        let match = try FlowMatch(v10: &reader)
        Issue.record("\(count) bytes read as \(match)")
      } catch {
        #expect(error.code == code)
      }
    }
  }
}
