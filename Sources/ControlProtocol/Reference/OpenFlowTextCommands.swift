extension CommandReference {
  static let openFlowTextCommands: [CommandReference] = [
    CommandReference(
      "parse-flow", .openFlowText, "FLOW", 1...1, "check a rule and print it as the message that adds it",
      details: """
        Also prints in which forms the rule can be sent, and which of them is chosen: the one that most switches \
        understand, of those that -O and -F allow. Without -O that is OpenFlow 1.0.
        """, options: [.protocols, .flowFormat, .more, .strict],
      examples: [
        "parse-flow 'tcp,tp_dst=80,actions=output:1'", "-O OpenFlow15 parse-flow 'ip,actions=drop'",
      ],
      client: true),
    CommandReference(
      "parse-flows", .openFlowText, "FILE|-", 1...1, "check the rules of a file and print their messages",
      options: [.protocols, .flowFormat, .more], client: true),
    CommandReference(
      "parse-group", .openFlowText, "GROUP", 1...1, "check a group and print it as the message that adds it",
      options: [.protocols, .more], client: true),
    CommandReference(
      "parse-meter", .openFlowText, "METER", 1...1, "check a meter and print it as the message that adds it",
      options: [.protocols, .more], client: true),
    CommandReference(
      "parse-actions", .openFlowText, "VERSION", 1...1,
      "print actions that standard input has in hexadecimal",
      details: "One list a line. Bytes that we would write otherwise are listed behind it.",
      examples: ["parse-actions OpenFlow10"], client: true),
    CommandReference(
      "parse-instructions", .openFlowText, "VERSION", 1...1,
      "print instructions that standard input has in hexadecimal",
      details: "One list a line. Bytes that we would write otherwise are listed behind it.", client: true),
    CommandReference(
      "parse-ofp10-match", .openFlowText, "", 0...0,
      "print matches of OpenFlow 1.0 that standard input has in hexadecimal", client: true),
    CommandReference(
      "parse-ofp11-match", .openFlowText, "", 0...0,
      "print matches of OpenFlow 1.1 that standard input has in hexadecimal", client: true),
    CommandReference(
      "parse-nx-match", .openFlowText, "", 0...0, "carry matches in the text of NXM through their bytes",
      details: "Reads 'NXM_OF_ETH_TYPE(0800), NXM_OF_IP_SRC_W(c0a80000/ffff0000)' from standard input.",
      options: [Option(name: "--strict", help: "refuse fields that are not known")], client: true),
    CommandReference(
      "parse-nxm", .openFlowText, "", 0...0, "the same as parse-nx-match",
      options: [Option(name: "--strict", help: "refuse fields that are not known")], client: true),
    CommandReference(
      "parse-oxm", .openFlowText, "VERSION", 1...1, "carry matches in the text of OXM through their bytes",
      options: [Option(name: "--strict", help: "refuse fields that are not known")], client: true),
    CommandReference(
      "check-vlan", .openFlowText, "TCI MASK", 2...2, "show a match on the VLAN tag in every form",
      examples: ["check-vlan 0x1005 0x1fff"], client: true),
    CommandReference(
      "compose-packet", .openFlowText, "FLOW [PAYLOAD]", 1...2, "print a frame that has the fields of a flow",
      details: """
        A hexadecimal dump; with --bare the digits alone, as packet-out takes them. PAYLOAD is in hexadecimal, 64 \
        bytes unless said otherwise. The exit status is 1 when no frame has just these fields.
        """, options: [Option(name: "--bare", help: "digits without offsets, in one line")],
      examples: ["--bare compose-packet 'udp,eth_dst=02:00:00:00:00:01,nw_dst=192.0.2.1,udp_dst=53'"],
      client: true),
    CommandReference(
      "parse-packet", .openFlowText, "", 0...0, "print the fields of the frame on standard input",
      client: true),
    CommandReference(
      "parse-pcap", .openFlowText, "FILE...", .atLeast(1), "print the fields of the frames in capture files",
      client: true),
    CommandReference(
      "ofp-print", .openFlowText, "MESSAGE|- [VERBOSITY]", 1...2, "print an OpenFlow message",
      details: "MESSAGE is in hexadecimal; '-' reads such messages from standard input. VERBOSITY is 0 to 4.",
      options: [.more], examples: ["ofp-print 0402000812345678"], client: true),
    CommandReference(
      "ofp-parse", .openFlowText, "FILE|-", 1...1, "print the OpenFlow messages of a file of bytes",
      options: [.more], client: true),
    CommandReference(
      "ofp-parse-pcap", .openFlowText, "FILE [PORT]...", .atLeast(1),
      "print the OpenFlow messages of a capture file",
      details:
        "Takes the TCP connections of the ports given, otherwise of 6633 and 6653, over IPv4 and IPv6.",
      options: [.timestamp, .more], client: true),
    CommandReference(
      "print-error", .openFlowText, "ERROR", 1...1, "print an error's numbers in every version",
      examples: ["print-error OFPFMFC_OVERLAP"], client: true),
    CommandReference(
      "encode-error-reply", .openFlowText, "ERROR REQUEST", 2...2,
      "print the error message that answers a request",
      examples: ["encode-error-reply OFPBRC_BAD_TYPE 0402000812345678"], client: true),
    CommandReference(
      "encode-hello", .openFlowText, "BITMAP", 1...1,
      "print the hello of a side that speaks certain versions",
      details: "Bit 1 of BITMAP stands for OpenFlow 1.0, bit 6 for OpenFlow 1.5.",
      examples: ["encode-hello 0x12"], client: true),
    CommandReference(
      "parse-key-value", .openFlowText, "TEXT...", .atLeast(1), "show how a text is cut into keys and values",
      client: true),
    CommandReference(
      "list-fields", .openFlowText, "", 0...0, "print the match fields with their names and widths",
      client: true),
  ]
}
