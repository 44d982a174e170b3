extension CommandReference {
  static let fdbCommands: [CommandReference] = [
    CommandReference(
      "fdb/show", .fdb, "[BRIDGE]", 0...1, "print the MAC addresses that a bridge, or each, has learned"),
    CommandReference(
      "fdb/add", .fdb, "BRIDGE PORT VLAN MAC", 4...4, "put a MAC address into the table for good",
      examples: ["fdb/add br0 tap0 10 02:00:00:00:00:01"]),
    CommandReference("fdb/del", .fdb, "BRIDGE VLAN MAC", 3...3, "take a MAC address out of the table"),
    CommandReference("fdb/flush", .fdb, "[BRIDGE]", 0...1, "forget what a bridge, or each, has learned"),
    CommandReference(
      "fdb/stats-show", .fdb, "[BRIDGE]", 0...1, "print how much is learned, expired, evicted, moved"),
    CommandReference("fdb/stats-clear", .fdb, "[BRIDGE]", 0...1, "set these counts to 0"),
  ]

  static let ipfixCommands: [CommandReference] = [
    CommandReference(
      "ipfix/show", .insight, "[BRIDGE]", 0...1,
      "print what was reported to IPFIX collectors by a bridge, or each, and what was lost",
      details: """
        'lost' are frames that sample(...) reported in vain: to a collector set that the bridge does not have, or \
        faster than they could be counted.
        """)
  ]

  static let daemonCommands: [CommandReference] = [
    CommandReference("list-commands", .daemon, "", 0...0, "print the daemon's commands with their arguments"),
    CommandReference("version", .daemon, "", 0...0, "print the daemon's version"),
    CommandReference("exit", .daemon, "", 0...0, "stop the daemon"),
  ]
}
