extension CommandReference {
  private static let groupSyntax = """
    A group is written 'group_id=ID,type=TYPE,bucket=...,bucket=...'. TYPE is all, select, indirect or ff. A bucket \
    is 'bucket_id:ID,weight:W,watch_port:PORT,watch_group:ID,actions=ACTIONS' of which only the actions are \
    needed. A select group may say selection_method=hash|dp_hash, selection_method_param=N and fields(FIELD,...). \
    GROUP '-' reads groups from standard input, one a line.
    """
  private static let meterSyntax = """
    A meter is written 'meter=ID kbps|pktps [burst] [stats] bands=type=drop rate=N [burst_size=N]'. ID is a number, \
    controller, slowpath or, to delete or show, all. Meters came with OpenFlow 1.3.
    """

  static let groupCommands: [CommandReference] = [
    CommandReference(
      "add-group", .groups, "SWITCH GROUP", 2...2, "add a group", details: groupSyntax,
      options: [.bundle, .mayCreate, .protocols, .readOnly],
      examples: ["add-group br0 'group_id=1,type=select,bucket=actions=output:1,bucket=actions=output:2'"],
      client: true),
    CommandReference(
      "add-groups", .groups, "SWITCH FILE|-", 2...2, "add the groups of a file",
      details: """
        One group a line; '#' starts a comment. A line may start with add, modify, add_or_mod, delete, \
        insert_bucket or remove_bucket, which says what to do with the group.
        """, options: [.bundle, .protocols, .readOnly], examples: ["--bundle add-groups br0 groups.txt"],
      client: true),
    CommandReference(
      "mod-group", .groups, "SWITCH GROUP", 2...2, "replace a group's type and buckets", details: groupSyntax,
      options: [.mayCreate, .bundle, .protocols, .readOnly],
      examples: ["--may-create mod-group br0 'group_id=1,type=indirect,bucket=actions=output:3'"],
      client: true),
    CommandReference(
      "del-groups", .groups, "SWITCH [GROUP]", 1...2, "delete a group, or all",
      options: [.bundle, .protocols, .readOnly], examples: ["del-groups br0", "del-groups br0 group_id=1"],
      client: true),
    CommandReference(
      "insert-buckets", .groups, "SWITCH GROUP", 2...2, "add buckets to a group",
      details: """
        'command_bucket_id=' says where: first, last, or in front of the bucket of that number. The buckets follow, \
        written as for add-group.
        """, options: [.bundle, .protocols, .readOnly],
      examples: ["insert-buckets br0 'group_id=1,command_bucket_id=last,bucket=actions=output:4'"],
      client: true),
    CommandReference(
      "remove-buckets", .groups, "SWITCH GROUP", 2...2, "take buckets out of a group",
      details: "'command_bucket_id=' says which: first, last, all, or the bucket of that number.",
      options: [.bundle, .protocols, .readOnly],
      examples: ["remove-buckets br0 group_id=1,command_bucket_id=all"], client: true),
    CommandReference(
      "dump-groups", .groups, "SWITCH [GROUP]", 1...2, "print groups and their buckets",
      details: "GROUP is a number or 'group_id=NUMBER'. Before OpenFlow 1.5 switches show all groups.",
      options: .asking, examples: ["dump-groups br0"], client: true),
    CommandReference(
      "dump-group-stats", .groups, "SWITCH [GROUP]", 1...2, "print packets and bytes of groups and buckets",
      details: "GROUP is a number or 'group_id=NUMBER'.", options: .asking,
      examples: ["dump-group-stats br0 group_id=1"], client: true),
    CommandReference(
      "dump-group-features", .groups, "SWITCH", 1...1, "print which groups the switch can have",
      options: .asking, client: true),
    CommandReference(
      "add-meter", .groups, "SWITCH METER", 2...2, "add a meter", details: meterSyntax,
      options: [.protocols, .readOnly],
      examples: ["add-meter br0 'meter=1 kbps burst stats bands=type=drop rate=1000 burst_size=100'"],
      client: true),
    CommandReference(
      "mod-meter", .groups, "SWITCH METER", 2...2, "change a meter", details: meterSyntax,
      options: [.protocols, .readOnly], examples: ["mod-meter br0 'meter=1 pktps bands=type=drop rate=500'"],
      client: true),
    CommandReference(
      "del-meter", .groups, "SWITCH METER", 2...2, "delete a meter", options: [.protocols, .readOnly],
      examples: ["del-meter br0 meter=1"], client: true),
    CommandReference(
      "del-meters", .groups, "SWITCH [METER]", 1...2, "delete a meter, or all",
      options: [.protocols, .readOnly], examples: ["del-meters br0"], client: true),
    CommandReference(
      "dump-meter", .groups, "SWITCH METER", 2...2, "print a meter", options: .asking,
      examples: ["dump-meter br0 meter=1"], client: true),
    CommandReference(
      "dump-meters", .groups, "SWITCH [METER]", 1...2, "print a meter, or all", options: .asking,
      client: true),
    CommandReference(
      "meter-stats", .groups, "SWITCH [METER]", 1...2, "print what meters and their bands have counted",
      options: .asking, examples: ["meter-stats br0 meter=1"], client: true),
    CommandReference(
      "meter-features", .groups, "SWITCH", 1...1, "print which meters the switch can have", options: .asking,
      client: true),
  ]
}

extension CommandReference.Option {
  static let mayCreate = CommandReference.Option(
    name: "--may-create", help: "mod-group: add the group when there is none")
}
