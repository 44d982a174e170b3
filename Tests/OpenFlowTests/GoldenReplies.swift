import Actions
import Flow
import Match
import TestKit
import Testing

@testable import OpenFlow

/// What a switch sends, as ovs-vswitchd 3.1 sent it to `ovs-ofctl` or, where `isCaptured` is false, as only
/// `ovs-ofctl ofp-print` judges it. `printed` are parts of what ofp-print makes of it.
struct GoldenReply: Sendable, CustomTestStringConvertible {
  var name: String
  var version: OpenFlowVersion
  var encoded: [[UInt8]]
  /// The bytes as captured; `nil` when the switch whose bytes they are differs from this one in content.
  var captured: String?
  var printed: [String]

  var testDescription: String { "\(name) (\(version))" }

  init(
    _ name: String, _ version: OpenFlowVersion, _ encoded: [UInt8], captured: String? = nil, prints: [String]
  ) {
    self.init(name, version, [encoded], captured: captured, prints: prints)
  }

  init(
    _ name: String, _ version: OpenFlowVersion, _ encoded: [[UInt8]], captured: String? = nil,
    prints: [String]
  ) {
    self.name = name
    self.version = version
    self.encoded = encoded
    self.captured = captured
    printed = prints
  }
}

extension GoldenReply {
  static let all: [GoldenReply] = session + asynchronous + statistics

  // MARK: Values

  static let p1 = PortDescription(
    number: PortNumber(rawValue: 1), hardwareAddress: 0xaa55_aa55_0002, name: "p1", state: .live)
  static let p2 = PortDescription(
    number: PortNumber(rawValue: 2), hardwareAddress: 0xaa55_aa55_0001, name: "p2", state: .live)
  static let br0 = PortDescription(
    number: .local, hardwareAddress: 0x0200_0000_00ab, name: "br0", state: .live)
  static let fast = PortDescription(
    number: PortNumber(rawValue: 3), hardwareAddress: 0x0200_0000_0003, name: "a-name-beyond-15-bytes",
    config: [.down, .noFlood], state: .linkDown, currentFeatures: [.gb10Full, .fiber],
    supportedFeatures: [.gb1Full, .copper, .autonegotiation], currentSpeed: 10_000_000,
    maximumSpeed: 40_000_000)

  static let lldp = bytes("02000000000102000000000288cc0207040200000000010402")

  static func packetIn(maximumLength: UInt16 = 64) -> PacketInMessage {
    var key = FlowKey()
    key[Slot(FlowKey.Word.ingress, 48, 16)] = 1
    key[Slot(FlowKey.Word.registers + 1, 0, 32)] = 7
    var message = PacketInMessage(frame: lldp, key: key, reason: .action, table: 0, cookie: 0x77)
    message.frame = Array(lldp.prefix(Int(maximumLength)))
    return message
  }

  static let removed = FlowRemoved(
    reason: .delete, table: 0, priority: 8,
    match: GoldenRequest.match("000000020001 000006020800 00000c0106 000014020050"),
    cookie: 0x78, idleTimeout: 10, hardTimeout: 20, duration: .nanoseconds(0x2b27_5d00), packets: 0, bytes: 0)

  static let flow = FlowStatistics(
    table: 0, priority: 100, match: GoldenRequest.web, cookie: 0x1234, idleTimeout: 60, hardTimeout: 120,
    flags: .sendFlowRemoved, actions: [.output(PortNumber(rawValue: 2))], duration: .seconds(5),
    idleAge: .seconds(3), hardAge: .seconds(4), packets: 6, bytes: 700)
  static let flowText =
    "priority=100,tcp,in_port=1,nw_src=10.0.0.0/24,tp_dst=80 actions=output:2"
  /// Actions whose forms differ in 1.0, Nicira's extensions and 1.3.
  static let rewriting: FlowStatistics = {
    var flow = Self.flow
    flow.actions = [
      .setVLANID(7, pushIfAbsent: true), .setEthernetSource(0x0200_0000_0001), .setIPv4Source(0x0a00_0005),
      .setTransportDestination(8080), .decrementTTL, .controller(.init(maximumLength: 128)),
    ]
    return flow
  }()
  static let sums = AggregateStatistics(packets: 6, bytes: 700, flows: 2)

  // MARK: The session

  static let session: [GoldenReply] = [
    .init(
      "features", .v13, SwitchFeatures(datapathID: 0xab, tableCount: 254).encode(version: .v13, xid: 2),
      prints: [
        "OFPT_FEATURES_REPLY (OF1.3) (xid=0x2): dpid:00000000000000ab", "n_tables:254, n_buffers:0",
        "capabilities: FLOW_STATS TABLE_STATS PORT_STATS",
      ]),
    .init(
      "features", .v10,
      SwitchFeatures(datapathID: 0xab, tableCount: 254, ports: [br0, p1, fast]).encode(version: .v10, xid: 2),
      prints: [
        "dpid:00000000000000ab", "FLOW_STATS TABLE_STATS PORT_STATS ARP_MATCH_IP",
        "1(p1): addr:aa:55:aa:55:00:02",
        "LOCAL(br0)", "3(a-name-beyond-1)", "PORT_DOWN NO_FLOOD", "LINK_DOWN", "current:    10GB-FD FIBER",
        "supported:  1GB-FD COPPER AUTO_NEG",
      ]),
    .init(
      "get config", .v10, SwitchConfig().encode(version: .v10, xid: 4), captured: "0108000c0000000400000000",
      prints: ["OFPT_GET_CONFIG_REPLY (xid=0x4): frags=normal miss_send_len=0"]),
    .init(
      "get config", .v13, SwitchConfig().encode(version: .v13, xid: 5), captured: "0408000c0000000500000000",
      prints: ["frags=normal miss_send_len=0"]),
    .init(
      "barrier", .v10, BareMessage(.barrierReply).encode(version: .v10, xid: 7), captured: "0113000800000007",
      prints: ["OFPT_BARRIER_REPLY (xid=0x7)"]),
    .init(
      "barrier", .v13, BareMessage(.barrierReply).encode(version: .v13, xid: 7), captured: "0415000800000007",
      prints: ["OFPT_BARRIER_REPLY (OF1.3) (xid=0x7)"]),
    .init(
      "echo", .v13, Echo([1, 2], isReply: true).encode(version: .v13, xid: 2),
      captured: "0403000a000000020102",
      prints: ["OFPT_ECHO_REPLY (OF1.3) (xid=0x2): 2 bytes of payload"]),
    .init(
      "echo request", .v10, Echo().encode(version: .v10, xid: 2), captured: "0102000800000002",
      prints: ["OFPT_ECHO_REQUEST (xid=0x2): 0 bytes of payload"]),
    .init(
      "hello", .v13, Hello(versions: [.v10, .v13]).encode(xid: 3), prints: ["version bitmap: 0x01, 0x04"]),
    .init(
      "NXT_ROLE_REPLY", .v10, RoleMessage(.primary, isNicira: true).encode(version: .v10, xid: 3),
      prints: ["NXT_ROLE_REPLY (xid=0x3): role=primary"]),
    .init(
      "role", .v13, RoleMessage(.secondary, generation: 5).encode(version: .v13, xid: 3),
      prints: ["OFPT_ROLE_REPLY (OF1.3) (xid=0x3): role=secondary generation_id=5"]),
    .init(
      "async", .v13, AsyncConfigMessage(AsyncConfig(initialIn: .v13)).encode(version: .v13, xid: 3),
      prints: [
        "OFPT_GET_ASYNC_REPLY (OF1.3) (xid=0x3)", "PACKET_IN: no_match action",
        "PORT_STATUS: add delete modify",
        "FLOW_REMOVED: idle hard delete",
      ]),
  ]

  // MARK: Asynchronous messages

  static let asynchronous: [GoldenReply] = [
    .init(
      "packet in", .v10, packetIn().encode(version: .v10, format: .standard),
      captured: "010a002b00000000ffffffff00190001010002000000000102000000000288cc0207040200000000010402",
      prints: ["OFPT_PACKET_IN (xid=0x0): total_len=25 in_port=1 (via action) data_len=25 (unbuffered)"]),
    .init(
      "packet in", .v13, packetIn().encode(version: .v13, format: .standard),
      captured: """
        040a004b00000000ffffffff001901000000000000000077000100148000000400000001000106040000000700000000000002
        000000000102000000000288cc0207040200000000010402
        """,
      prints: ["cookie=0x77", "reg3=0x7,in_port=1 (via action)"]),
    .init(
      "NXT_PACKET_IN", .v10, packetIn().encode(version: .v10, format: .nxm),
      captured: """
        01040053000000000000232000000011ffffffff001901000000000000000077000e0000000000000000000200010001060400
        0000070000000002000000000102000000000288cc0207040200000000010402
        """, prints: ["NXT_PACKET_IN (xid=0x0)", "cookie=0x77", "reg3=0x7,in_port=1"]),
    .init(
      "NXT_PACKET_IN2", .v10, packetIn().encode(version: .v10, format: .nxm2), captured: packetIn2("01"),
      prints: ["NXT_PACKET_IN2 (xid=0x0)", "cookie=0x77 total_len=25 reg3=0x7,in_port=1"]),
    .init(
      "NXT_PACKET_IN2", .v13, packetIn().encode(version: .v13, format: .nxm2), captured: packetIn2("04"),
      prints: ["NXT_PACKET_IN2 (OF1.3) (xid=0x0)"]),
    .init(
      "NXT_PACKET_IN2 cut", .v13, packetIn(maximumLength: 16).encode(version: .v13, format: .nxm2),
      prints: ["total_len=25", "data_len=16"]),
    .init(
      "packet in cut", .v13, packetIn(maximumLength: 16).encode(version: .v13, format: .standard),
      prints: ["total_len=25", "data_len=16"]),
    .init(
      "flow removed", .v10, removed.encode(version: .v10, format: .openFlow10),
      captured: """
        010b0058000000000038204e0001000000000000000000000000000000000800000600000000000000000000000000500000000000
        00007800080200000000002b275d00000a000000000000000000000000000000000000
        """, prints: ["OFPT_FLOW_REMOVED (xid=0x0)", "reason=delete", "cookie:0x78"]),
    .init(
      "flow removed", .v13, removed.encode(version: .v13, format: .nxm),
      captured: """
        040b005000000000000000000000007800080200000000002b275d00000a0014000000000000000000000000000000000001001d80
        0000040000000180000a020800800014010680001c020050000000
        """, prints: ["OFPT_FLOW_REMOVED (OF1.3)", "hard20"]),
    .init(
      "NXT_FLOW_REMOVED", .v10, removed.encode(version: .v10, format: .nxm),
      prints: [
        "NXT_FLOW_REMOVED (xid=0x0): priority=8,tcp,in_port=1,tp_dst=80 reason=delete table_id=0 cookie:0x78"
      ]),
    .init(
      "port status", .v10, PortStatus(.modify, p1).encode(version: .v10),
      captured: """
        010c00400000000002000000000000000001aa55aa550002703100000000000000000000000000000000000000000000
        00000000000000000000000000000000
        """, prints: ["OFPT_PORT_STATUS (xid=0x0): MOD: 1(p1): addr:aa:55:aa:55:00:02"]),
    .init(
      "port status", .v13, PortStatus(.modify, p1).encode(version: .v13),
      captured: """
        040c00500000000002000000000000000000000100000000aa55aa55000200007031000000000000000000000000000000000000
        00000004000000000000000000000000000000000000000000000000
        """, prints: ["MOD: 1(p1)", "state:      LIVE"]),
    .init(
      "port status", .v13, PortStatus(.delete, fast).encode(version: .v13),
      prints: ["DEL: 3(a-name-beyond-1)", "config:     PORT_DOWN\n", "10000 Mbps now, 40000 Mbps max"]),
  ]

  private static func packetIn2(_ version: String) -> String {
    version + """
      04006800000000000023200000001e0000001d02000000000102000000000288cc020704020000000001040200000000030005000000
      00000400100000000000000000000000770005000501000000000600148000000400000001000106040000000700000000
      """
  }

  // MARK: Statistics

  static let statistics: [GoldenReply] = [
    .init(
      "desc", .v13, description.encode(version: .v13, xid: 2),
      prints: [
        "Manufacturer: Nicira, Inc.", "Hardware: Open vSwitch", "Software: 3.1.0", "Serial Num: None",
        "DP Description: None",
      ]),
    .init(
      "desc", .v10, description.encode(version: .v10, xid: 2),
      prints: ["OFPST_DESC reply (xid=0x2)", "Manufacturer: Nicira, Inc."]),
    .init(
      "flow", .v10, GoldenRequest.everything().reply([flow], version: .v10, xid: 2),
      prints: [
        "OFPST_FLOW reply (xid=0x2)",
        "cookie=0x1234, duration=5s, table=0, n_packets=6, n_bytes=700, idle_timeout=60, hard_timeout=120, "
          + flowText,
      ]),
    .init(
      "NXST_FLOW", .v10, GoldenRequest.everything(isNicira: true).reply([flow, flow], version: .v10, xid: 2),
      prints: [
        "NXST_FLOW reply (xid=0x2)", "idle_timeout=60, hard_timeout=120, idle_age=3, hard_age=4, " + flowText,
      ]),
    .init(
      "flow", .v13, GoldenRequest.everything().reply([flow, flow], version: .v13, xid: 2),
      prints: ["OFPST_FLOW reply (OF1.3) (xid=0x2)", "hard_timeout=120, send_flow_rem " + flowText]),
    .init(
      "NXST_FLOW with actions", .v10,
      GoldenRequest.everything(isNicira: true).reply([rewriting], version: .v10, xid: 2),
      prints: [
        "actions=mod_vlan_vid:7,mod_dl_src:02:00:00:00:00:01,mod_nw_src:10.0.0.5,mod_tp_dst:8080,dec_ttl,CONTROLLER:128"
      ]),
    .init(
      "flow with actions", .v13, GoldenRequest.everything().reply([rewriting], version: .v13, xid: 2),
      prints: [
        "set_field:02:00:00:00:00:01->eth_src", "set_field:8080->tcp_dst", "dec_ttl", "CONTROLLER:128",
      ]),
    .init(
      "no flow", .v13, GoldenRequest.everything().reply([], version: .v13, xid: 2),
      captured: "04130010000000020001000000000000",
      prints: ["OFPST_FLOW reply (OF1.3) (xid=0x2):"]),
    .init(
      "aggregate", .v10, GoldenRequest.everything().reply(sums, version: .v10, xid: 2),
      prints: ["OFPST_AGGREGATE reply (xid=0x2): packet_count=6 byte_count=700 flow_count=2"]),
    .init(
      "NXST_AGGREGATE", .v10, GoldenRequest.everything(isNicira: true).reply(sums, version: .v10, xid: 2),
      prints: ["NXST_AGGREGATE reply (xid=0x2): packet_count=6 byte_count=700 flow_count=2"]),
    .init(
      "aggregate", .v13,
      GoldenRequest.everything().reply(
        AggregateStatistics(packets: 0, bytes: 0, flows: 6), version: .v13, xid: 2),
      captured: "04130028000000020002000000000000000000000000000000000000000000000000000600000000",
      prints: ["flow_count=6"]),
    .init(
      "table", .v10, TableStatistics.encode(tables, version: .v10, xid: 2),
      prints: ["table 0 (\"classifier\"):", "active=3, lookup=40, matched=5", "max_entries=1000000"]),
    .init(
      "table", .v13, TableStatistics.encode(tables, version: .v13, xid: 2),
      prints: ["table 0:", "active=3, lookup=40, matched=5"]),
    .init(
      "port", .v10, PortStatistics.encode([counters], version: .v10, xid: 2),
      prints: [
        "port  1: rx pkts=1, bytes=3, drop=5, errs=7, frame=9, over=10, crc=?",
        "tx pkts=2, bytes=4, drop=6, errs=8, coll=?",
      ]),
    .init(
      "port", .v13, PortStatistics.encode([counters], version: .v13, xid: 2),
      prints: ["port  1: rx pkts=1, bytes=3, drop=5, errs=7, frame=9, over=10, crc=?", "duration=1.500s"]),
    .init(
      "port desc", .v10, PortDescription.encode([br0, p1, p2], version: .v10, xid: 2),
      captured: """
        0111009c00000002000d0000fffe0200000000ab6272300000000000000000000000000000000000000000000000000000000000
        00000000000000000001aa55aa5500027031000000000000000000000000000000000000000000000000000000000000000000000000
        00000002aa55aa55000170320000000000000000000000000000000000000000000000000000000000000000000000000000
        """, prints: ["OFPST_PORT_DESC reply (xid=0x2)", "LOCAL(br0)"]),
    .init(
      "port desc", .v13, PortDescription.encode([br0, p1, p2], version: .v13, xid: 3),
      captured: """
        041300d000000003000d000000000000fffffffe000000000200000000ab00006272300000000000000000000000000000000000
        00000004000000000000000000000000000000000000000000000000
        0000000100000000aa55aa5500020000703100000000000000000000000000000000000000000004000000000000000000000000
        000000000000000000000000
        0000000200000000aa55aa5500010000703200000000000000000000000000000000000000000004000000000000000000000000
        000000000000000000000000
        """, prints: ["OFPST_PORT_DESC reply (OF1.3) (xid=0x3)"]),
    .init(
      "table features", .v13,
      TableFeatures.encode(
        [TableFeatures(table: 0, name: "classifier", maximumEntries: 1_000_000, lastTable: 253)],
        version: .v13, xid: 2),
      prints: [
        "table 0 (\"classifier\")", "metadata: match=0xffffffffffffffff write=0xffffffffffffffff",
        "max_entries=1000000", "next tables: 1-253",
        "instructions: apply_actions clear_actions write_actions write_metadata goto_table",
        "actions: output set_field strip_vlan push_vlan mod_nw_ttl dec_ttl",
        "arbitrary mask: dp_hash tun_{id,src,dst,ipv6_{src,dst},flags",
        "exact match or wildcard: recirc_id packet_type conj_id in_{port,port_oxm} actset_output",
      ]),
  ]

  static let description = SwitchDescription(
    manufacturer: "Nicira, Inc.", hardware: "Open vSwitch", software: "3.1.0", datapath: "None")
  static let tables = [
    TableStatistics(
      table: 0, name: "classifier", maximumEntries: 1_000_000, activeEntries: 3, lookups: 40, matches: 5)
  ]
  static let counters: PortStatistics = {
    var port = PortStatistics(number: PortNumber(rawValue: 1), duration: .milliseconds(1500))
    port.receivedPackets = 1
    port.sentPackets = 2
    port.receivedBytes = 3
    port.sentBytes = 4
    port.receiveDrops = 5
    port.sendDrops = 6
    port.receiveErrors = 7
    port.sendErrors = 8
    port.frameErrors = 9
    port.overruns = 10
    return port
  }()
}
