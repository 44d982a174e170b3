import Bytes
import Match
import TestKit
import Testing

@Suite struct FieldOXMTests {
  /// Entries as `ovs-ofctl parse-oxm` of Open vSwitch 3.1 reads and writes them.
  static let golden: [(name: String, bytes: [UInt8], field: String, value: UInt128, mask: UInt128?)] = [
    ("NXM_OF_IN_PORT", [0, 0, 0, 2, 0xff, 0xfe], "in_port", 0xfffe, nil),
    ("OXM_OF_IN_PORT", [0x80, 0, 0, 4, 0xff, 0xff, 0xff, 0xfe], "in_port_oxm", 0xffff_fffe, nil),
    ("OXM_OF_ETH_TYPE", [0x80, 0, 0x0a, 2, 0x08, 0x06], "eth_type", 0x0806, nil),
    (
      "OXM_OF_ETH_DST_W", [0x80, 0, 0x07, 12, 1, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0], "eth_dst",
      0x0100_0000_0000,
      0x0100_0000_0000
    ),
    ("OXM_OF_VLAN_VID_W", [0x80, 0, 0x0d, 4, 0x10, 0, 0x10, 0], "vlan_vid", 0x1000, 0x1000),
    ("NXM_OF_VLAN_TCI", [0, 0, 0x08, 2, 0x70, 0x05], "vlan_tci", 0x7005, nil),
    ("NXM_OF_ARP_OP", [0, 0, 0x1e, 2, 0, 2], "arp_op", 2, nil),
    ("ONFOXM_ET_TCP_FLAGS", [0xff, 0xff, 0x54, 6, 0x4f, 0x4e, 0x46, 0, 0, 2], "tcp_flags", 2, nil),
    (
      "ONFOXM_ET_TCP_FLAGS_W", [0xff, 0xff, 0x55, 8, 0x4f, 0x4e, 0x46, 0, 0, 2, 0, 0x12], "tcp_flags", 2, 0x12
    ),
    ("OXM_OF_TCP_FLAGS", [0x80, 0, 0x54, 2, 0, 0x12], "tcp_flags", 0x12, nil),
  ]

  @Test(arguments: golden.indices)
  func reads(_ index: Int) throws {
    let row = Self.golden[index]
    var reader = ByteReader(row.bytes)
    let entry = try OXMEntry(from: &reader)
    #expect(reader.isEmpty)
    let field = try #require(Field.named(row.field))
    #expect(entry == OXMEntry(field, value: row.value, mask: row.mask), "\(row.name)")
  }

  static let refused: [(name: String, bytes: [UInt8], code: OpenFlowErrorCode)] = [
    ("unknown field", [0x80, 0, 0x7e, 1, 0], .badField),
    ("known field of another length", [0x80, 0, 0x0a, 4, 0, 0, 8, 0], .badField),
    ("unknown experimenter", [0xff, 0xff, 0x54, 6, 0, 0, 0x23, 0x20, 0, 2], .badField),
    ("mask on eth_type", [0x80, 0, 0x0b, 4, 8, 0, 0xff, 0], .badMask),
    ("value outside the mask", [0x80, 0, 0x0d, 4, 0x10, 1, 0x10, 0], .badWildcards),
    ("VID of 14 bits", [0x80, 0, 0x0c, 2, 0x30, 5], .badValue),
    ("ARP opcode above 255", [0, 0, 0x1e, 2, 1, 2], .badValue),
    ("TOS with ECN bits", [0, 0, 0x0a, 1, 0xb9], .badValue),
    ("port between the ranges", [0x80, 0, 0, 4, 0, 1, 0, 0], .badValue),
    ("no payload", [0x80, 0, 0x0a, 0], .badMatchLength),
    ("odd payload with a mask", [0x80, 0, 0x0b, 3, 8, 0, 0xff], .badMatchLength),
    ("experimenter without room", [0xff, 0xff, 0x54, 2, 0x4f, 0x4e, 0x46, 0], .badMatchLength),
    ("cut off in the header", [0x80, 0, 0x0a], .badMatchLength),
    ("cut off in the value", [0x80, 0, 0x0a, 2, 8], .badMatchLength),
  ]

  @Test(arguments: refused.indices)
  func refuses(_ index: Int) {
    let row = Self.refused[index]
    var reader = ByteReader(row.bytes)
    do throws(OpenFlowError) {
      let entry = try OXMEntry(from: &reader)
      Issue.record("\(row.name) read as \(entry)")
    } catch {
      #expect(error.code == row.code, "\(row.name)")
    }
  }

  @Test(arguments: Field.all)
  func everyFieldComesBack(_ field: Field) throws {
    var random = SeededGenerator(seed: 5)
    for version in OpenFlowVersion.allCases where field.header(in: version) != nil {
      let value = field.arbitraryValue(using: &random)
      var entries = [OXMEntry(field, value: value)]
      if field.maskRule == .any {
        entries.append(OXMEntry(field, value: value & 0x55, mask: 0x7f & field.allOnes))
      }
      for entry in entries {
        var writer = ByteWriter()
        entry.encode(to: &writer, version: version)
        var reader = ByteReader(writer.bytes)
        let back = try OXMEntry(from: &reader)
        #expect(back == entry && reader.isEmpty)
      }
    }
  }

  @Test func portsWidenAndNarrow() {
    for number in UInt16.min...UInt16.max {
      let port = PortNumber(rawValue: number)
      if PortNumber(wide: port.wide) != port { Issue.record("port \(number)") }
    }
    #expect(PortNumber.local.wide == 0xffff_fffe)
    #expect(PortNumber(wide: 0xff00) == nil)
    #expect(PortNumber(wide: 0xffff_feff) == nil)
  }
}
