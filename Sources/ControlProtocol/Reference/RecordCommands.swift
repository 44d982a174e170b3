extension CommandReference {
  private static let ifExists = Option(name: "--if-exists", help: "do nothing when there is no such record")
  private static let columns = Option(
    name: "--columns", value: "COLUMN,...", help: "only these columns, in this order")

  private static let id = Option(
    name: "--id", value: "@NAME", help: "what other commands of the line may call the record")

  static let recordCommands: [CommandReference] = [
    CommandReference(
      "set", .records, "TABLE RECORD COLUMN[:KEY]=VALUE...", .atLeast(3), "change columns of a record",
      details: """
        TABLE is Open_vSwitch, Bridge, Port, Interface, Controller, SSL, Mirror, Flow_Sample_Collector_Set or IPFIX. \
        RECORD is a name; '.' of the one record of Open_vSwitch; of a controller its bridge's name if it is the only one there, its target, or 'BRIDGE/TARGET', '.' of \
        the one SSL record, 'BRIDGE/NAME' of a mirror whose name is that of others too, and of a collector set, as \
        of its exporter in IPFIX, its UUID or 'BRIDGE/ID'. Sets are written '1,2,5-9' or '[1, 2]', maps \
        'KEY=VALUE,...' or '{KEY=VALUE, ...}'; COLUMN:KEY=VALUE changes one key of a map. Columns that can be \
        set:

          Open_vSwitch
                     other_config     pmd-auto-lb (true, unless apusd was started with --no-rebalance): queues
                                      are moved when a worker is busy for more than pmd-auto-lb-load-threshold
                                      percent of the time (50) and the moves take at least
                                      pmd-auto-lb-improvement-threshold percent (25) off that, at most once in
                                      pmd-auto-lb-rebal-interval minutes (10 seconds)
                     external_ids     any keys
          Bridge     fail_mode        standalone | secure
                     protocols        OpenFlow10,OpenFlow13 (empty for both)
                     datapath_id      read only; set other_config:datapath-id
                     other_config     datapath-id, forward-bpdu, hwaddr, mac-aging-time, mac-table-size,
                                      resubmit-depth (64), resubmit-limit (4096)
                     controller       targets, see set-controller
                     mirrors          names of mirrors that stay, and IDs of those that 'create' makes
                     external_ids     any keys
          Port       tag              access or native VLAN, 0 to 4095
                     trunks           VLANs that a trunk carries, 0 to 4095; empty for all
                     vlan_mode        access | trunk | native-tagged | native-untagged | dot1q-tunnel
                     cvlans           customer VLANs of a dot1q-tunnel; empty for all
                     protected        true | false; protected ports do not reach each other
                     ephemeral        peer, or the number of a process: with what the port goes by itself
                     other_config     priority-tags (no, never, if-nonzero, always),
                                      qinq-ethtype (802.1ad, 802.1q)
                     external_ids     any keys
          Interface  type             system (the default) | tap | afxdp | vhost-user | dpdkvhostuser |
                                      dpdkvhostuserclient | stream | dgram | internal | patch |
                                      pcap | null
                     options          patch: peer
                                      pcap: rx_pcap, tx_pcap, realtime, loop
                                      tap: netns or netns-pid, up, owner, persist,
                                      packet_type (legacy_l2, legacy_l3, ptap), n_rxq (1 to 256), gro,
                                      fd (NUMBER[:NUMBER]...: descriptors that apus was started with, of a
                                      device that somebody else has opened; one for each queue)
                                      internal: netns or netns-pid, up, gro
                                      system: netns or netns-pid, promisc, io (auto, ring, mmsg), n_rxq, gro
                                      afxdp: netns or netns-pid, promisc, n_rxq, gro, xdp-mode (best-effort,
                                      native-with-zerocopy, native, generic)
                                      (gro: auto, or off to merge no TCP segments that came together)
                                      stream: path, mode (server, client), owner
                                      dgram: local, remote, owner
                                      vhost-user: socket, mode (server, client), n_rxq (1)
                                      dpdkvhostuser: socket, n_rxq (1)
                                      dpdkvhostuserclient: vhost-server-path, n_rxq (1)
                     ofport_request   1 to 65279
                     mtu_request      68 to 65535, or what the device allows
                     mac              unicast MAC address
                     other_config     pmd-rxq-affinity (QUEUE:WORKER,...)
                     external_ids     any keys
          Controller type             primary | service
                     connection_mode  out-of-band (the default) | in-band
                     max_backoff      milliseconds between attempts to connect, 8000
                     inactivity_probe milliseconds, 5000; 0 for never
                     controller_rate_limit, controller_burst_limit, controller_queue_size
                                      packet-ins a second, from 100 on; at once, from 25 on; that wait, 1 to 512
                     enable_async_messages   true (the default) | false
                     other_config     dscp (0 to 63, 48)
                     external_ids     any keys
          Flow_Sample_Collector_Set
                     id               what rules call it: sample(collector_set_id=ID,...)
                     bridge           a bridge's name
                     ipfix            the UUID of its exporter, or @NAME, see create
                     external_ids     any keys
          IPFIX      targets          collectors, IP[:PORT], by UDP; the port is 4739
                     cache_active_timeout, cache_max_flows
                                      seconds after which a flow's record is sent (0 to 4200), and flows that are
                                      counted at a time; 0, the default of both: a record for each frame, at once
                     template_interval, stats_interval
                                      seconds after which these are sent again, 1 to 3600 (600)
                     external_ids     any keys
          SSL        private_key, certificate, ca_cert    files; see set-ssl
                     external_ids     any keys
          Mirror     select_all       true | false
                     select_src_port, select_dst_port    ports of the bridge
                     select_vlan      VLANs, 0 to 4095; empty for all
                     output_port      a port of the bridge, or
                     output_vlan      1 to 4095
                     snaplen          14 to 65535 bytes
                     external_ids     any keys
        """,
      options: [ifExists],
      examples: [
        "set port tap0 tag=10", "set port eth1 trunks=10,20-29",
        "set bridge br0 other_config:mac-aging-time=60",
        "set controller br0 inactivity_probe=10000 max_backoff=2000",
      ]),
    CommandReference(
      "get", .records, "TABLE RECORD [COLUMN[:KEY]]...", .atLeast(2), "print columns of a record, one a line",
      options: [
        Option(
          name: "--if-exists", help: "print nothing for a missing record and an empty line for a missing key"),
        id,
      ],
      examples: ["get interface tap0 ofport", "get bridge br0 other_config:mac-aging-time"]),
    CommandReference(
      "list", .records, "TABLE [RECORD]...", .atLeast(1), "print records with all their columns",
      options: [columns, Option(name: "--if-exists", help: "leave out missing records")],
      examples: ["list interface tap0", "--columns=name,tag list port"]),
    CommandReference(
      "find", .records, "TABLE [COLUMN[:KEY]=VALUE]...", .atLeast(1),
      "print the records that fulfil all conditions",
      details: "Instead of '=' a condition may have '!=', '<', '<=', '>' or '>='.", options: [columns],
      examples: ["find port tag=10", "--columns=name find interface link_state=down"]),
    CommandReference(
      "add", .records, "TABLE RECORD COLUMN [KEY=]VALUE...", .atLeast(4),
      "add values to a set or keys to a map",
      details: "A key that the map has keeps its value.", options: [ifExists],
      examples: ["add port eth1 trunks 30"]),
    CommandReference(
      "remove", .records, "TABLE RECORD COLUMN VALUE|KEY[=VALUE]...", .atLeast(4),
      "remove values from a set or keys from a map", options: [ifExists],
      examples: ["remove port eth1 trunks 30", "remove bridge br0 other_config mac-aging-time"]),
    CommandReference(
      "clear", .records, "TABLE RECORD COLUMN...", .atLeast(3), "make columns empty: back to the default",
      options: [ifExists], examples: ["clear port tap0 tag"]),
    CommandReference(
      "create", .records, "TABLE COLUMN[:KEY]=VALUE...", .atLeast(2), "make a record and print its name",
      details: """
        TABLE is Mirror, Flow_Sample_Collector_Set or IPFIX; records of other tables have commands of their own. A \
        mirror, which add-mirror makes too, has to be given to a bridge by another command of the line, a record of \
        IPFIX to a collector set: --id=@NAME says what they call it. The names of the latter two are UUIDs.
        """,
      options: [id],
      examples: [
        "--id=@m create mirror name=m0 select-all=true output-port=p9 -- set bridge br0 mirrors=@m",
        "--id=@i create ipfix targets=192.0.2.1 -- create flow_sample_collector_set bridge=br0 ipfix=@i",
      ]),
    CommandReference(
      "destroy", .records, "TABLE RECORD...", .atLeast(2), "delete records",
      details: "TABLE is Flow_Sample_Collector_Set or IPFIX.", options: [ifExists],
      examples: ["destroy flow_sample_collector_set br0/1"]),
  ]
}
