extension CommandReference {
  static let bridgeCommands: [CommandReference] = [
    CommandReference(
      "add-br", .bridges, "BRIDGE", 1...1, "create a bridge",
      details: """
        The bridge gets a local port of its own name and of type internal, through which the host takes part. \
        It switches at once like a plain learning switch; 'set bridge BRIDGE fail_mode=secure' in the same \
        transaction starts it with empty flow tables.
        """,
      options: [Option(name: "--may-exist", help: "do nothing when the bridge exists")],
      examples: ["add-br br0", "add-br br0 -- set bridge br0 fail_mode=secure"]),
    CommandReference(
      "del-br", .bridges, "BRIDGE", 1...1, "delete a bridge and its ports",
      options: [Option(name: "--if-exists", help: "do nothing when there is no such bridge")],
      examples: ["del-br br0"]),
    CommandReference("list-br", .bridges, "", 0...0, "print the names of the bridges, one a line"),
    CommandReference(
      "br-exists", .bridges, "BRIDGE", 1...1, "exit with 0 if the bridge exists, with 2 if not",
      examples: ["br-exists br0 && echo yes"]),
    CommandReference(
      "show", .bridges, "[BRIDGE]", 0...1,
      "show bridges, ports and their state; with BRIDGE as OpenFlow sees it",
      details: """
        A port's state is one of 'up', 'down', 'waiting: REASON' and 'failed: REASON'. A waiting port starts to \
        work by itself as soon as what it waits for is there.
        """,
      examples: ["show", "show br0"]),
  ]
}
