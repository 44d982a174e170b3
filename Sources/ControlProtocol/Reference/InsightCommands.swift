extension CommandReference {
  static let insightCommands: [CommandReference] = [
    CommandReference(
      "drops", .insight, "[BRIDGE|PORT]", 0...1,
      "print how many frames each port dropped, and for which reasons",
      details: "Every frame that is not delivered is counted under exactly one reason.",
      examples: ["drops", "drops br0", "drops tap0"]),
    CommandReference(
      "why-dropped", .insight, "[BRIDGE|PORT]", 0...1,
      "print the last drops of each port, each with its reason and the way that the frame took",
      details: """
        Of each port the last 32 drops are kept: of frames that came in there, and of copies that should have left \
        there. The newest comes last. A rule that is gone meanwhile is told by its table alone.
        """,
      options: [
        Option(
          name: "--count", value: "N", help: "at most N drops, 10 unless said otherwise", takesNextWord: true)
      ],
      examples: ["why-dropped", "why-dropped tap0", "--count=1 why-dropped br0"]),
    CommandReference(
      "workers", .insight, "", 0...0,
      "print what each worker has done, where its time went, and what its flow cache found",
      details: """
        Frames come in batches: the larger they are, the less each costs. What a frame costs is said in nanoseconds and \
        in ticks of the processor's clock, and how it divides up: receive asks the port, classify reads headers and \
        finds flows or rules, execute changes frames, transmit hands them to ports. The time to sleep and to look for \
        frames in vain is not part of it. Of a frame that is found in the flow cache no table is looked up. The cache \
        stands aside while it finds little, as when each frame is of a new connection.

        Last come the queues that the worker takes frames from. One that is pinned stays there \
        (Interface other_config:pmd-rxq-affinity); others are moved when the worker has too much to do.
        """,
      examples: ["workers", "--format=json workers"]),
    CommandReference(
      "dpif-netdev/pmd-rxq-show", .insight, "", 0...0,
      "print which worker takes frames from which queue, as Open vSwitch words it",
      details: "core_id is the number of a worker. The usage is the queue's share of the worker's time.",
      examples: ["dpif-netdev/pmd-rxq-show"]),
    CommandReference(
      "dpif-netdev/pmd-stats-show", .insight, "", 0...0,
      "print what each worker has done, as Open vSwitch words it",
      details: "core_id is the number of a worker; cycles are ticks of the processor's clock.",
      examples: ["dpif-netdev/pmd-stats-show"]),
    CommandReference(
      "dpif-netdev/pmd-stats-clear", .insight, "", 0...0, "let workers count anew from now on",
      examples: ["dpif-netdev/pmd-stats-clear"]),
    CommandReference(
      "dpif-netdev/pmd-rxq-rebalance", .insight, "", 0...0,
      "spread queues over workers by how busy they keep them",
      details: "Without it queues are moved only from a worker that has much to do, and if it helps much.",
      examples: ["dpif-netdev/pmd-rxq-rebalance"]),
    CommandReference(
      "trace", .insight, "[BRIDGE] [FLOW [FRAME]]", 0...4,
      "show what would become of a frame, or with --live what becomes of real ones",
      details: """
        Without --live this is ofproto/trace.

        With --live the frames are real: those that come in to BRIDGE and that FILTER takes, which is written like \
        the match of a rule, are shown as they go through the tables. It ends after N frames, when the time is up \
        (--timeout), or when apus is stopped. Frames that come faster than they are shown are left out, and \
        counted. Nothing is slowed down while nobody looks.
        """,
      options: [
        Option(
          name: "--live", value: "FILTER", help: "show real frames; '' for all", takesNextWord: true),
        Option(
          name: "--count", value: "N", help: "with --live: end after N frames, 10 unless said otherwise",
          takesNextWord: true),
      ] + .trace,
      examples: [
        "trace br0 in_port=1,tcp,nw_dst=10.0.0.1,tcp_dst=80", "trace --live tcp,tcp_dst=80 --count 3 br0",
        "--timeout=20 trace --live '' br0",
      ]),
    CommandReference(
      "ofproto/trace", .insight, "[BRIDGE|DATAPATH] FLOW [FRAME]", 1...4,
      "show what would become of a frame, table by table",
      details: """
        FLOW is written like the match of a rule, with every field whole (in_port=1,tcp,nw_dst=10.0.0.1); fields \
        that are not given are 0. It may also be written as datapaths do (in_port(p1),eth(src=...),...). FRAME is a \
        frame in hexadecimal: then its fields count, and of FLOW the port and the metadata. BRIDGE may be left out \
        if there is one only; a DATAPATH's name is read and does not matter.

        The frame goes through the very code that forwards, and nothing is sent, learned or counted. Megaflow are \
        the fields that the answer depended on: every frame that has the same there fares the same.
        """,
      options: .trace,
      examples: [
        "ofproto/trace br0 in_port=tap0,icmp,nw_src=10.0.0.1,nw_dst=10.0.0.2",
        "ofproto/trace br0 in_port=1 0200000000020200000000010800", "--json ofproto/trace br0 in_port=1,arp",
      ]),
    CommandReference(
      "ofproto/trace-packet-out", .insight, "[BRIDGE|DATAPATH] FLOW [FRAME] ACTIONS", 2...5,
      "show what would become of a frame that a controller sends",
      details: """
        As ofproto/trace, but ACTIONS are applied to the frame first.
        """,
      options: .trace + [
        CommandReference.Option(name: "--consistent", help: "refuse actions that contradict the frame")
      ],
      examples: ["ofproto/trace-packet-out br0 in_port=controller,arp 'resubmit(,2),output:1'"]),
    CommandReference(
      "ofproto/detrace", .insight, "COOKIE [BRIDGE]", 1...2, "print the rules that have a cookie",
      details: "Of BRIDGE or of all bridges. Traces, packet-ins and dumps name cookies.",
      examples: ["ofproto/detrace 0x2a br0"]),
    CommandReference(
      "detrace", .insight, "FILE|- [BRIDGE]", 1...2,
      "print the rules behind the cookies in a trace, a packet-in or a dump",
      details: """
        Prints the text of FILE and, below each line that names a cookie ('cookie 0x2a' or 'cookie=0x2a'), the \
        rules that have it now, of BRIDGE or of all bridges.
        """,
      examples: ["detrace trace.txt br0", "detrace -"], file: .path(0)),
    lint,
  ]
}

extension [CommandReference.Option] {
  /// Those of a trace.
  fileprivate static var trace: Self {
    [
      .names,
      CommandReference.Option(
        name: "--generate", help: "make a frame of FLOW; a trace sends none, so this changes nothing"),
      CommandReference.Option(
        name: "--l7", value: "PAYLOAD", help: "with --generate: what is behind its headers, in hexadecimal",
        takesNextWord: true),
      CommandReference.Option(
        name: "--l7-len", value: "BYTES", help: "with --generate: how much is behind its headers",
        takesNextWord: true), .connectionNext,
    ]
  }
}

extension CommandReference.Option {
  static var connectionNext: Self {
    Self(
      name: "--ct-next", value: "FLAGS",
      help: "what connection tracking is to find; refused, for there is none yet", takesNextWord: true)
  }
}
