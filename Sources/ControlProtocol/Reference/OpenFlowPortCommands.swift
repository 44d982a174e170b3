extension CommandReference {
  static let openFlowPortCommands: [CommandReference] = [
    CommandReference(
      "dump-ports", .openFlowPorts, "BRIDGE [PORT]", 1...2,
      "print frames, bytes, drops and errors of each port", openFlowOptions: .asking,
      examples: ["dump-ports br0", "dump-ports br0 tap0"]),
    CommandReference(
      "dump-ports-desc", .openFlowPorts, "BRIDGE [PORT]", 1...2,
      "print number, name, address and state of each port", openFlowOptions: .asking),
    CommandReference(
      "dump-desc", .openFlowPorts, "BRIDGE", 1...1, "print what the bridge says of itself",
      openFlowOptions: .asking),
    CommandReference(
      "mod-port", .openFlowPorts, "BRIDGE PORT ACTION", 3...3, "change what OpenFlow lets a port do",
      details: "ACTION is up, down, [no-]flood, [no-]receive, [no-]forward or [no-]packet-in.",
      openFlowOptions: [.protocols, .readOnly], examples: ["mod-port br0 tap0 no-flood"]),
    CommandReference(
      "packet-out", .openFlowPorts,
      "BRIDGE IN_PORT ACTIONS FRAME | BRIDGE 'in_port=PORT packet=FRAME actions=ACTIONS'",
      2...4, "send a frame through actions",
      details: "FRAME is in hexadecimal and starts with the Ethernet header.",
      openFlowOptions: [.protocols, .readOnly],
      examples: [
        "packet-out br0 LOCAL output:1 ffffffffffff0200000000010806000108000604000102000000000a0000010000000000000a000002"
      ]),
    CommandReference(
      "monitor", .openFlowPorts, "SWITCH [LENGTH] [invalid_ttl] [resume] [watch:[SPEC]...]", 1...8,
      "print messages to controllers as they come, until stopped",
      details: """
        With LENGTH the bridge is asked for packets and other events, of packets that no rule matched their first \
        LENGTH bytes. It is a controller of its own: frames that rules send to controllers count as delivered \
        while it runs. 'invalid_ttl' asks for packets whose TTL ran out as well, 'resume' sends packets that a \
        rule paused back into the tables.

        'watch:' follows the changes of the flow tables. SPEC is a list of: !initial, !add, !delete, !modify, !own, \
        !actions; table=N; out_port=PORT; out_group=GROUP; and FIELD=VALUE as in a flow.
        """,
      options: [
        .protocols,
        Option(
          name: "--packet-in-format", value: "FORMAT",
          help: "or -P: standard, nxt_packet_in or nxt_packet_in2"),
        .timestamp, .more, .names, .noNames,
      ], examples: ["monitor br0 65534", "monitor br0 watch:table=0,!initial"], client: true),
  ]
}
