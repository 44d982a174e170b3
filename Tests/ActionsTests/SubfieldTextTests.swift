import Actions
import Match
import Testing

@Suite struct SubfieldTextTests {
  /// Printed forms are those of ovs-ofctl 3.1.
  @Test(arguments: [
    ("reg0[0..15]", "NXM_NX_REG0[0..15]"),
    ("reg0", "NXM_NX_REG0[]"),
    ("NXM_NX_REG0[]", "NXM_NX_REG0[]"),
    ("reg15[0..31]", "NXM_NX_REG15[]"),
    ("eth_dst[40]", "NXM_OF_ETH_DST[40]"),
    ("dl_src[]", "NXM_OF_ETH_SRC[]"),
    ("OXM_OF_ETH_SRC[3]", "NXM_OF_ETH_SRC[3]"),
    ("OXM_OF_VLAN_VID[0..11]", "OXM_OF_VLAN_VID[]"),
    ("vlan_vid", "OXM_OF_VLAN_VID[]"),
    ("vlan_tci", "NXM_OF_VLAN_TCI[]"),
    ("metadata[63]", "OXM_OF_METADATA[63]"),
    ("OXM_OF_IPV4_SRC[]", "NXM_OF_IP_SRC[]"),
    ("nw_ttl", "NXM_NX_IP_TTL[]"),
    ("OXM_OF_IPV6_ND_TARGET[127]", "NXM_NX_ND_TARGET[127]"),
  ])
  func parsesAndPrints(text: String, printed: String) throws {
    let subfield = try Subfield.parse(text[...], at: 0)
    #expect(subfield.description == printed)
    #expect(try Subfield.parse(printed[...], at: 0) == subfield)
  }

  @Test(arguments: [
    ("reg99[]", "unknown field 'reg99'; did you mean 'reg9'?", 7),
    ("reg0[", "reg0: 'reg0[' is not a subfield: [], [bit] or [first..last]", 11),
    ("reg0[32]", "reg0 bit: 32 is out of range (0 to 31)", 12),
    ("reg0[5..3]", "reg0 last bit: 3 is out of range (5 to 31)", 15),
    ("reg0[0..33]", "reg0 last bit: 33 is out of range (0 to 31)", 15),
    ("reg0[a]", "reg0 bit: 'a' is not a number from 0 to 31, decimal or 0x hexadecimal", 12),
    ("vlan_vid[12]", "vlan_vid bit: 12 is out of range (0 to 11)", 16),
  ])
  func explainsItself(text: String, message: String, offset: Int) {
    let error = #expect(throws: FlowSyntaxError.self) { try Subfield.parse(text[...], at: 7) }
    #expect(error?.description == message)
    #expect(error?.offset == offset)
  }

  /// Every field with a wire form is found by it.
  @Test(arguments: Field.all)
  func findsFieldsByWireName(_ field: Field) {
    for name in [field.nxmName, field.oxmName].compactMap(\.self) {
      #expect(Field.namedOnWire(name) == field)
    }
  }
}
