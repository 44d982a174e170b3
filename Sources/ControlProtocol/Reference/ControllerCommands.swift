extension CommandReference {
  static let controllerCommands: [CommandReference] = [
    CommandReference(
      "set-controller", .controllers, "BRIDGE TARGET...", .atLeast(2), "set a bridge's OpenFlow controllers",
      details: """
        The controllers that the bridge had go. TARGET is one of

          tcp:IP[:PORT]       connect to the controller; PORT is 6653 unless said otherwise
          ssl:IP[:PORT]       the same, encrypted; see set-ssl
          unix:/PATH          the same, through a Unix socket
          ptcp:[PORT][:IP]    wait for controllers to connect; on all IPv4 addresses unless IP says otherwise
          pssl:[PORT][:IP]    the same, encrypted
          punix:/PATH         the same, through a Unix socket

        IPv6 addresses stand in brackets. Behaviour of a controller is set in its record of the table Controller; \
        what becomes of frames while no controller is there is set by set-fail-mode.
        """,
      options: [
        Option(
          name: "--inactivity-probe", value: "MILLISECONDS",
          help: "silence after which a controller is asked for a sign of life; 5000, and 0 for never")
      ],
      examples: [
        "set-controller br0 tcp:192.0.2.1",
        "set-controller br0 ssl:192.0.2.1:6653 ssl:[2001:db8::1] ptcp:6654",
      ]),
    CommandReference(
      "get-controller", .controllers, "BRIDGE", 1...1, "print a bridge's controllers, one a line, sorted"),
    CommandReference(
      "del-controller", .controllers, "BRIDGE", 1...1, "take a bridge's controllers away",
      details: "Rules that they made stay; 'del-flows BRIDGE' deletes them."),
    CommandReference(
      "set-fail-mode", .controllers, "BRIDGE MODE", 2...2,
      "say what becomes of frames while no controller is there",
      details: """
        MODE is standalone (as it is unless said otherwise) or secure. Standalone, the bridge switches like a plain \
        one when none of its primary controllers has been connected for three inactivity probes, until one is \
        back; the rules in its tables stay and count again then. Secure, the tables count always.
        """,
      examples: ["set-fail-mode br0 secure"]),
    CommandReference(
      "get-fail-mode", .controllers, "BRIDGE", 1...1, "print a bridge's fail mode, if it is set"),
    CommandReference(
      "del-fail-mode", .controllers, "BRIDGE", 1...1, "set a bridge's fail mode to the default, standalone"),
    CommandReference(
      "set-ssl", .controllers, "PRIVATE-KEY CERTIFICATE CA-CERTIFICATE", 3...3,
      "name the files for encrypted connections to controllers",
      details: """
        Absolute paths of files in PEM. Both sides show a certificate, and each must be signed by a CA that the \
        other knows. The files are read again for each new connection.
        """,
      examples: ["set-ssl /etc/apus/key.pem /etc/apus/cert.pem /etc/apus/ca.pem"]),
    CommandReference("get-ssl", .controllers, "", 0...0, "print the files for encrypted connections"),
    CommandReference("del-ssl", .controllers, "", 0...0, "forget the files for encrypted connections"),
  ]
}
