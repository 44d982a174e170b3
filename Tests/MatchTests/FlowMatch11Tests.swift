import Bytes
import Match
import OVSOracle
import TestKit
import Testing

@Suite struct FlowMatch11Tests {
  /// Head, addresses of Ethernet, VLAN to protocol, addresses of IP and ports, MPLS and metadata of a match that
  /// says nothing but `changes`: place and bytes.
  private static func match(_ changes: (Int, [UInt8])...) -> [UInt8] {
    let none = String(repeating: "ff", count: 6)
    let zeros = String(repeating: "00", count: 6)
    var result = bytes("0000 0058 00000000 000003ff" + zeros + none + zeros + none + "0000000000000000")
    result += bytes(
      "00000000ffffffff00000000ffffffff 00000000 0000000000000000 0000000000000000ffffffffffffffff")
    for (place, bytes) in changes { result.replaceSubrange(place..<(place + bytes.count), with: bytes) }
    return result
  }

  /// Places of the wildcards' low half, VLAN, EtherType, protocol, IP addresses, ports, label, metadata.
  static let golden: [(text: String, bytes: [UInt8])] = [
    ("", match()),
    ("in_port=LOCAL", match((4, [0xff, 0xff, 0xff, 0xfe]), (10, [3, 0xfe]))),
    ("dl_src=00:01:02:03:04:05", match((12, [0, 1, 2, 3, 4, 5, 0, 0, 0, 0, 0, 0]))),
    ("dl_dst=01:00:00:00:00:00/01:00:00:00:00:00", match((24, [1, 0, 0, 0, 0, 0, 0xfe]))),
    ("dl_vlan=291", match((10, [3, 0xfd]), (36, [1, 0x23]))),
    ("vlan_tci=0x0000", match((10, [3, 0xfd]), (36, [0xff, 0xff]))),
    ("vlan_tci=0x1000/0x1000", match((10, [3, 0xfd]), (36, [0xff, 0xfe]))),
    ("dl_vlan_pcp=4", match((10, [3, 0xf9]), (36, [0xff, 0xfe, 4]))),
    ("dl_vlan=10,dl_vlan_pcp=6", match((10, [3, 0xf9]), (36, [0, 10, 6]))),
    ("ip,nw_tos=252", match((10, [3, 0xe7]), (40, [8, 0, 0xfc]))),
    ("arp,arp_op=2", match((10, [3, 0xd7]), (40, [8, 6, 0, 2]))),
    (
      "ip,nw_src=192.168.128.0/24",
      match((10, [3, 0xf7]), (40, [8, 0]), (44, [0xc0, 0xa8, 0x80, 0, 0, 0, 0, 0xff]))
    ),
    ("tcp,tp_src=443", match((10, [3, 0x97]), (40, [8, 0, 0, 6]), (60, [1, 0xbb]))),
    ("icmp,icmp_code=8", match((10, [3, 0x57]), (40, [8, 0, 0, 1]), (62, [0, 8]))),
    ("sctp,tp_dst=443", match((10, [3, 0x57]), (40, [8, 0, 0, 132]), (62, [1, 0xbb]))),
    ("mpls,mpls_label=284280", match((10, [2, 0xf7]), (40, [0x88, 0x47]), (64, [0, 4, 0x56, 0x78]))),
    ("mplsm,mpls_tc=2", match((10, [1, 0xf7]), (40, [0x88, 0x48]), (68, [2]))),
    (
      "metadata=0x5555555555555555/0x5555555555555555",
      match((72, [UInt8](repeating: 0x55, count: 8) + [UInt8](repeating: 0xaa, count: 8)))
    ),
  ]

  @Test(arguments: golden.indices)
  func readsAndWrites(_ index: Int) throws {
    let row = Self.golden[index]
    #expect(row.bytes.count == 88)
    let match = try FlowMatch(parsing: row.text[...])
    var writer = ByteWriter()
    match.encode(to: &writer, version: .v11)
    #expect(hex(writer.bytes) == hex(row.bytes), "\(row.text)")
    #expect(try Self.read(row.bytes).description == row.text)
    #expect(match.fieldsBeyond11.isEmpty)
  }

  static let refused: [(name: String, bytes: [UInt8], code: OpenFlowErrorCode)] = [
    ("port", match((4, [0x12, 0x34, 0x56, 0x78]), (10, [3, 0xfe])), .badValue),
    ("VID", match((10, [3, 0xfd]), (36, [0x12, 0x34])), .badValue),
    ("priority", match((10, [3, 0xf9]), (36, [0, 10, 8])), .badValue),
    ("TOS", match((10, [3, 0xe7]), (40, [8, 0, 1])), .badValue),
    ("ICMP type", match((10, [3, 0x97]), (40, [8, 0, 0, 1]), (60, [1, 0])), .badField),
    ("length", match((2, [0, 0x50])), .badMatchLength),
    ("type", match((0, [0, 7])), .badMatchType),
    ("cut off", Array(match().dropLast()), .badMatchLength),
  ]

  @Test(arguments: refused.indices)
  func refuses(_ index: Int) {
    let row = Self.refused[index]
    let error = #expect(throws: OpenFlowError.self, "\(row.name)") { try Self.read(row.bytes) }
    #expect(error?.code == row.code, "\(row.name)")
  }

  private static func read(_ bytes: [UInt8]) throws(OpenFlowError) -> FlowMatch {
    var reader = ByteReader(bytes)
    return try FlowMatch(v11OrOXM: &reader)
  }

  /// Random matches as the real `ovs-ofctl` reads and writes them.
  @Test func agreesWithOpenVSwitch() {
    var random = SeededGenerator(seed: 11)
    var matches: [FlowMatch] = []
    while matches.count < 200 {
      var match = FlowMatch.arbitrary(using: &random)
      for field in match.fieldsBeyond11 { match.set(field, to: 0, mask: 0) }
      if match.fieldsBeyond11.isEmpty, match.tunnelMetadata.isEmpty { matches.append(match) }
    }
    let lines = matches.map { match in
      var writer = ByteWriter()
      match.encode11(to: &writer)
      return hex(writer.bytes)
    }
    let path = OVSOfctl.temporaryFile(holding: lines.joined(separator: "\n") + "\n")
    defer { OVSOfctl.unlink(path) }
    let (text, succeeded) = OVSOfctl.run(["parse-ofp11-match"], input: path)
    let printed = text.split(separator: "\n", omittingEmptySubsequences: false).filter { !$0.isEmpty }
    #expect(succeeded && printed.count >= matches.filter { !$0.isEmpty }.count, "\(text)")
    for (match, line) in zip(matches.filter { !$0.isEmpty }, printed) where match.description != line {
      Issue.record("\(match) is read as \(line)")
    }
  }

  @Test func survivesDamage() {
    var random = SeededGenerator(seed: 12)
    for row in Self.golden {
      for count in 0..<row.bytes.count {
        #expect(throws: OpenFlowError.self) { try Self.read(Array(row.bytes.prefix(count))) }
      }
      for _ in 0..<200 {
        var wire = row.bytes
        wire[Int.random(in: 4..<88, using: &random)] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        guard let match = try? Self.read(wire) else { continue }
        var writer = ByteWriter()
        match.encode11(to: &writer)
        if (try? Self.read(writer.bytes)) != match { Issue.record("\(hex(wire)) does not come back") }
      }
    }
  }
}
