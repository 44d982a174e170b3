import Actions
import Bytes
import Match
import TestKit
import Testing

/// Action lists and instructions in all six versions.
@Suite struct VersionTests {
  /// Where ours differs from what was captured, and why.
  private static let different = [
    // A name of its own for what the rule writes, which no other switch reads.
    "set_field:5->dl_vlan",
    // All bits of a field need no mask.
    "load:3->tun_erspan_idx[0..15],load:3->tun_erspan_idx", "set_field:0/1->tun_flags",
    // Values have no bits outside their mask.
    "write_actions(output:1,group:1),write_metadata:1/2,goto_table:4",
    // A frame's opcode above 255 is none here, so it is not read either.
    "set_field:2->arp_op,load:2->arp_op[0..7],load:300->arp_op",
    // It names a field that no message can name, and does not read it.
    "move:tun_ttl->reg0[0..7]",
    // It leaves out the bit for the tag, without which it does not read it.
    "set_field:5->vlan_vid",
    // An option of half a byte is none.
    "encap(nsh(md_type=2,tlv(0x1000,10,0x1234567)))",
    // It loses the mask in 1.0.
    "set_field:1.2.0.0/255.255.0.0->nw_src",
    // An instruction without actions is left out.
    "write_actions(drop)",
  ]

  private static var rows: [CapturedVersions.Row] {
    CapturedVersions.all.filter { row in !different.contains(row.actions) }
  }

  private static func encode(
    _ actions: [Action], _ version: OpenFlowVersion, for match: FlowMatch = FlowMatch()
  ) -> [UInt8] {
    version == .v10
      ? ActionCodec.encode(actions, version: version, for: match)
      : InstructionCodec.encode(actions, version: version, for: match)
  }

  private static func decode(
    _ bytes: some Sequence<UInt8>, _ version: OpenFlowVersion
  ) throws(OpenFlowError) -> [Action] {
    var reader = ByteReader(Array(bytes))
    return version == .v10
      ? try ActionCodec.decode(&reader, version: version)
      : try InstructionCodec.decode(&reader, version: version)
  }

  @Test func writesWhatOpenVSwitchWrites() throws {
    for row in Self.rows {
      let match = try FlowMatch(parsing: row.match[...])
      let actions = try ActionList.parse(row.actions[...], at: 0)
      for (versions, expected) in row.bytes {
        for version in OpenFlowVersion.allCases where versions.contains(version) {
          let written = hex(Self.encode(actions, version, for: match))
          if written != expected { Issue.record("\(version) \(row.actions)\n\(written)\n\(expected)") }
        }
      }
    }
  }

  /// What it writes without reading it, or writes otherwise when it has read it.
  private static func isNotRead(_ actions: String, in version: OpenFlowVersion) -> Bool {
    actions.hasPrefix("enqueue") && version > .v10
      || (actions.hasPrefix("decap") || actions == "dec_nsh_ttl") && version < .v13
      || actions == "load:5->OXM_OF_VLAN_VID[0..3]" && version == .v15
  }

  @Test func readsWhatOpenVSwitchWrites() throws {
    for row in Self.rows {
      let match = try FlowMatch(parsing: row.match[...])
      for (versions, captured) in row.bytes {
        for version in OpenFlowVersion.allCases where versions.contains(version) {
          if Self.isNotRead(row.actions, in: version) { continue }
          let actions = try Self.decode(bytes(captured), version)
          let written = hex(Self.encode(actions, version, for: match))
          if written != captured {
            Issue.record(
              "\(version) \(row.actions) as \(ActionList.format(actions))\n\(written)\n\(captured)")
          }
        }
      }
    }
  }

  /// Reading back what was written in any version, and writing it again, gives the same.
  @Test(arguments: [11, 12, 13] as [UInt64])
  func keepsRandomLists(seed: UInt64) throws {
    var random = RandomActions(seed: seed)
    for round in 0..<500 {
      let actions = random.list()
      for version in OpenFlowVersion.allCases {
        let written = Self.encode(actions, version)
        let read: [Action]
        do throws(OpenFlowError) {
          read = try Self.decode(written, version)
        } catch {
          // A load is a set_field there, whose values must be some that the field can have.
          if version == .v15, error.code == .badSetArgument { continue }
          throw error
        }
        if Self.encode(read, version) != written {
          Issue.record("seed \(seed), round \(round), \(version): \(ActionList.format(actions))")
        }
      }
    }
  }

  @Test func survivesTruncations() throws {
    for row in Self.rows {
      for (versions, captured) in row.bytes {
        let whole = bytes(captured)
        for length in 1..<max(whole.count, 1) where length % 8 != 0 {
          let read = try? Self.decode(whole.prefix(length), versions.upperBound)
          if read != nil { Issue.record("\(versions.upperBound) \(row.actions) cut to \(length)") }
        }
      }
    }
  }

  /// Whatever bits flip, reading ends with a list that can be printed, checked and written, or with an error.
  @Test(arguments: [14, 15] as [UInt64])
  func survivesFlippedBits(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for row in Self.rows {
      for (versions, captured) in row.bytes where !captured.isEmpty {
        for _ in 0..<60 {
          var flipped = bytes(captured)
          for _ in 0..<Int.random(in: 1...3, using: &random) {
            let bit = Int.random(in: 0..<(8 * flipped.count), using: &random)
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
          }
          guard let version = OpenFlowVersion.allCases.filter(versions.contains).randomElement(using: &random)
          else { continue }
          check(flipped, version)
        }
      }
    }
  }

  private func check(_ flipped: [UInt8], _ version: OpenFlowVersion) {
    do throws(OpenFlowError) {
      let actions = try Self.decode(flipped, version)
      _ = try? ActionList.validate(actions, for: FlowMatch(), table: 0, version: version)
      let text = ActionList.format(actions)
      let written = Self.encode(actions, version)
      if Self.encode(try Self.decode(written, version), version) != written {
        Issue.record("\(version) \(hex(flipped)): \(text)")
      }
    } catch {
      if error.code.rawValue.isEmpty { Issue.record("an error without a code") }
    }
  }

  /// Forms that Open vSwitch 3.1 no longer writes but reads; texts as `ovs-ofctl parse-actions` prints them.
  @Test(arguments: [
    (OpenFlowVersion.v11, "0001000800050000", "set_vlan_vid:5"),
    (.v12, "0002000803000000", "set_vlan_pcp:3"),
    (.v13, "00030010000102030405000000000000", "mod_dl_src:00:01:02:03:04:05"),
    (.v15, "00040010000102030405000000000000", "mod_dl_dst:00:01:02:03:04:05"),
    (.v14, "0005000801020304", "mod_nw_src:1.2.3.4"),
    (.v13, "0006000801020304", "mod_nw_dst:1.2.3.4"),
    (.v13, "0007000808000000", "mod_nw_tos:8"),
    (.v13, "0008000802000000", "mod_nw_ecn:2"),
    (.v13, "000d000800000005", "set_mpls_label(5)"),
    (.v15, "000e000805000000", "set_mpls_tc(5)"),
    (.v13, "ffff001000002320002cfff803000000", "resubmit(,3,ct)"),
    (.v13, "ffff00180000232000200010ffff00010004000000000000", "output:NXM_NX_REG0[0..16]"),
    (.v13, "ffff00204f4e46000c8000000004000000040000000100040001020400000000", Self.moved),
    (.v14, "ffff00204f4e46000c8000000004000000040000000100040001020400000000", Self.moved),
    (.v15, "001c00180004000000040000000100040001020400000000", Self.moved),
    (.v13, "ffff00180000232000250000000000000001000600050000", "controller(id=5)"),
    (.v13, "ffff0010000023200025000000000000", "CONTROLLER:65535"),
    (.v10, "ffff00180000232000150000000000000000000000000000", "dec_ttl()"),
    (.v13, "ffff001800002320002e00000001894f0004010402000000", "encap(nsh(md_type=2))"),
    (.v13, "ffff001000002320002f000000020005", "decap(packet_type(ns=2,type=0x5))"),
  ])
  func readsOtherForms(version: OpenFlowVersion, captured: String, printed: String) throws {
    var reader = ByteReader(bytes(captured))
    #expect(ActionList.format(try ActionCodec.decode(&reader, version: version)) == printed)
  }

  private static let moved = "move:NXM_NX_REG0[0..3]->NXM_NX_REG1[4..7]"

  /// Errors as `ovs-ofctl parse-actions` of Open vSwitch 3.1 names them.
  static let refused: [(name: String, version: OpenFlowVersion, bytes: String, code: OpenFlowErrorCode)] = [
    ("set_field in 1.1", .v11, "00190010000100040000000500000000", .badActionType),
    ("copy_field in 1.4", .v14, "001c00180004000000040000000100040001020400000000", .badActionType),
    ("meter in 1.4", .v14, "001d000800000005", .badActionType),
    ("load in 1.5", .v15, "ffff0018000023200007001f000100040000000000000003", .badActionSubtype),
    ("move in 1.5", .v15, "ffff00180000232000060004000000040001000400010204", .badActionSubtype),
    ("encap in 1.2", .v12, "ffff001000002320002e00000001894f", .badActionSubtype),
    ("set_queue of Nicira's in 1.1", .v11, "ffff0010000023200004000000000005", .badActionSubtype),
    (
      "copy_field of ONF's in 1.5", .v15, "ffff00204f4e46000c8000000004000000040000000100040001020400000000",
      .badActionSubtype
    ),
    ("push_mpls of IPv4", .v10, "ffff0010000023200017080000000000", .badActionArgument),
    ("enqueue at NORMAL", .v10, "000b0010fffa00000000000000000002", .badOutPort),
    ("push beyond a field", .v10, "ffff001800002320001b0000000100040021000000000000", .badSetLength),
    ("push with padding", .v10, "ffff001800002320001b0000000100040020000000000001", .mustBeZero),
    ("pop to eth_type", .v10, "ffff001800002320001c0000000006020010000000000000", .badSetArgument),
    ("dec_ttl with padding", .v10, "ffff00180000232000150001000000010001000000000000", .mustBeZero),
    (
      "dec_ttl of more than there are", .v10, "ffff00180000232000150005000000000001000200030004",
      .badActionLength
    ),
    ("encap of IPv6", .v13, "ffff001000002320002e0000000186dd", .badHeaderType),
    (
      "encap with an unknown class", .v13, "ffff001800002320002e00000001894f0005010502000000",
      .unknownHeaderProperty
    ),
    (
      "encap with an unknown property", .v13, "ffff001800002320002e00000001894f0004030502000000",
      .unknownHeaderProperty
    ),
    (
      "encap with an option of wrong length", .v13,
      "ffff002000002320002e00000001894f0004020c10000a041234567800000000", .badHeaderProperty
    ),
    ("encap cut off", .v13, "ffff001800002320002e00000001894f0004010902000000", .badActionLength),
    (
      "decap with a property", .v13, "ffff001800002320002f0000000000050000000000000000",
      .unknownHeaderProperty
    ),
    ("controller with padding", .v13, "ffff00180000232000250000000000010003000700010200", .mustBeZero),
    (
      "controller with an unknown property", .v13, "ffff00180000232000250000000000000009000700010200",
      .badPropertyType
    ),
    (
      "controller with a short property", .v13, "ffff00180000232000250000000000000001000400000000",
      .badPropertyLength
    ),
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

  /// Meters are an instruction of 1.3 and 1.4, which Open vSwitch reads in 1.1 and 1.2 too.
  @Test(arguments: OpenFlowVersion.allCases.dropFirst())
  func readsMeters(version: OpenFlowVersion) throws {
    let read = try? Self.decode(bytes("0006000800000001"), version)
    #expect(read == (version == .v15 ? nil : [.meter(1)]))
    let written = hex(Self.encode([.meter(1)], version))
    let expected =
      switch version {
      case .v13, .v14: "0006000800000001"
      case .v15: "0004001000000000001d000800000001"
      default: ""
      }
    #expect(written == expected)
  }
}
