extension CommandReference {
  static let mirrorCommands: [CommandReference] = [
    CommandReference(
      "add-mirror", .mirrors, "BRIDGE MIRROR [COLUMN[:KEY]=VALUE]...", .atLeast(2),
      "have frames of a bridge copied to a port or into a VLAN",
      details: """
        The settings behind MIRROR are columns of its Mirror record. Which frames are copied:

          select_all=true     those of all ports, as they come in and as they leave
          select_src_port     those that come in by these ports, as they came in
          select_dst_port     those that leave by these ports, as they leave
          select_vlan         of those only the ones in these VLANs, 0 to 4095

        Where the copies go, which is one of

          output_port         to this port, which takes part in nothing else from then on
          output_vlan         into this VLAN, 1 to 4095: to all ports that carry it

        and how much of them: snaplen, 14 to 65535 bytes.

        A mirror gets one copy of a frame at most. What becomes of the frame itself is the same as without mirrors.
        """,
      options: [Option(name: "--may-exist", help: "do nothing when the bridge has the mirror")],
      examples: [
        "add-mirror br0 m0 select_all=true output_port=p9",
        "add-mirror br0 m1 select_src_port=p1,p2 select_vlan=10 output_vlan=900 snaplen=128",
      ]),
    CommandReference(
      "del-mirror", .mirrors, "[BRIDGE] MIRROR", 1...2, "delete a mirror",
      options: [Option(name: "--if-exists", help: "do nothing when there is no such mirror")],
      examples: ["del-mirror m0", "del-mirror br0 m0"]),
    CommandReference(
      "list-mirrors", .mirrors, "BRIDGE", 1...1, "print the names of a bridge's mirrors, one a line, sorted"),
  ]
}
