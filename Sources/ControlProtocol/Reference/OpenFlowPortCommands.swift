extension CommandReference {
  static let openFlowPortCommands: [CommandReference] = [
    CommandReference(
      "dump-ports", .openFlowPorts, "BRIDGE [PORT]", 1...2,
      "print frames, bytes, drops and errors of each port",
      examples: ["dump-ports br0", "dump-ports br0 tap0"]),
    CommandReference(
      "dump-ports-desc", .openFlowPorts, "BRIDGE [PORT]", 1...2,
      "print number, name, address and state of each port"),
    CommandReference("dump-desc", .openFlowPorts, "BRIDGE", 1...1, "print what the bridge says of itself"),
    CommandReference(
      "mod-port", .openFlowPorts, "BRIDGE PORT ACTION", 3...3, "change what OpenFlow lets a port do",
      details: "ACTION is up, down, [no-]flood, [no-]receive, [no-]forward or [no-]packet-in.",
      examples: ["mod-port br0 tap0 no-flood"]),
    CommandReference(
      "packet-out", .openFlowPorts,
      "BRIDGE IN_PORT ACTIONS FRAME | BRIDGE 'in_port=PORT packet=FRAME actions=ACTIONS'",
      2...4, "send a frame through actions",
      details: "FRAME is in hexadecimal and starts with the Ethernet header.",
      examples: [
        "packet-out br0 LOCAL output:1 ffffffffffff0200000000010806000108000604000102000000000a0000010000000000000a000002"
      ]),
    CommandReference(
      "monitor", .openFlowPorts, "BRIDGE [LENGTH]", 1...2,
      "print packets for controllers, port changes and removed rules, until stopped",
      details: """
        One line each, as they happen. Of frames that no rule matched the first LENGTH bytes are looked at, 65535 \
        unless said otherwise. It is a controller of its own: frames that rules send to controllers count as \
        delivered while it runs.
        """,
      examples: ["monitor br0"]),
  ]
}
