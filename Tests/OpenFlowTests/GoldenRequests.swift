import Actions
import Flow
import Match
import TestKit
import Testing

@testable import OpenFlow

/// What a controller sends, as `ovs-ofctl` of Open vSwitch 3.1 sent it to a switch, or, where so named, as the
/// specification lays it out.
struct GoldenRequest: Sendable, CustomTestStringConvertible {
  var name: String
  var hex: String
  var version: OpenFlowVersion
  var hasTableID = false
  var expected: OpenFlowRequest

  var frame: OpenFlowFrame {
    get throws {
      var splitter = OpenFlowFrameSplitter()
      splitter.append(bytes(hex))
      guard let frame = try splitter.next() else { throw Incomplete() }
      return frame
    }
  }
  struct Incomplete: Error {}

  var testDescription: String { "\(name) (\(version))" }
}

extension GoldenRequest {
  static let all: [GoldenRequest] = session + changes + statistics

  // MARK: The session

  static let session: [GoldenRequest] = [
    .init(
      name: "hello", hex: "0100000800000001", version: .v10,
      expected: .hello(Hello(versions: [.v10]))),
    .init(
      name: "hello", hex: "04000010000000010001000800000010", version: .v13,
      expected: .hello(Hello(versions: [.v13]))),
    .init(
      name: "echo", hex: "0102000b00000002616263", version: .v10, expected: .echoRequest([0x61, 0x62, 0x63])),
    .init(name: "echo", hex: "0402000800000002", version: .v13, expected: .echoRequest([])),
    .init(name: "echo reply", hex: "0403000800000002", version: .v13, expected: .echoReply([])),
    .init(name: "features", hex: "0105000800000002", version: .v10, expected: .features),
    .init(name: "features", hex: "0405000800000002", version: .v13, expected: .features),
    .init(name: "get config", hex: "0107000800000004", version: .v10, expected: .getConfig),
    .init(name: "get config", hex: "0407000800000005", version: .v13, expected: .getConfig),
    .init(
      name: "set config drop", hex: "0109000c0000000300010000", version: .v10,
      expected: .setConfig(SwitchConfig(fragments: .drop, missSendLength: 0))),
    .init(
      name: "set config of monitor", hex: "0409000c000000030000fffe", version: .v13,
      expected: .setConfig(SwitchConfig(fragments: .normal, missSendLength: 0xfffe))),
    .init(name: "barrier", hex: "0112000800000007", version: .v10, expected: .barrier),
    .init(name: "barrier", hex: "0414000800000007", version: .v13, expected: .barrier),
    .init(
      name: "NXT_SET_FLOW_FORMAT", hex: "0104001400000006000023200000000c00000002", version: .v10,
      expected: .setFlowFormat(.nxm)),
    .init(
      name: "NXT_FLOW_MOD_TABLE_ID", hex: "0104001800000006000023200000000f0100000000000000", version: .v10,
      expected: .setFlowModTableID(true)),
    .init(
      name: "NXT_SET_PACKET_IN_FORMAT", hex: "0104001400000005000023200000001000000001", version: .v10,
      expected: .setPacketInFormat(.nxm)),
    .init(
      name: "NXT_SET_PACKET_IN_FORMAT", hex: "0404001400000005000023200000001000000002", version: .v13,
      expected: .setPacketInFormat(.nxm2)),
    .init(
      name: "NXT_SET_CONTROLLER_ID, as laid out", hex: "0104001800000003 00002320 00000014 000000000000 007b",
      version: .v10, expected: .setControllerID(123)),
    .init(
      name: "NXT_ROLE_REQUEST, as laid out", hex: "0104001400000003 00002320 0000000a 00000001",
      version: .v10,
      expected: .role(RoleMessage(.primary, isNicira: true))),
    .init(
      name: "role, as laid out", hex: "0418001800000003 00000003 00000000 0000000000000017", version: .v13,
      expected: .role(RoleMessage(.secondary, generation: 0x17))),
    .init(
      name: "NXT_SET_ASYNC_CONFIG, as laid out",
      hex: "0104002800000003 00002320 00000013 00000005 00000002 00000007 00000001 0000000f 00000004",
      version: .v10,
      expected: .setAsyncConfig(
        AsyncConfigMessage(
          AsyncConfig(
            active: .init(packetIn: 5, portStatus: 7, flowRemoved: 15),
            secondary: .init(packetIn: 2, portStatus: 1, flowRemoved: 4))))),
    .init(
      name: "set async, as laid out",
      hex: "041c002000000003 00000005 00000002 00000007 00000001 0000000f 00000004", version: .v13,
      expected: .setAsyncConfig(
        AsyncConfigMessage(
          AsyncConfig(
            active: .init(packetIn: 5, portStatus: 7, flowRemoved: 15),
            secondary: .init(packetIn: 2, portStatus: 1, flowRemoved: 4))))),
    .init(name: "get async, as laid out", hex: "041a000800000003", version: .v13, expected: .getAsyncConfig),
  ]

  // MARK: Changes

  /// `tcp,in_port=1,nw_src=10.0.0.0/24,tp_dst=80`.
  static let web = match("000000020001 000006020800 00000f080a000000ffffff00 00000c0106 000014020050")
  /// `dl_vlan=5,dl_vlan_pcp=3,reg0=0x5,metadata=1`.
  static let tagged = match("000008027005 0001000400000005 800004080000000000000001")
  /// `ipv6,ipv6_src=2001:db8::/32,ipv6_label=5/0xff,nw_ttl=3`.
  static let documentation = match(
    """
    0000060286dd 0001272020010db8000000000000000000000000ffffffff000000000000000000000000 00013a0103
    0001370800000005000000ff
    """)
  static let tcpIn1 = match("000000020001 000006020800 00000c0106")

  static let changes: [GoldenRequest] = [
    .init(
      name: "add",
      hex: """
        010e0050000000080038084e0001000000000000000000000000000000000800000600000a000000000000000000005000000000
        000012340000003c00780064ffffffffffff00010000000800020000
        """, version: .v10, hasTableID: true,
      expected: .flowMod(
        flowMod(.add, table: 0, web) { mod in
          mod.priority = 100
          mod.newCookie = 0x1234
          mod.idleTimeout = 60
          mod.hardTimeout = 120
          mod.flags = [.sendFlowRemoved, .resetCounts]
          mod.actions = [.output(PortNumber(rawValue: 2))]
        })),
    .init(
      name: "add",
      hex: """
        040e007800000006000000000000123400000000000000000000003c00780064ffffffffffffffffffffffff0001000000010029
        800000040000000180000a020800800017080a000000ffffff00800014010680001c020050000000000000000004001800000000
        00000010000000020000000000000000
        """, version: .v13,
      expected: .flowMod(
        flowMod(.add, table: 0, web) { mod in
          mod.priority = 100
          mod.newCookie = 0x1234
          mod.idleTimeout = 60
          mod.hardTimeout = 120
          mod.flags = .sendFlowRemoved
          mod.actions = [.output(PortNumber(rawValue: 2))]
        })),
    .init(
      name: "NXT_FLOW_MOD add with table",
      hex: """
        010400580000000a000023200000000d00000000000000000300000000000064ffffffffffff0000001900000000000000000002
        0001000006020800000009041000100000000c0111000000000000000000000800020000
        """, version: .v10, hasTableID: true,
      expected: .flowMod(
        flowMod(.add, table: 3, match("000000020001 000006020800 0000090410001000 00000c0111")) { mod in
          mod.priority = 100
          mod.newCookie = 0
          mod.flags = .resetCounts
          mod.actions = [.output(PortNumber(rawValue: 2))]
        })),
    .init(
      name: "NXT_FLOW_MOD delete by cookie",
      hex: """
        0104004000000008000023200000000d00000000000000000003000000008000ffffffffffff0000000c00000000000000013c08
        000000000000123400000000
        """, version: .v10,
      expected: .flowMod(
        flowMod(.delete, table: 255, FlowMatch()) { mod in
          mod.cookie = 0x1234
          mod.cookieMask = ~0
        })),
    .init(
      name: "strict modify",
      hex: """
        010e005000000006003820ce00010000000000000000000000000000000008000006000000000000000000000000000000000000
        000000000002000000000064ffffffffffff000000000008fffa0000
        """, version: .v10,
      expected: .flowMod(
        flowMod(.modifyStrict, table: 255, tcpIn1) { mod in
          mod.priority = 100
          mod.newCookie = 0
          mod.actions = [.output(.normal)]
        })),
    .init(
      name: "modify",
      hex: """
        040e006000000006000000000000000000000000000000000001000000000064ffffffffffffffffffffffff0000000000010017
        800000040000000180000a020800800014010600000400180000000000000010fffffffa0000000000000000
        """, version: .v13,
      expected: .flowMod(
        flowMod(.modify, table: 0, tcpIn1) { mod in
          mod.priority = 100
          mod.actions = [.output(.normal)]
        })),
    .init(
      name: "delete all",
      hex: """
        010e004800000006003820ff00000000000000000000000000000000000000000000000000000000000000000000000000000000
        000000000003000000008000ffffffffffff0000
        """, version: .v10, expected: .flowMod(flowMod(.delete, table: 255, FlowMatch()) { _ in })),
    .init(
      name: "delete by cookie",
      hex: """
        040e0038000000060000000000001234ffffffffffffffffff03000000008000ffffffffffffffffffffffff0000000000010004
        00000000
        """, version: .v13,
      expected: .flowMod(
        flowMod(.delete, table: 255, FlowMatch()) { mod in
          mod.cookie = 0x1234
          mod.cookieMask = ~0
        })),
    .init(
      name: "NXT_FLOW_MOD with strip_vlan",
      hex: """
        010400600000000a000023200000000d00000000000000000100000000000005ffffffffffff0000001a0000000000000000080270
        050001000400000005800004080000000000000001000000000000000300080000000000000008fffa0000
        """, version: .v10, hasTableID: true,
      expected: .flowMod(
        flowMod(.add, table: 1, tagged) { mod in
          mod.priority = 5
          mod.newCookie = 0
          mod.flags = .resetCounts
          mod.actions = [.popVLAN, .output(.normal)]
        })),
    .init(
      name: "add with strip_vlan",
      hex: """
        040e007800000006000000000000000000000000000000000100000000000005ffffffffffffffffffffffff000000000001002380
        000c02100580000e0103000100040000000580000408000000000000000100000000000004002000000000001200080000000000
        000010fffffffa0000000000000000
        """, version: .v13,
      expected: .flowMod(
        flowMod(.add, table: 1, tagged) { mod in
          mod.priority = 5
          mod.newCookie = 0
          mod.actions = [.popVLAN, .output(.normal)]
        })),
    .init(
      name: "add with controller",
      hex: """
        040e008800000006000000000000000000000000000000000000000000000007ffffffffffffffffffffffff000000000001003f80
        000a0286dd8000352020010db8000000000000000000000000ffffffff00000000000000000000000000013a0103800039080000
        0005000000ff00000400180000000000000010fffffffdffff000000000000
        """, version: .v13,
      expected: .flowMod(
        flowMod(.add, table: 0, documentation) { mod in
          mod.priority = 7
          mod.newCookie = 0
          mod.actions = [.controller(.init())]
        })),
    .init(
      name: "packet out",
      hex: "010d002700000006ffffffff000100080000000800020000020000000001020000000002080000",
      version: .v10, expected: .packetOut(packetOut)),
    .init(
      name: "packet out",
      hex: """
        040d003700000006ffffffff00000001001000000000000000000010000000020000000000000000020000000001020000000002
        080000
        """, version: .v13, expected: .packetOut(packetOut)),
    .init(
      name: "port mod no-flood", hex: "010f0020000000040001aa55aa55000200000010000000100000000000000000",
      version: .v10, expected: .portMod(portMod(.noFlood))),
    .init(
      name: "port mod down",
      hex: """
        04100028000000040000000100000000aa55aa550002000000000001000000010000000000000000
        """, version: .v13, expected: .portMod(portMod(.down))),
    .init(
      name: "table mod, as laid out", hex: "0411001000000004 ff000000 00000003", version: .v13,
      expected: .tableMod(tableMod)),
  ]

  // MARK: Statistics

  static let statistics: [GoldenRequest] = [
    .init(name: "desc", hex: "0110000c0000000200000000", version: .v10, expected: .description),
    .init(name: "desc", hex: "04120010000000020000000000000000", version: .v13, expected: .description),
    .init(
      name: "flow",
      hex: """
        011000380000000200010000003820ff000000000000000000000000000000000000000000000000000000000000000000000000
        ff00ffff
        """, version: .v10, expected: .flowStatistics(everything())),
    .init(
      name: "flow",
      hex: """
        04120038000000020001000000000000ff000000ffffffffffffffff000000000000000000000000000000000000000000010004
        00000000
        """, version: .v13, expected: .flowStatistics(everything())),
    .init(
      name: "NXST_FLOW", hex: "0110002000000004ffff0000000023200000000000000000ffff0000ff000000",
      version: .v10,
      expected: .flowStatistics(everything(isNicira: true))),
    .init(
      name: "NXST_FLOW filtered",
      hex: """
        0110003800000008ffff0000000023200000000000000000000200170000000000000602080000000c010600013c080000000000
        00123400
        """, version: .v10, expected: .flowStatistics(filtered)),
    .init(
      name: "aggregate",
      hex: """
        011000380000000200020000003820ff000000000000000000000000000000000000000000000000000000000000000000000000
        ff00ffff
        """, version: .v10, expected: .aggregateStatistics(everything())),
    .init(
      name: "aggregate",
      hex: """
        04120038000000020002000000000000ff000000ffffffffffffffff000000000000000000000000000000000000000000010004
        00000000
        """, version: .v13, expected: .aggregateStatistics(everything())),
    .init(
      name: "NXST_AGGREGATE", hex: "0110002000000004ffff0000000023200000000100000000ffff0000ff000000",
      version: .v10, expected: .aggregateStatistics(everything(isNicira: true))),
    .init(name: "table", hex: "0110000c0000000200030000", version: .v10, expected: .tableStatistics),
    .init(name: "table", hex: "04120010000000020003000000000000", version: .v13, expected: .tableStatistics),
    .init(
      name: "all ports", hex: "011000140000000200040000ffff000000000000", version: .v10,
      expected: .portStatistics(.none)),
    .init(
      name: "one port", hex: "0110001400000002000400000001000000000000", version: .v10,
      expected: .portStatistics(PortNumber(rawValue: 1))),
    .init(
      name: "all ports", hex: "04120018000000020004000000000000ffffffff00000000", version: .v13,
      expected: .portStatistics(.none)),
    .init(
      name: "port desc", hex: "0110000c00000002000d0000", version: .v10, expected: .portDescription(.none)),
    .init(
      name: "port desc", hex: "0412001000000003000d000000000000", version: .v13,
      expected: .portDescription(.none)),
    .init(
      name: "table features", hex: "0412001000000002000c000000000000", version: .v13, expected: .tableFeatures
    ),
  ]

  // MARK: Values

  static func match(_ nxm: String) -> FlowMatch {
    (try? FlowMatch.decodeNXM(bytes(nxm)[...]).match) ?? FlowMatch(key: FlowKey(), mask: FlowKey())
  }

  private static func flowMod(
    _ command: FlowMod.Command, table: UInt8, _ match: FlowMatch, _ change: (inout FlowMod) -> Void
  ) -> FlowMod {
    var mod = FlowMod(command: command, table: table, match: match)
    change(&mod)
    return mod
  }

  private static var packetOut: PacketOut {
    PacketOut(
      inPort: PortNumber(rawValue: 1), actions: [.output(PortNumber(rawValue: 2))],
      frame: bytes("020000000001020000000002080000"))
  }

  private static func portMod(_ config: PortConfig) -> PortMod {
    PortMod(
      port: PortNumber(rawValue: 1), hardwareAddress: 0xaa55_aa55_0002, config: config, mask: config)
  }

  private static var tableMod: TableMod { TableMod(table: 255) }

  static func everything(isNicira: Bool = false) -> FlowStatisticsRequest {
    FlowStatisticsRequest(
      match: FlowMatch(), table: 255, outPort: .none, cookie: CookieMatch(cookie: 0, mask: 0),
      isNicira: isNicira)
  }

  private static var filtered: FlowStatisticsRequest {
    FlowStatisticsRequest(
      match: match("000006020800 00000c0106"), table: 0, outPort: PortNumber(rawValue: 2),
      cookie: CookieMatch(cookie: 0x1234), isNicira: true)
  }
}
