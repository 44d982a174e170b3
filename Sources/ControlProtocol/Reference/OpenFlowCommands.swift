extension CommandReference {
  static let openFlowCommands: [CommandReference] = [
    CommandReference(
      "replace-flows", .openFlow, "SWITCH FILE|-", 2...2, "make the rules of a switch those of a file",
      details: """
        Reads the rules that the switch has and changes only what differs: rules that are missing are added, rules \
        with other actions, cookie or timeouts replaced, and rules that the file does not have deleted.
        """,
      options: [
        Option(name: "--readd", help: "add rules again that are there already"), .bundle, .protocols,
        .flowFormat,
        .noNames, .readOnly,
      ], examples: ["--bundle replace-flows br0 rules.txt"], client: true),
    CommandReference(
      "diff-flows", .openFlow, "SOURCE1 SOURCE2", 2...2, "print the rules that only one of two sources has",
      details: """
        A SOURCE is a file or a switch: what starts with '/' or '.' is a file, what has a colon is a switch, and \
        anything else is a file if there is one. Rules of SOURCE1 alone are printed behind '-', those of SOURCE2 \
        alone behind '+'. The exit status is 2 when there are differences.
        """, options: [.protocols, .flowFormat, .noNames], examples: ["diff-flows rules.txt br0"],
      client: true),
    CommandReference(
      "bundle", .openFlow, "SWITCH FILE|-", 2...2, "carry out changes of flows and groups, all or none",
      details: """
        Each line starts with 'flow', 'group' or 'packet-out' and may go on with what to do: flow add, modify, \
        modify_strict, delete or delete_strict; group add, modify, add_or_mod, delete, insert_bucket or \
        remove_bucket. The rest is written as for add-flow, add-group and packet-out. The changes are made in \
        their order and become visible at once. Needs OpenFlow 1.3 or later.
        """, options: [.protocols, .noNames, .readOnly], examples: ["bundle br0 changes.txt"], client: true),
    CommandReference(
      "dump-table-features", .openFlow, "SWITCH", 1...1, "print what each flow table can match and do",
      options: .asking, client: true),
    CommandReference(
      "dump-table-desc", .openFlow, "SWITCH", 1...1, "print eviction and vacancy settings of the flow tables",
      options: .asking, client: true),
    CommandReference(
      "queue-stats", .openFlow, "SWITCH [PORT [QUEUE]]", 1...3, "print what queues have sent",
      details: "PORT and QUEUE may be ALL.", options: .asking, examples: ["queue-stats br0 1 ALL"],
      client: true),
    CommandReference(
      "queue-get-config", .openFlow, "SWITCH [PORT [QUEUE]]", 1...3, "print the settings of queues",
      details: "PORT and QUEUE may be ANY.", options: .asking, client: true),
    CommandReference(
      "get-frags", .openFlow, "SWITCH", 1...1, "print what the switch does with IP fragments",
      options: .asking, client: true),
    CommandReference(
      "set-frags", .openFlow, "SWITCH MODE", 2...2, "say what the switch does with IP fragments",
      details: "MODE is normal, drop, reassemble or nx-match.", options: [.protocols, .readOnly],
      examples: ["set-frags br0 nx-match"], client: true),
    CommandReference(
      "ct-flush-zone", .openFlow, "SWITCH ZONE", 2...2, "forget the tracked connections of a zone",
      options: [.protocols, .readOnly], examples: ["ct-flush-zone br0 5"], client: true),
    CommandReference(
      "ct-flush", .openFlow, "SWITCH [zone=N] [ORIGINAL [REPLY]]", 1...4, "forget tracked connections",
      details: """
        ORIGINAL and REPLY say which: ct_nw_src, ct_nw_dst (or ct_ipv6_src, ct_ipv6_dst), ct_nw_proto, ct_tp_src, \
        ct_tp_dst, or for ICMP icmp_type, icmp_code, icmp_id. What is not said does not matter. An empty ORIGINAL \
        leaves the choice to REPLY.
        """, options: [.protocols, .readOnly],
      examples: ["ct-flush br0 zone=5 'ct_nw_src=10.1.1.1,ct_nw_proto=6,ct_tp_dst=80'"], client: true),
    CommandReference(
      "dump-ipfix-bridge", .openFlow, "SWITCH", 1...1, "print what the bridge's IPFIX exporter has counted",
      options: .asking, client: true),
    CommandReference(
      "dump-ipfix-flow", .openFlow, "SWITCH", 1...1, "print what flow-based IPFIX exporters have counted",
      options: .asking, client: true),
    CommandReference(
      "add-tlv-map", .openFlow, "SWITCH MAP", 2...2, "map tunnel options to tun_metadata fields",
      details: "MAP is '{class=CLASS,type=TYPE,len=BYTES}->tun_metadataN', several with commas between.",
      options: [.protocols, .readOnly],
      examples: ["add-tlv-map br0 '{class=0xffff,type=0,len=4}->tun_metadata0'"], client: true),
    CommandReference(
      "del-tlv-map", .openFlow, "SWITCH [MAP]", 1...2, "take mappings of tunnel options away, or all",
      options: [.protocols, .readOnly], client: true),
    CommandReference(
      "dump-tlv-map", .openFlow, "SWITCH", 1...1, "print the mappings of tunnel options", options: .asking,
      client: true),
    CommandReference(
      "snoop", .openFlow, "SWITCH", 1...1, "print what a bridge and its controller say to each other",
      details: "Of a BRIDGE its '.snoop' socket is used.", options: [.timestamp, .more], client: true),
    CommandReference(
      "probe", .openFlow, "TARGET", 1...1, "see whether a switch or controller answers",
      details: "The exit status is 0 when it does.", options: [.protocols],
      examples: ["--timeout=2 probe tcp:192.0.2.1"], client: true),
    CommandReference(
      "ping", .openFlow, "TARGET [BYTES]", 1...2, "time ten echo requests",
      details: "Each carries BYTES bytes, 64 unless said otherwise.", options: [.protocols], client: true),
    CommandReference(
      "benchmark", .openFlow, "TARGET BYTES COUNT", 3...3, "time many echo requests of a size",
      options: [.protocols], examples: ["benchmark br0 64 10000"], client: true),
  ]
}

extension [CommandReference.Option] {
  static var asking: [CommandReference.Option] { CommandReference.Option.asking }
  static var changing: [CommandReference.Option] { CommandReference.Option.changing }
}
