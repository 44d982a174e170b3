import Actions
import Bytes
import Match
import TestKit
import Testing

@Suite struct ActionCodecTests {
  @Test func writesWhatOpenVSwitchWrites() throws {
    for row in CapturedActions.all {
      let match = try FlowMatch(parsing: row.match[...])
      let actions = try ActionList.parse(row.actions[...], at: 0)
      if let expected = row.v10 {
        try ActionList.validate(actions, for: match, table: 0)
        #expect(hex(ActionCodec.encode(actions, version: .v10, for: match)) == expected, "1.0 \(row.actions)")
      }
      if let expected = row.v13 {
        try ActionList.validate(actions, for: match, table: 0, version: .v13)
        #expect(hex(InstructionCodec.encode(actions, for: match)) == expected, "1.3 \(row.actions)")
      }
    }
  }

  @Test func readsWhatOpenVSwitchWrites() throws {
    for row in CapturedActions.all {
      let match = try FlowMatch(parsing: row.match[...])
      if let captured = row.v10 {
        var reader = ByteReader(bytes(captured))
        let actions = try ActionCodec.decode(&reader, version: .v10)
        #expect(hex(ActionCodec.encode(actions, version: .v10, for: match)) == captured, "1.0 \(row.actions)")
      }
      if let captured = row.v13 {
        var reader = ByteReader(bytes(captured))
        let actions = try InstructionCodec.decode(&reader)
        #expect(hex(InstructionCodec.encode(actions, for: match)) == captured, "1.3 \(row.actions)")
      }
    }
  }

  /// Forms that Open vSwitch 3.1 no longer writes but reads; texts as `ovs-ofctl parse-actions` prints them.
  @Test(arguments: [
    (OpenFlowVersion.v10, "ffff0010000023200001000300000000", "resubmit:3"),
    (.v10, "ffff0010000023200014008000040100", "controller(max_len=128,id=4)"),
    (.v10, "ffff00180000232000210001000400000005000000000000", "set_field:0x5->reg0"),
    (.v10, "ffff00180000232000210001010800000005000000070000", "set_field:0x5/0x7->reg0"),
    (.v10, "00010008000500ff", "mod_vlan_vid:5"),
    (
      .v10, "ffff001800002320000700ff00012e103c8eaf01e7a274a0",
      "load:0x3c8eaf01e7a274a0->NXM_NX_ND_TARGET[3..66]"
    ),
    (.v13, "00090008005000000000001000000001ffff000000000000", "mod_tp_src:80,output:1"),
  ])
  func readsOtherForms(version: OpenFlowVersion, captured: String, printed: String) throws {
    var reader = ByteReader(bytes(captured))
    let actions = try ActionCodec.decode(&reader, version: version)
    #expect(ActionList.format(actions) == printed)
  }

  /// 64 bits from an odd one on: the lower six bits of the field are all ones.
  @Test func writesLoadsOf64Bits() throws {
    let actions = try ActionList.parse("load:0x3c8eaf01e7a274a0->NXM_NX_ND_TARGET[3..66]", at: 0)
    let expected = "ffff001800002320000700ff00012e103c8eaf01e7a274a0"
    #expect(hex(ActionCodec.encode(actions, version: .v10)) == expected)
  }

  /// Where Open vSwitch loses a mask or writes what it does not read.
  @Test(arguments: [
    ("", "set_field:00:11:00:00:00:00/ff:ff:00:00:00:00->eth_src", "load:0x11->NXM_OF_ETH_SRC[32..47]"),
    ("tcp", "set_field:80/0xf0->tcp_src", "load:0x5->NXM_OF_TCP_SRC[4..7]"),
    ("", "set_field:5->dl_vlan", "mod_vlan_vid:5"),
    ("", "set_field:5->dl_vlan_pcp", "mod_vlan_pcp:5"),
    ("", "load:5->dl_vlan[0..3]", "load:0x5->OXM_OF_VLAN_VID[0..3]"),
  ])
  func keepsMasksInVersion10(match: String, actions: String, printed: String) throws {
    let match = try FlowMatch(parsing: match[...])
    let encoded = ActionCodec.encode(try ActionList.parse(actions[...], at: 0), version: .v10, for: match)
    var reader = ByteReader(encoded)
    #expect(ActionList.format(try ActionCodec.decode(&reader, version: .v10)) == printed)
  }

  @Test func marksTheTagInVersion13() throws {
    let actions = try ActionList.parse("set_field:5->vlan_vid", at: 0)
    #expect(hex(ActionCodec.encode(actions, version: .v13)) == "0019001080000c021005000000000000")
  }

  /// A rule that came by 1.0 and is asked for by 1.3: as ovs-vswitchd 3.1 answers.
  @Test(arguments: [
    ("", "mod_tp_src:80", "mod_tp_src:80"),
    ("ip", "mod_tp_dst:80", "mod_tp_dst:80"),
    ("", "strip_vlan", "strip_vlan"),
    ("", "mod_vlan_vid:5,mod_vlan_pcp:3", "push_vlan:0x8100,set_field:4101->vlan_vid,set_field:3->vlan_pcp"),
    (
      "", "mod_vlan_vid:5,strip_vlan,mod_vlan_vid:6",
      "push_vlan:0x8100,set_field:4101->vlan_vid,strip_vlan,push_vlan:0x8100,set_field:4102->vlan_vid"
    ),
    ("", "mod_nw_tos:8", "set_field:2->ip_dscp"),
  ])
  func writesOldActionsInVersion13(match: String, actions: String, printed: String) throws {
    let match = try FlowMatch(parsing: match[...])
    let encoded = ActionCodec.encode(try ActionList.parse(actions[...], at: 0), version: .v13, for: match)
    var reader = ByteReader(encoded)
    #expect(ActionList.format(try ActionCodec.decode(&reader, version: .v13)) == printed)
  }

  /// Errors as `ovs-ofctl parse-actions` of Open vSwitch 3.1 names them.
  static let refused: [(name: String, version: OpenFlowVersion, bytes: String, code: OpenFlowErrorCode)] = [
    ("no multiple of 8", .v10, "00000004", .badLength),
    ("length 4", .v10, "0000000400010000", .badActionLength),
    ("length 0", .v10, "0000000000010000", .badActionLength),
    ("longer than the list", .v10, "0000001000010000", .badActionLength),
    ("output of 16 bytes in 1.0", .v10, "00000010000100000000000000000000", .badActionLength),
    ("output of 8 bytes in 1.3", .v13, "0000000800000001", .badActionLength),
    ("unknown type", .v10, "000c000800000000", .badActionType),
    ("unknown type in 1.3", .v13, "001a000800000000", .badActionType),
    ("experimenter of 8 bytes", .v10, "ffff000800002320", .badActionLength),
    ("unknown experimenter", .v10, "ffff000800000001", .badActionExperimenter),
    ("unknown subtype", .v10, "ffff00100000232000ff000000000000", .badActionSubtype),
    ("resubmit with padding", .v10, "ffff001000002320000e0003ff010000", .badActionArgument),
    ("VID of 13 bits", .v10, "0001000810050000", .badActionArgument),
    ("priority 8", .v10, "0002000808000000", .badActionArgument),
    ("TOS with ECN bits", .v10, "0008000803000000", .badActionArgument),
    ("move of no bits", .v10, "ffff00180000232000060000000000000001000400010204", .badSetLength),
    ("move of 33 bits", .v10, "ffff00180000232000060021000000000001000400010204", .badSetLength),
    ("move beyond the field", .v10, "ffff00180000232000060001002000000001000400010204", .badSetLength),
    ("move from nowhere", .v10, "ffff0018000023200006000100000000dead000400010204", .badField),
    ("move to a masked field", .v10, "ffff00180000232000060001000000000001000400010304", .badField),
    ("move to eth_type", .v10, "ffff00180000232000060001000000000001000400000602", .badSetArgument),
    (
      "load of too large a value", .v10, "ffff00180000232000070003000100040000000000000015",
      .badActionArgument
    ),
    ("load beyond the field", .v10, "ffff001800002320000708df000100040000000000000005", .badSetLength),
    ("load to eth_type", .v10, "ffff00180000232000070003000006020000000000000005", .badSetArgument),
    ("load to nowhere", .v10, "ffff00180000232000070003deadbe040000000000000005", .badSetType),
    (
      "output of a field with padding", .v10, "ffff001800002320000f000f00010004ffff000000000001",
      .badActionArgument
    ),
    ("output beyond a field", .v10, "ffff001800002320000f083f00010004ffff000000000000", .badSetLength),
    ("truncation to 13 bytes", .v10, "ffff001000002320002700030000000d", .badActionArgument),
    (
      "write_metadata with padding", .v10, "ffff00200000232000160000000000010000000000000005ffffffffffffffff",
      .mustBeZero
    ),
    (
      "write_metadata as an action of 1.3", .v13,
      "ffff00200000232000160000000000000000000000000005ffffffffffffffff", .unsupportedInstruction
    ),
    ("port UNSET", .v10, "00000008fff70000", .badOutPort),
    ("port NONE", .v10, "00000008ffff0000", .badOutPort),
    ("port 0xff00", .v10, "00000008ff000000", .badOutPort),
    ("port 0x10000", .v13, "0000001000010000ffff000000000000", .badOutPort),
    ("TPID 0x8101", .v13, "0011000881010000", .badActionArgument),
    ("set_field of eth_type", .v13, "00190010000006020800000000000000", .badSetArgument),
    ("set_field with padding", .v13, "00190010800008060011223344550001", .badSetArgument),
    ("set_field with a mask", .v13, "001900188000090c001122334455ffffffffffff00000000", .badSetMask),
    (
      "set_field with a mask and ones outside it", .v13, "001900188000090c001122334455ffff0000000000000000",
      .badSetMask
    ),
    ("set_field of a VID without tag", .v13, "0019001080000c020005000000000000", .badSetArgument),
    ("set_field of a VID of 14 bits", .v13, "0019001080000c023005000000000000", .badSetArgument),
    ("set_field of priority 9", .v13, "0019001080000e010900000000000000", .badSetArgument),
    ("set_field of TOS with ECN bits", .v13, "0019001000000a010500000000000000", .badSetArgument),
    ("set_field of DSCP 68", .v13, "00190010800010014400000000000000", .badSetArgument),
    ("set_field of 8 bytes to reg0", .v13, "00190010000100080000000500000000", .badSetLength),
    ("set_field of no field", .v13, "00190010800080040000000500000000", .badSetType),
    (
      "set_field of 12 bytes, twice", .v13, "0019000c80000e01030000000019000c80000e0103000000",
      .badActionLength
    ),
    ("set_field without a value", .v13, "0019000800010004", .badMatchLength),
    (
      "load2 with ones outside the mask", .v10, "ffff00180000232000210001010800000009000000070000",
      .badWildcards
    ),
    ("load2 with padding", .v10, "ffff00180000232000210001000400000005000000000001", .badSetArgument),
  ]

  @Test(arguments: refused.indices)
  func refuses(_ index: Int) {
    let row = Self.refused[index]
    var reader = ByteReader(bytes(row.bytes))
    do throws(OpenFlowError) {
      let actions = try ActionCodec.decode(&reader, version: row.version)
      Issue.record("\(row.name) read as \(ActionList.format(actions))")
    } catch {
      #expect(error.code == row.code, "\(row.name)")
    }
  }
}
