extension CommandReference {
  static let flowCommands: [CommandReference] = [
    CommandReference(
      "add-flow", .flows, "BRIDGE FLOW", 2...2,
      "add a rule, or replace the one of the same match and priority",
      details: """
        FLOW is what the rule matches, what it is like, and what it does: 'FIELD=VALUE,...,KEY=VALUE,...,actions=\
        ACTION,...', written as for ovs-ofctl. 'apus list-fields' lists the fields, ovs-fields(7) and \
        ovs-actions(7) explain fields and actions. KEY is

          table=N, priority=N            0 and 32768 unless said otherwise
          cookie=N                       a number of yours, by which rules can be found
          idle_timeout=S, hard_timeout=S the rule goes after S seconds without a frame, or at all
          importance=N                   from OpenFlow 1.4 on
          send_flow_rem, check_overlap, reset_counts, no_packet_counts, no_byte_counts

        A rule whose effect the switch cannot give is refused. One that overlaps with another rule of the same \
        priority is refused with check_overlap, and added with a warning with --warn-overlap. FLOW '-' reads rules from standard input as add-flows \
        does.
        """, options: [.warnOverlap], openFlowOptions: .changing,
      examples: ["add-flow br0 'priority=100,tcp,tp_dst=22,actions=drop'"], file: .standardInput(1)),
    CommandReference(
      "add-flows", .flows, "BRIDGE FILE|-", 2...2, "add the rules of a file, all of them or none",
      details: "One rule a line; '#' starts a comment. '-' is standard input.",
      options: [.warnOverlap], openFlowOptions: .changing, examples: ["add-flows br0 rules.txt"],
      file: .path(1)),
    CommandReference(
      "mod-flows", .flows, "BRIDGE FLOW", 2...2, "change the actions of the rules that match",
      options: [.strict], openFlowOptions: .changing, examples: ["mod-flows br0 'tcp,actions=normal'"],
      file: .standardInput(1)),
    CommandReference(
      "del-flows", .flows, "BRIDGE [FLOW]", 1...2, "delete the rules that match, or all",
      options: [.strict], openFlowOptions: .changing,
      examples: ["del-flows br0", "del-flows br0 table=1", "--strict del-flows br0 'priority=100,ip'"],
      file: .standardInput(1)),
    CommandReference(
      "dump-flows", .flows, "BRIDGE [FILTER]", 1...2, "print the rules, or those that FILTER covers",
      options: [
        Option(name: "--no-stats", help: "without counters and ages, so that two dumps can be compared"),
        .names, Option(name: "--sort", help: "by priority, highest first, instead of by table"),
      ],
      openFlowOptions: [
        .protocols, .flowFormat, .more, .noNames,
        Option(
          name: "--sort", value: "FIELD", help: "by a field, or by priority, in ascending order; repeatable"),
        Option(name: "--rsort", value: "FIELD", help: "in descending order"),
        Option(name: "--stats", help: "with counters and ages, as without --no-stats"),
        Option(name: "--color", value: "WHEN", help: "always, never or auto: colours for a terminal"),
      ],
      examples: ["dump-flows br0", "dump-flows br0 table=0,in_port=1", "dump-flows br0 --no-stats"]),
    CommandReference(
      "dump-aggregate", .flows, "BRIDGE [FILTER]", 1...2, "print packets, bytes and number of rules in total",
      openFlowOptions: .asking),
    CommandReference(
      "dump-tables", .flows, "BRIDGE", 1...1, "print each flow table's rules, lookups and matches",
      details: """
        structure says how rules are found. Up to eight are compared one after the other. Of more, those whose masks \
        differ only in the length of a prefix of one IP address, such as routes, lie in a tree when there are more lengths \
        than a search there has steps, one for each 8 bits; all others in hash tables, one for each mask. It follows the \
        rules by itself.
        """, openFlowOptions: .asking),
    CommandReference(
      "mod-table", .flows, "BRIDGE TABLE ACTION", 3...3,
      "say what a table does with frames that no rule of it matches, or when it is full",
      details: """
        TABLE is 0 to 253. ACTION is drop (as it is unless said otherwise), controller or continue, which leaves \
        the decision to the next table. Over OpenFlow 1.4 and later it is evict, noevict, vacancy:LOW,HIGH (per \
        cent) or novacancy, and name:NAME.
        """, openFlowOptions: [.protocols, .readOnly],
      examples: ["mod-table br0 0 controller"]),
  ]
}

extension CommandReference.Option {
  static let warnOverlap = CommandReference.Option(
    name: "--warn-overlap",
    help: "warn of each rule that overlaps with one of the same priority that does something else")
}
