"""What ovs-ofctl is asked to do: (label, words) where BR stands for the recording socket. FILE:text becomes a file."""

ALL, V11, V12, V13, V14, V15 = (1, 2, 3, 4, 5, 6), (2, 3, 4, 5, 6), (3, 4, 5, 6), (4, 5, 6), (5, 6), (6,)

PACKET = "50540000000550540000000708004500001c000000004011b9cb0a0000010a00000200010002000800e1"

INSPECT = [
    (ALL, "show", "show BR"), (ALL, "probe", "probe BR"), (ALL, "ping", "ping BR 20"),
    (ALL, "dump-desc", "dump-desc BR"), (ALL, "dump-tables", "dump-tables BR"),
    (V13, "dump-table-features", "dump-table-features BR"), (V14, "dump-table-desc", "dump-table-desc BR"),
    (ALL, "get-frags", "get-frags BR"), (ALL, "set-frags drop", "set-frags BR drop"),
    (ALL, "get-frags drop", "get-frags BR"), (ALL, "set-frags nx-match", "set-frags BR nx-match"),
    (ALL, "get-frags nx-match", "get-frags BR"), (ALL, "set-frags normal", "set-frags BR normal"),
    (ALL, "dump-ports", "dump-ports BR"), (ALL, "dump-ports of one", "dump-ports BR 1"),
    (ALL, "dump-ports of none", "dump-ports BR 77"), (ALL, "dump-ports-desc", "dump-ports-desc BR"),
    (V15, "dump-ports-desc of one", "dump-ports-desc BR 1"),
    (ALL, "queue-stats", "queue-stats BR"), (ALL, "queue-stats of a port", "queue-stats BR 1"),
    (ALL, "queue-stats of a queue", "queue-stats BR 1 5"), (ALL, "queue-get-config", "queue-get-config BR 1"),
    (ALL, "queue-get-config of any port", "queue-get-config BR ANY"),
    (V14, "queue-get-config of a queue", "queue-get-config BR 1 5"),
    (ALL, "dump-ipfix-bridge", "dump-ipfix-bridge BR"), (ALL, "dump-ipfix-flow", "dump-ipfix-flow BR"),
    (ALL, "ct-flush-zone", "ct-flush-zone BR 5"), (ALL, "ct-flush", "ct-flush BR"),
    (ALL, "ct-flush of a zone", "ct-flush BR zone=5"),
    (ALL, "ct-flush of a tuple",
     "ct-flush BR zone=5 ct_nw_src=10.1.1.1,ct_nw_dst=10.1.1.2,ct_nw_proto=6,ct_tp_src=1,ct_tp_dst=2"),
    (ALL, "ct-flush of two tuples",
     "ct-flush BR ct_ipv6_src=fe80::1,ct_nw_proto=17 ct_ipv6_dst=fe80::2,ct_tp_dst=80"),
    (ALL, "ct-flush of pings", "ct-flush BR zone=1 ct_nw_src=10.1.1.1,ct_nw_proto=1,icmp_type=8,icmp_id=5,icmp_code=0"),
    (ALL, "benchmark", "benchmark BR 16 2"),
]

PORTS = [
    (ALL, "mod-port " + word, "mod-port BR 1 " + word) for word in (
        "down", "up", "no-receive", "receive", "no-receive-stp", "no-forward", "forward", "no-flood", "flood",
        "no-packet-in", "packet-in", "no-stp", "stp")
] + [(ALL, "mod-port by name", "mod-port BR br0 no-flood"), (ALL, "mod-port by name", "mod-port BR br0 flood")]

TABLES = [
    (V11, "mod-table controller", "mod-table BR 3 controller"), (V11, "mod-table drop", "mod-table BR 3 drop"),
    (V11, "mod-table continue", "mod-table BR 3 continue"), (V11, "mod-table all", "mod-table BR ALL drop"),
    (V14, "mod-table evict", "mod-table BR 3 evict"), (V14, "mod-table noevict", "mod-table BR 3 noevict"),
    (V14, "mod-table vacancy", "mod-table BR 3 vacancy:20,80"), (V14, "mod-table vacancy", "dump-table-desc BR"),
    (V14, "mod-table novacancy", "mod-table BR 3 novacancy"),
    (ALL, "dump-tables changed", "dump-tables BR"),
]

FLOWS = [
    (ALL, "add-flow drop", "add-flow BR actions=drop"),
    (ALL, "add-flow all its parts", "add-flow BR table=3,cookie=0x123456789abcdef,priority=77,idle_timeout=10,"
     "hard_timeout=20,send_flow_rem,check_overlap,in_port=1,tcp,nw_src=10.0.0.0/8,tp_dst=80,actions=output:2"),
    (V14, "add-flow importance", "add-flow BR table=4,importance=9,udp,actions=output:2"),
    (V12, "add-flow reset_counts", "add-flow BR table=4,reset_counts,udp,actions=output:3"),
    (V13, "add-flow no counts", "add-flow BR table=4,no_packet_counts,no_byte_counts,sctp,actions=output:3"),
    (ALL, "add-flow same again", "add-flow BR in_port=1,tcp,actions=1,2,3,LOCAL"),
    (ALL, "add-flow same again changed", "add-flow BR in_port=1,tcp,actions=NORMAL"),
    (ALL, "add-flow overlapping", "add-flow BR table=3,priority=77,check_overlap,tcp,actions=1"),
    (ALL, "add-flow arp", "add-flow BR arp,arp_tpa=10.1.2.3,arp_op=1,dl_vlan=5,dl_vlan_pcp=3,actions=flood,all"),
    (ALL, "add-flow ipv6", "add-flow BR table=7,icmp6,ipv6_src=fe80::/64,icmp_type=135,nd_target=fe80::1,"
     "actions=controller:100"),
    (ALL, "add-flow registers", "add-flow BR reg0=5,reg1=1/0xff,metadata=7,tun_id=9/0xf,actions=resubmit(,4)"),
    (ALL, "add-flow unknown table", "add-flow BR table=254,actions=drop"),
    (ALL, "add-flow to a later group", "add-flow BR table=5,actions=group:4444"),
    (ALL, "add-flow goto_table backwards", "add-flow BR table=5,actions=goto_table:9"),
    (ALL, "add-flow note", "add-flow BR table=9,actions=note:01.02.03.04.05.06.07.08.09.0a.0b.0c.0d"),
    (ALL, "add-flow long match", "add-flow BR table=9,tun_src=1.2.3.4,tun_dst=2.3.4.5,ct_state=+trk+est,ct_mark=5,"
     "ct_label=7/0xff,ct_zone=3,pkt_mark=0x1/0xf,tcp,tcp_flags=+syn-ack,nw_tos=184,nw_ecn=1,nw_ttl=64,ip_frag=no,"
     "dl_src=1:2:3:4:5:6/ff:ff:ff:00:00:00,dl_dst=01:00:00:00:00:00/01:00:00:00:00:00,actions=drop"),
    (ALL, "mod-flows", "mod-flows BR tcp,actions=output:4"),
    (ALL, "mod-flows strict", "--strict mod-flows BR priority=77,table=3,cookie=0x123456789abcdef/-1,in_port=1,tcp,"
     "nw_src=10.0.0.0/8,tp_dst=80,actions=output:5"),
    (ALL, "mod-flows of none", "mod-flows BR dl_type=0x1234,actions=output:5"),
    (ALL, "dump-flows", "dump-flows BR"),
    (ALL, "dump-flows of a table", "dump-flows BR table=3"),
    (ALL, "dump-flows by match", "dump-flows BR tcp,in_port=1"),
    (ALL, "dump-flows by cookie", "dump-flows BR cookie=0x123456789abcdef/-1"),
    (ALL, "dump-flows by cookie's bits", "dump-flows BR cookie=0xe/0xf"),
    (ALL, "dump-flows by out_port", "dump-flows BR out_port=5"),
    (V11, "dump-flows by out_group", "dump-flows BR out_group=5"),
    (ALL, "dump-flows of none", "dump-flows BR dl_type=0x4321"),
    (ALL, "dump-aggregate", "dump-aggregate BR"), (ALL, "dump-aggregate of a table", "dump-aggregate BR table=3,ip"),
    (ALL, "dump-aggregate of none", "dump-aggregate BR dl_type=0x4321"),
    (ALL, "del-flows strict", "--strict del-flows BR priority=32768,table=0,dl_type=0x800,nw_proto=6,in_port=1"),
    (ALL, "del-flows out_port", "del-flows BR out_port=5"),
    (V11, "del-flows out_group", "del-flows BR out_group=5"),
    (ALL, "del-flows cookie", "del-flows BR cookie=0x5/-1,table=8"),
    (ALL, "del-flows of a match", "del-flows BR arp,dl_vlan=5"), (ALL, "del-flows", "del-flows BR"),
    (ALL, "add-flows", ["add-flows", "BR", "FILE:priority=1,in_port=1,actions=2\npriority=2,in_port=2,actions=1\n"
                        "modify_strict priority=2,in_port=2,actions=3\ndelete in_port=1\n"]),
    (ALL, "replace-flows", ["replace-flows", "BR", "FILE:priority=2,in_port=2,actions=4\npriority=3,ip,actions=1\n"]),
    (ALL, "diff-flows", ["diff-flows", "BR", "FILE:priority=2,in_port=2,actions=4\n"]),
    (V14, "add-flow in a bundle", "--bundle add-flow BR tcp,actions=9"),
    (V14, "replace-flows in a bundle", ["--bundle", "replace-flows", "BR", "FILE:priority=2,in_port=2,actions=5\n"]),
    (V14, "bundle", ["bundle", "BR", "FILE:flow add table=2,udp,actions=1\ngroup add group_id=77,type=all,bucket=output:1\n"
                     "flow add tcp,actions=group:77\nflow delete table=2\npacket-out in_port=NONE actions=1 "
                     "packet=" + PACKET + "\n"]),
    (V14, "bundle that fails", ["bundle", "BR", "FILE:flow add table=2,udp,actions=1\nflow add actions=group:999\n"]),
    (ALL, "del-flows at the end", "del-flows BR"),
]

PACKETS = [
    (ALL, "packet-out", "packet-out BR in_port=1,packet=%s,actions=2,LOCAL" % PACKET),
    (ALL, "packet-out from nowhere", "packet-out BR in_port=NONE,packet=%s,actions=FLOOD" % PACKET),
    (ALL, "packet-out from the controller", "packet-out BR in_port=CONTROLLER,packet=%s,actions=TABLE" % PACKET),
    (ALL, "packet-out drop", "packet-out BR in_port=LOCAL,packet=%s,actions=drop" % PACKET),
    (ALL, "packet-out set_field", "packet-out BR in_port=2,packet=%s,actions=mod_nw_dst:1.2.3.4,dec_ttl,resubmit(,1)"
     % PACKET),
    (V15, "packet-out metadata", "packet-out BR in_port=2,metadata=5,reg1=7,tun_id=9,packet=%s,actions=3" % PACKET),
    (ALL, "packet-out runt", "packet-out BR in_port=2,packet=0102,actions=3"),
    (ALL, "packet-out to nowhere", "packet-out BR in_port=0x1ff,packet=%s,actions=NORMAL,IN_PORT" % PACKET),
]

G = "add-group BR group_id="
GROUPS = [
    (V11, "add-group all", G + "1,type=all,bucket=output:1,bucket=output:2,output:3"),
    (V11, "add-group indirect", G + "2,type=indirect,bucket=mod_dl_dst:1:2:3:4:5:6,output:2"),
    (V11, "add-group select", G + "3,type=select,bucket=weight:5,output:1,bucket=weight:65535,output:2,bucket=weight:0,3"),
    (V11, "add-group ff", G + "4,type=ff,bucket=watch_port:1,output:1,bucket=watch_group:1,output:2,bucket=watch_port:2,"
     "watch_group:3,4"),
    (V11, "add-group empty", G + "5,type=all"), (V11, "add-group indirect of two", G + "6,type=indirect,bucket=1,bucket=2"),
    (V11, "add-group again", G + "1,type=all"), (V11, "add-group max", G + "4294967040,type=all,bucket=drop"),
    (V11, "add-group hash", G + "8,type=select,selection_method=hash,selection_method_param=99,fields(eth_dst,ip_dst,"
     "tcp_dst=0xff00),bucket=bucket_id:7,1,bucket=bucket_id:8,2"),
    (V11, "add-group dp_hash", G + "9,type=select,selection_method=dp_hash,bucket=1,bucket=2"),
    (V11, "mod-group", "mod-group BR group_id=1,type=select,bucket=output:4"),
    (V11, "mod-group of none", "mod-group BR group_id=444,type=select,bucket=output:4"),
    (V11, "mod-group may create", "--may-create mod-group BR group_id=445,type=select,bucket=output:4"),
    (V11, "insert-buckets last", "insert-buckets BR group_id=1,command_bucket_id=last,bucket=bucket_id:1,output:5"),
    (V11, "insert-buckets first", "insert-buckets BR group_id=1,command_bucket_id=first,bucket=bucket_id:2,output:6"),
    (V11, "insert-buckets behind", "insert-buckets BR group_id=1,command_bucket_id=2,bucket=bucket_id:3,weight:9,7"),
    (V11, "insert-buckets same id", "insert-buckets BR group_id=1,command_bucket_id=2,bucket=bucket_id:3,weight:9,7"),
    (V11, "remove-buckets one", "remove-buckets BR group_id=1,command_bucket_id=2"),
    (V11, "remove-buckets none", "remove-buckets BR group_id=1,command_bucket_id=222"),
    (V11, "remove-buckets all", "remove-buckets BR group_id=1,command_bucket_id=all"),
    (ALL, "dump-groups", "dump-groups BR"), (V15, "dump-groups of one", "dump-groups BR 3"),
    (ALL, "dump-group-stats", "dump-group-stats BR"), (ALL, "dump-group-stats of one", "dump-group-stats BR group_id=3"),
    (ALL, "dump-group-features", "dump-group-features BR"),
    (V11, "add-flow to a group", "add-flow BR actions=group:3"), (V11, "dump-group-stats used", "dump-group-stats BR group_id=3"),
    (V11, "add-groups", ["add-groups", "BR", "FILE:group_id=20,type=all,bucket=1\ngroup_id=21,type=all,bucket=group:20\n"]),
    (V11, "add-group loop", "mod-group BR group_id=20,type=all,bucket=group:21"),
    (V11, "dump-groups chained", "dump-groups BR"),
    (V14, "add-groups in a bundle", ["--bundle", "add-groups", "BR", "FILE:group_id=30,type=all,bucket=1\n"]),
    (V11, "del-groups of one", "del-groups BR group_id=2"), (V11, "del-groups", "del-groups BR"),
    (V11, "dump-groups empty", "dump-groups BR"), (V11, "dump-group-stats empty", "dump-group-stats BR"),
]

METERS = [
    (V13, "add-meter kbps", "add-meter BR meter=1,kbps,bands=type=drop,rate=1000"),
    (V13, "add-meter pktps", "add-meter BR meter=2,pktps,burst,stats,bands=type=drop,rate=10,burst_size=5"),
    (V13, "add-meter two bands", "add-meter BR meter=3,kbps,burst,bands=type=drop,rate=10,burst_size=5,type=dscp_remark,"
     "rate=7,prec_level=2"),
    (V13, "add-meter no band", "add-meter BR meter=4,kbps"),
    (V13, "add-meter max", "add-meter BR meter=4294901760,kbps,stats,bands=type=drop,rate=4294967295,burst_size=4294967295"),
    (V13, "add-meter controller", "add-meter BR meter=controller,pktps,bands=type=drop,rate=5"),
    (V13, "add-meter slowpath", "add-meter BR meter=slowpath,pktps,bands=type=drop,rate=5"),
    (V13, "add-meter again", "add-meter BR meter=1,kbps,bands=type=drop,rate=1000"),
    (V13, "mod-meter", "mod-meter BR meter=1,pktps,bands=type=drop,rate=1"),
    (V13, "mod-meter of none", "mod-meter BR meter=99,pktps,bands=type=drop,rate=1"),
    (V13, "add-flow to a meter", "add-flow BR actions=meter:1,output:2"), (V13, "dump-flows with a meter", "dump-flows BR"),
    (V13, "add-flow to no meter", "add-flow BR actions=meter:99,output:2"),
    (V13, "dump-meters", "dump-meters BR"), (V13, "dump-meter", "dump-meter BR meter=2"),
    (V13, "dump-meter of none", "dump-meter BR meter=77"), (V13, "meter-stats", "meter-stats BR"),
    (V13, "meter-stats of one", "meter-stats BR meter=2"), (V13, "meter-features", "meter-features BR"),
    (V13, "del-meter", "del-meter BR meter=2"), (V13, "del-meters", "del-meters BR"),
    (V13, "dump-meters empty", "dump-meters BR"), (V13, "meter-stats empty", "meter-stats BR"),
]

TUNNEL_METADATA = [
    (ALL, "add-tlv-map", "add-tlv-map BR {class=0xffff,type=0,len=4}->tun_metadata0"),
    (ALL, "add-tlv-map two", "add-tlv-map BR {class=0xffff,type=1,len=124}->tun_metadata1,"
     "{class=1,type=255,len=8}->tun_metadata63"),
    (ALL, "add-tlv-map again", "add-tlv-map BR {class=0xffff,type=0,len=4}->tun_metadata0"),
    (ALL, "add-tlv-map of 5 bytes", "add-tlv-map BR {class=0xffff,type=5,len=5}->tun_metadata4"),
    (ALL, "dump-tlv-map", "dump-tlv-map BR"),
    (ALL, "add-flow tun_metadata", "add-flow BR tun_metadata0=5,tun_metadata63=0x1122334455/0xffffffffffff,"
     "actions=set_field:7->tun_metadata0"),
    (ALL, "dump-flows tun_metadata", "dump-flows BR"),
    (ALL, "del-tlv-map used", "del-tlv-map BR {class=0xffff,type=0,len=4}->tun_metadata0"),
    (ALL, "del-flows tun_metadata", "del-flows BR"),
    (ALL, "del-tlv-map", "del-tlv-map BR {class=0xffff,type=0,len=4}->tun_metadata0"),
    (ALL, "del-tlv-map all", "del-tlv-map BR"), (ALL, "dump-tlv-map empty", "dump-tlv-map BR"),
]

SCENES = [("inspect", INSPECT), ("ports", PORTS), ("tables", TABLES), ("flows", FLOWS), ("packets", PACKETS),
          ("groups", GROUPS), ("meters", METERS), ("tlv", TUNNEL_METADATA)]
# Formats of flows that OpenFlow 1.0 has besides its own.
FORMATS_10 = ["OpenFlow10", "OpenFlow10+table_id", "NXM"]
