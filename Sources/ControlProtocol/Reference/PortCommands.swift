extension CommandReference {
  static let portCommands: [CommandReference] = [
    CommandReference(
      "add-port", .ports, "BRIDGE PORT [COLUMN[:KEY]=VALUE]...", .atLeast(2), "add a port to a bridge",
      details: """
        The settings behind PORT are columns of its Port record. Which device the port uses, its interface says; \
        without a type it is the network device of the port's name. A device that is not there yet is picked up \
        when it appears, and again whenever it comes back.
        """,
      options: [Option(name: "--may-exist", help: "do nothing when the bridge has the port")],
      examples: [
        "add-port br0 eth1", "add-port br0 tap0 tag=10 -- set interface tap0 type=tap",
        "add-port br0 p0 -- set interface p0 type=patch options:peer=p1",
      ]),
    CommandReference(
      "del-port", .ports, "[BRIDGE] PORT", 1...2, "delete a port",
      options: [Option(name: "--if-exists", help: "do nothing when there is no such port")],
      examples: ["del-port tap0", "del-port br0 tap0"]),
    CommandReference(
      "list-ports", .ports, "BRIDGE", 1...1, "print a bridge's ports but the local one, one a line, sorted"),
    CommandReference("port-to-br", .ports, "PORT", 1...1, "print the name of the bridge that has the port"),
    CommandReference(
      "list-ifaces", .ports, "BRIDGE", 1...1,
      "print a bridge's interfaces but the local one, one a line, sorted"),
    CommandReference(
      "iface-to-br", .ports, "INTERFACE", 1...1, "print the name of the bridge that has the interface"),
  ]
}
