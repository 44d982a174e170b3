extension CommandReference {
  static let portCommands: [CommandReference] = [
    CommandReference(
      "add-port", .ports, "BRIDGE PORT [COLUMN[:KEY]=VALUE]...", .atLeast(2), "add a port to a bridge",
      details: """
        The settings behind PORT are columns of its Port record. Which device the port uses, its interface says; \
        without a type it is the network device of the port's name. A device that is not there yet is picked up \
        when it appears, and again whenever it comes back.

        An ephemeral port deletes itself: with PID when that process has ended, such as a virtual machine monitor, and \
        without when the device that was there, or whoever was at the far end of a stream or vhost-user port, is gone. \
        The column 'ephemeral' has 'peer' or the PID; 'clear port PORT ephemeral' lets the port stay.
        """,
      options: [
        Option(name: "--may-exist", help: "do nothing when the bridge has the port"),
        Option(
          name: "--ephemeral", value: "PID",
          help: "delete the port when its device, its peer, or the process goes",
          mayLackValue: true),
      ],
      examples: [
        "add-port br0 eth1", "add-port br0 tap0 tag=10 -- set interface tap0 type=tap",
        "add-port br0 p0 -- set interface p0 type=patch options:peer=p1",
        "--ephemeral=4711 add-port br0 vm1 -- set interface vm1 type=stream options:path=/run/vm1.sock",
      ]),
    CommandReference(
      "del-port", .ports, "[BRIDGE] PORT", 1...2, "delete a port",
      options: [Option(name: "--if-exists", help: "do nothing when there is no such port")],
      examples: ["del-port tap0", "del-port br0 tap0"]),
    CommandReference(
      "port-export", .ports, "PORT", 1...1, "print what a port is and has, as JSON for port-import",
      details: """
        That is its name, its OpenFlow number and configuration, the columns of its Port and Interface records, the \
        addresses that are known to be on it, and its counters. The port stays as it is.
        """,
      examples: ["port-export vm1"]),
    CommandReference(
      "port-import", .ports, "BRIDGE [FILE|-]", 1...2, "add a port as port-export has printed it",
      details: """
        The port has the name, the number, the settings and the addresses that it had, and its counters go on from \
        what they were. A name, a number or a static address that is another port's is refused, and nothing is \
        changed. Descriptors (options:fd) are not in the file: 'set interface PORT options:fd=NUMBER' in the same \
        command line hands over new ones. Rules belong to bridges: dump-flows and add-flows move them.
        """,
      options: [
        Option(name: "--any-number", help: "give it the lowest free number if its own is another port's")
      ],
      examples: [
        "port-import br0 vm1.json", "--dry-run port-import br0 vm1.json",
        "del-port vm1 -- port-import br1 vm1.json",
      ], file: .pathOrInput(1)),
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
