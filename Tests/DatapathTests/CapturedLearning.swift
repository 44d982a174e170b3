// swift-format-ignore-file

/// What Open vSwitch 3.1.0 does with rules that learn, and with conjunctions. Recorded with a userspace bridge of three
/// dummy ports (`other_config:flow-limit=0`, so that every frame is translated anew) and `ovs-ofctl dump-flows`.
///
/// Steps: `add` (`add13` by OpenFlow 1.3), `modify` and `delete` a rule (strictly), `group`, and `frame PORT SOURCE DESTINATION [fin|rst]`: TCP from
/// 02:00:00:00:00:SOURCE and 10.0.0.SOURCE. The rules are those that are there in the end, without ages.
enum CapturedLearning {
  static let all: [(name: String, steps: [String], rules: [String])] = [
    (
      "the next action does not see the rule",
      [
        "add actions=load:2->NXM_NX_REG1[0..15],learn(table=1,NXM_OF_IN_PORT[],output:NXM_NX_REG1[0..15]),resubmit(,1)",
        "frame 1 1 2",
      ],
      [
        "cookie=0x0, table=0, n_packets=1, n_bytes=60, actions=load:0x2->NXM_NX_REG1[0..15],learn(table=1,NXM_OF_IN_PORT[],output:NXM_NX_REG1[0..15]),resubmit(,1)",
        "cookie=0x0, table=1, n_packets=0, n_bytes=0, in_port=1 actions=output:2",
      ]
    ),
    (
      "a learning switch",
      [
        "add table=0,actions=learn(table=1,idle_timeout=60,cookie=9,NXM_OF_VLAN_TCI[0..11],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),resubmit(,1)",
        "add table=1,priority=0,actions=flood",
        "frame 1 1 2",
        "frame 2 2 1",
        "frame 1 1 2",
        "frame 3 3 1",
      ],
      [
        "cookie=0x0, table=0, n_packets=4, n_bytes=240, actions=learn(table=1,idle_timeout=60,cookie=0x9,NXM_OF_VLAN_TCI[0..11],NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),resubmit(,1)",
        "cookie=0x0, table=1, n_packets=1, n_bytes=60, priority=0 actions=FLOOD",
        "cookie=0x9, table=1, n_packets=0, n_bytes=0, idle_timeout=60, vlan_tci=0x0000/0x0fff,dl_dst=02:00:00:00:00:03 actions=output:3",
        "cookie=0x9, table=1, n_packets=1, n_bytes=60, idle_timeout=60, vlan_tci=0x0000/0x0fff,dl_dst=02:00:00:00:00:02 actions=output:2",
        "cookie=0x9, table=1, n_packets=2, n_bytes=120, idle_timeout=60, vlan_tci=0x0000/0x0fff,dl_dst=02:00:00:00:00:01 actions=output:1",
      ]
    ),
    (
      "other actions change the rule",
      [
        "add actions=learn(table=1,cookie=4,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),resubmit(,1)",
        "frame 1 1 2",
        "frame 2 2 1",
        "frame 3 1 2",
        "frame 2 2 1",
      ],
      [
        "cookie=0x0, table=0, n_packets=4, n_bytes=240, actions=learn(table=1,cookie=0x4,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),resubmit(,1)",
        "cookie=0x4, table=1, n_packets=1, n_bytes=60, dl_dst=02:00:00:00:00:02 actions=output:2",
        "cookie=0x4, table=1, n_packets=2, n_bytes=120, dl_dst=02:00:00:00:00:01 actions=output:3",
      ]
    ),
    (
      "an older rule keeps timeouts and flags but not its cookie",
      [
        "add table=1,dl_dst=02:00:00:00:00:01,idle_timeout=300,hard_timeout=400,cookie=3,actions=output:3",
        "add actions=learn(table=1,idle_timeout=60,send_flow_rem,cookie=4,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),resubmit(,1)",
        "frame 1 1 2",
        "frame 1 1 2",
      ],
      [
        "cookie=0x0, table=0, n_packets=2, n_bytes=120, actions=learn(table=1,idle_timeout=60,send_flow_rem,cookie=0x4,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),resubmit(,1)",
        "cookie=0x4, table=1, n_packets=0, n_bytes=0, idle_timeout=300, hard_timeout=400, dl_dst=02:00:00:00:00:01 actions=output:1",
      ]
    ),
    (
      "a limit",
      [
        "add actions=learn(table=1,limit=2,cookie=5,result_dst=NXM_NX_REG0[0],NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),resubmit(,2)",
        "add table=2,reg0=1,actions=2",
        "add table=2,reg0=0,actions=3",
        "frame 1 1 9",
        "frame 1 2 9",
        "frame 1 3 9",
        "frame 1 1 9",
        "frame 2 1 9",
        "frame 1 4 9",
      ],
      [
        "cookie=0x0, table=0, n_packets=6, n_bytes=360, actions=learn(table=1,cookie=0x5,limit=2,result_dst=NXM_NX_REG0[0],NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),resubmit(,2)",
        "cookie=0x0, table=2, n_packets=3, n_bytes=180, reg0=0 actions=output:3",
        "cookie=0x0, table=2, n_packets=3, n_bytes=180, reg0=0x1 actions=output:2",
        "cookie=0x5, table=1, n_packets=0, n_bytes=0, dl_src=02:00:00:00:00:01 actions=output:1",
        "cookie=0x5, table=1, n_packets=0, n_bytes=0, dl_src=02:00:00:00:00:02 actions=output:1",
      ]
    ),
    (
      "rules of others count for a limit",
      [
        "add table=1,cookie=5,dl_src=02:00:00:00:00:77,actions=drop",
        "add actions=learn(table=1,limit=2,cookie=5,result_dst=NXM_NX_REG0[3],NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),resubmit(,2)",
        "add table=2,reg0=8,actions=2",
        "add table=2,reg0=0,actions=3",
        "frame 1 1 9",
        "frame 1 2 9",
        "delete table=1,dl_src=02:00:00:00:00:77",
        "frame 1 2 9",
      ],
      [
        "cookie=0x0, table=0, n_packets=3, n_bytes=180, actions=learn(table=1,cookie=0x5,limit=2,result_dst=NXM_NX_REG0[3],NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),resubmit(,2)",
        "cookie=0x0, table=2, n_packets=1, n_bytes=60, reg0=0 actions=output:3",
        "cookie=0x0, table=2, n_packets=2, n_bytes=120, reg0=0x8 actions=output:2",
        "cookie=0x5, table=1, n_packets=0, n_bytes=0, dl_src=02:00:00:00:00:01 actions=output:1",
        "cookie=0x5, table=1, n_packets=0, n_bytes=0, dl_src=02:00:00:00:00:02 actions=output:1",
      ]
    ),
    (
      "other timeouts are a change, which a limit forbids",
      [
        "add table=1,cookie=5,idle_timeout=9,dl_src=02:00:00:00:00:01,actions=output:1",
        "add actions=learn(table=1,limit=1,cookie=5,result_dst=NXM_NX_REG0[0],NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),resubmit(,2)",
        "add table=2,reg0=1,actions=2",
        "add table=2,reg0=0,actions=3",
        "frame 1 1 9",
        "frame 1 1 9",
      ],
      [
        "cookie=0x0, table=0, n_packets=2, n_bytes=120, actions=learn(table=1,cookie=0x5,limit=1,result_dst=NXM_NX_REG0[0],NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[]),resubmit(,2)",
        "cookie=0x0, table=2, n_packets=0, n_bytes=0, reg0=0x1 actions=output:2",
        "cookie=0x0, table=2, n_packets=2, n_bytes=120, reg0=0 actions=output:3",
        "cookie=0x5, table=1, n_packets=0, n_bytes=0, idle_timeout=9, dl_src=02:00:00:00:00:01 actions=output:1",
      ]
    ),
    (
      "learned rules go with the last that learns them",
      [
        "add table=0,in_port=1,actions=learn(table=1,delete_learned,cookie=7,NXM_OF_ETH_SRC[])",
        "add table=0,in_port=2,actions=learn(table=1,delete_learned,cookie=7,NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])",
        "add table=1,cookie=7,priority=3,actions=drop",
        "add table=1,cookie=8,priority=4,actions=drop",
        "add table=2,cookie=7,priority=3,actions=drop",
        "frame 1 1 9",
        "frame 2 2 9",
        "delete table=0,in_port=1",
        "frame 1 3 9",
      ],
      [
        "cookie=0x0, table=0, n_packets=1, n_bytes=60, in_port=2 actions=learn(table=1,delete_learned,cookie=0x7,NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])",
        "cookie=0x7, table=1, n_packets=0, n_bytes=0, dl_src=02:00:00:00:00:01 actions=drop",
        "cookie=0x7, table=1, n_packets=0, n_bytes=0, dl_src=02:00:00:00:00:02 actions=output:2",
        "cookie=0x7, table=1, n_packets=0, n_bytes=0, priority=3 actions=drop",
        "cookie=0x7, table=2, n_packets=0, n_bytes=0, priority=3 actions=drop",
        "cookie=0x8, table=1, n_packets=0, n_bytes=0, priority=4 actions=drop",
      ]
    ),
    (
      "learned rules go with the last that learns them (after)",
      [
        "add table=0,in_port=1,actions=learn(table=1,delete_learned,cookie=7,NXM_OF_ETH_SRC[])",
        "add table=0,in_port=2,actions=learn(table=1,delete_learned,cookie=7,NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])",
        "add table=1,cookie=7,priority=3,actions=drop",
        "add table=1,cookie=8,priority=4,actions=drop",
        "add table=2,cookie=7,priority=3,actions=drop",
        "frame 1 1 9",
        "frame 2 2 9",
        "delete table=0,in_port=1",
        "frame 1 3 9",
        "delete table=0,in_port=2",
      ],
      [
        "cookie=0x7, table=2, n_packets=0, n_bytes=0, priority=3 actions=drop",
        "cookie=0x8, table=1, n_packets=0, n_bytes=0, priority=4 actions=drop",
      ]
    ),
    (
      "a changed rule learns no more",
      [
        "add table=0,in_port=1,actions=learn(table=1,delete_learned,cookie=7,NXM_OF_ETH_SRC[])",
        "frame 1 1 9",
        "frame 1 2 9",
        "modify table=0,in_port=1,actions=drop",
      ],
      [
        "cookie=0x0, table=0, n_packets=2, n_bytes=120, in_port=1 actions=drop",
      ]
    ),
    (
      "a replaced rule still learns",
      [
        "add table=0,in_port=1,actions=learn(table=1,delete_learned,cookie=7,NXM_OF_ETH_SRC[])",
        "frame 1 1 9",
        "frame 1 2 9",
        "add13 table=0,in_port=1,actions=learn(table=1,delete_learned,cookie=7,NXM_OF_ETH_SRC[]),output:2",
      ],
      [
        "cookie=0x0, table=0, n_packets=2, n_bytes=120, in_port=1 actions=learn(table=1,delete_learned,cookie=0x7,NXM_OF_ETH_SRC[]),output:2",
        "cookie=0x7, table=1, n_packets=0, n_bytes=0, dl_src=02:00:00:00:00:01 actions=drop",
        "cookie=0x7, table=1, n_packets=0, n_bytes=0, dl_src=02:00:00:00:00:02 actions=drop",
      ]
    ),
    (
      "learned rules of learned rules go as well",
      [
        "add table=1,cookie=7,actions=learn(table=2,delete_learned,cookie=8,NXM_OF_ETH_SRC[])",
        "add table=0,in_port=1,actions=learn(table=3,delete_learned,cookie=7,NXM_OF_ETH_SRC[]),learn(table=1,delete_learned,cookie=7,NXM_OF_ETH_SRC[]),resubmit(,1)",
        "frame 1 1 9",
        "frame 1 2 9",
        "modify table=1,cookie=7,actions=learn(table=2,delete_learned,cookie=8,NXM_OF_ETH_SRC[])",
        "delete table=0,in_port=1",
      ],
      []
    ),
    (
      "values of all kinds",
      [
        "add tcp,actions=load:0x123456789abcdef->NXM_NX_XXREG1[30..93],learn(table=1,priority=7,eth_type=0x800,ip_proto=6,NXM_OF_IP_SRC[]=NXM_OF_IP_DST[],NXM_OF_TCP_DST[0..7]=0x50,NXM_NX_REG2[4..9]=33,NXM_NX_XXREG1[],load:NXM_OF_TCP_SRC[]->NXM_NX_REG3[16..31],load:NXM_NX_XXREG1[20..99]->NXM_NX_XXREG2[3..82],load:0xbeef->OXM_OF_METADATA[8..23],load:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],output:NXM_NX_XXREG1[88..97])",
        "frame 1 1 2",
      ],
      [
        "cookie=0x0, table=0, n_packets=1, n_bytes=60, tcp actions=load:0x123456789abcdef->NXM_NX_XXREG1[30..93],learn(table=1,priority=7,eth_type=0x800,nw_proto=6,NXM_OF_IP_SRC[]=NXM_OF_IP_DST[],NXM_OF_TCP_DST[0..7]=0x50,NXM_NX_REG2[4..9]=0x21,NXM_NX_XXREG1[],load:NXM_OF_TCP_SRC[]->NXM_NX_REG3[16..31],load:NXM_NX_XXREG1[20..99]->NXM_NX_XXREG2[3..82],load:0xbeef->OXM_OF_METADATA[8..23],load:NXM_OF_ETH_SRC[]->NXM_OF_ETH_DST[],output:NXM_NX_XXREG1[88..97])",
        "cookie=0x0, table=1, n_packets=0, n_bytes=0, priority=7,tcp,reg2=0x210/0x3f0,reg4=0,reg5=0x48d159,reg6=0xe26af37b,reg7=0xc0000000,nw_src=10.0.0.2,tp_dst=0x50/0xff actions=load:0x50->NXM_NX_REG3[16..31],load:0x8d159e26af37bc00->NXM_NX_XXREG2[3..66],load:0x4->NXM_NX_XXREG2[67..82],load:0xbeef->OXM_OF_METADATA[8..23],load:0x20000000001->NXM_OF_ETH_DST[],output:0",
      ]
    ),
    (
      "ports that rules cannot output to",
      [
        "add table=0,actions=load:0xfffe->NXM_NX_REG0[],load:0xfffa->NXM_NX_REG1[],load:0x10001->NXM_NX_REG2[],load:0xfff8->NXM_NX_REG3[],learn(table=1,output:NXM_NX_REG0[]),learn(table=2,output:NXM_NX_REG1[]),learn(table=3,output:NXM_NX_REG2[]),learn(table=4,output:NXM_NX_REG3[]),learn(table=5,output:NXM_NX_REG2[0..15]),learn(table=6,output:OXM_OF_IN_PORT[]),learn(table=7,output:NXM_NX_REG1[],output:NXM_OF_IN_PORT[])",
        "frame 1 1 2",
      ],
      [
        "cookie=0x0, table=0, n_packets=1, n_bytes=60, actions=load:0xfffe->NXM_NX_REG0[],load:0xfffa->NXM_NX_REG1[],load:0x10001->NXM_NX_REG2[],load:0xfff8->NXM_NX_REG3[],learn(table=1,output:NXM_NX_REG0[]),learn(table=2,output:NXM_NX_REG1[]),learn(table=3,output:NXM_NX_REG2[]),learn(table=4,output:NXM_NX_REG3[]),learn(table=5,output:NXM_NX_REG2[0..15]),learn(table=6,output:OXM_OF_IN_PORT[]),learn(table=7,output:NXM_NX_REG1[],output:NXM_OF_IN_PORT[])",
        "cookie=0x0, table=1, n_packets=0, n_bytes=0, actions=LOCAL",
        "cookie=0x0, table=2, n_packets=0, n_bytes=0, actions=drop",
        "cookie=0x0, table=3, n_packets=0, n_bytes=0, actions=drop",
        "cookie=0x0, table=4, n_packets=0, n_bytes=0, actions=IN_PORT",
        "cookie=0x0, table=5, n_packets=0, n_bytes=0, actions=output:1",
        "cookie=0x0, table=6, n_packets=0, n_bytes=0, actions=output:1",
        "cookie=0x0, table=7, n_packets=0, n_bytes=0, actions=output:1",
      ]
    ),
    (
      "a cookie of ones keeps that of the rule",
      [
        "add table=1,dl_src=02:00:00:00:00:01,cookie=3,actions=drop",
        "add actions=learn(table=1,cookie=0xffffffffffffffff,NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])",
        "frame 1 1 2",
        "frame 1 2 2",
      ],
      [
        "cookie=0x0, table=0, n_packets=2, n_bytes=120, actions=learn(table=1,cookie=0xffffffffffffffff,NXM_OF_ETH_SRC[],output:NXM_OF_IN_PORT[])",
        "cookie=0x3, table=1, n_packets=0, n_bytes=0, dl_src=02:00:00:00:00:01 actions=output:1",
      ]
    ),
    (
      "a rule that changes itself",
      [
        "add table=0,priority=5,actions=learn(table=0,priority=5,output:NXM_OF_IN_PORT[]),output:2",
        "frame 1 1 2",
        "frame 1 1 2",
      ],
      [
        "cookie=0x0, table=0, n_packets=2, n_bytes=120, priority=5 actions=output:1",
      ]
    ),
    (
      "the end of a connection",
      [
        "add table=0,actions=learn(table=1,idle_timeout=100,fin_idle_timeout=5,fin_hard_timeout=9,NXM_OF_ETH_SRC[],output:NXM_NX_REG0[]),resubmit(,1)",
        "frame 1 1 2",
        "frame 1 2 1",
        "frame 1 1 2 fin",
        "frame 1 1 2 syn",
        "frame 1 2 1 rst",
        "frame 1 3 1 fin",
      ],
      [
        "cookie=0x0, table=0, n_packets=6, n_bytes=360, actions=learn(table=1,idle_timeout=100,fin_idle_timeout=5,fin_hard_timeout=9,NXM_OF_ETH_SRC[],output:NXM_NX_REG0[]),resubmit(,1)",
        "cookie=0x0, table=1, n_packets=0, n_bytes=0, idle_timeout=100, dl_src=02:00:00:00:00:03 actions=fin_timeout(idle_timeout=5,hard_timeout=9),output:0",
        "cookie=0x0, table=1, n_packets=1, n_bytes=60, idle_timeout=5, hard_timeout=9, dl_src=02:00:00:00:00:02 actions=fin_timeout(idle_timeout=5,hard_timeout=9),output:0",
        "cookie=0x0, table=1, n_packets=2, n_bytes=120, idle_timeout=5, hard_timeout=9, dl_src=02:00:00:00:00:01 actions=fin_timeout(idle_timeout=5,hard_timeout=9),output:0",
      ]
    ),
    (
      "timeouts that are short already",
      [
        "add table=0,in_port=1,idle_timeout=3,actions=fin_timeout(idle_timeout=5,hard_timeout=7),resubmit(,1)",
        "add table=0,in_port=2,hard_timeout=30,actions=fin_timeout(hard_timeout=7)",
        "add table=0,in_port=3,hard_timeout=30,actions=fin_timeout(idle_timeout=50,hard_timeout=40)",
        "add table=1,dl_type=0x800,actions=clone(fin_timeout(idle_timeout=4)),learn(table=2,idle_timeout=3)",
        "frame 1 1 2 fin",
        "frame 2 1 2 rst",
        "frame 3 1 2 fin",
      ],
      [
        "cookie=0x0, table=0, n_packets=1, n_bytes=60, hard_timeout=7, in_port=2 actions=fin_timeout(hard_timeout=7)",
        "cookie=0x0, table=0, n_packets=1, n_bytes=60, idle_timeout=3, hard_timeout=7, in_port=1 actions=fin_timeout(idle_timeout=5,hard_timeout=7),resubmit(,1)",
        "cookie=0x0, table=0, n_packets=1, n_bytes=60, idle_timeout=50, hard_timeout=30, in_port=3 actions=fin_timeout(idle_timeout=50,hard_timeout=40)",
        "cookie=0x0, table=1, n_packets=1, n_bytes=60, idle_timeout=4, ip actions=clone(fin_timeout(idle_timeout=4)),learn(table=2,idle_timeout=3)",
        "cookie=0x0, table=2, n_packets=0, n_bytes=0, idle_timeout=3, actions=drop",
      ]
    ),
    (
      "a learned rule whose timeouts were shortened is changed again",
      [
        "add table=0,actions=learn(table=1,idle_timeout=100,fin_idle_timeout=5,NXM_OF_ETH_SRC[]),resubmit(,1)",
        "frame 1 1 2",
        "frame 1 1 2 fin",
        "frame 1 1 2",
        "frame 1 1 2",
      ],
      [
        "cookie=0x0, table=0, n_packets=4, n_bytes=240, actions=learn(table=1,idle_timeout=100,fin_idle_timeout=5,NXM_OF_ETH_SRC[]),resubmit(,1)",
        "cookie=0x0, table=1, n_packets=3, n_bytes=180, idle_timeout=5, dl_src=02:00:00:00:00:01 actions=fin_timeout(idle_timeout=5)",
      ]
    ),
    (
      "in a clone",
      [
        "add table=0,actions=clone(load:5->NXM_NX_REG0[],learn(table=1,load:NXM_NX_REG0[]->NXM_NX_REG1[])),learn(table=2,load:NXM_NX_REG0[]->NXM_NX_REG1[])",
        "frame 1 1 2",
      ],
      [
        "cookie=0x0, table=0, n_packets=1, n_bytes=60, actions=clone(load:0x5->NXM_NX_REG0[],learn(table=1,load:NXM_NX_REG0[]->NXM_NX_REG1[])),learn(table=2,load:NXM_NX_REG0[]->NXM_NX_REG1[])",
        "cookie=0x0, table=1, n_packets=0, n_bytes=0, actions=load:0x5->NXM_NX_REG1[]",
        "cookie=0x0, table=2, n_packets=0, n_bytes=0, actions=load:0->NXM_NX_REG1[]",
      ]
    ),
    (
      "in a bucket",
      [
        "group group_id=1,type=all,bucket=learn(table=1,NXM_OF_ETH_SRC[]),output:2",
        "add actions=group:1",
        "frame 1 1 2",
      ],
      [
        "cookie=0x0, table=0, n_packets=1, n_bytes=60, actions=group:1",
      ]
    ),
    (
      "no match and no actions",
      [
        "add actions=learn(table=1),learn(table=254),resubmit(,1)",
        "frame 1 1 2",
      ],
      [
        "cookie=0x0, table=0, n_packets=1, n_bytes=60, actions=learn(table=1),learn(table=254),resubmit(,1)",
        "cookie=0x0, table=1, n_packets=0, n_bytes=0, actions=drop",
      ]
    ),
    (
      "conjunctions",
      [
        "add priority=10,conj_id=7,actions=output:2",
        "add priority=10,ip,nw_src=10.0.0.1,actions=conjunction(7,1/2)",
        "add priority=10,ip,nw_dst=10.0.0.2,actions=conjunction(7,2/2),note:01.02",
        "add priority=12,ip,nw_src=10.0.0.1,actions=conjunction(8,1/2)",
        "add priority=12,ip,nw_dst=10.0.0.3,actions=conjunction(8,2/2)",
        "add priority=11,ip,nw_src=10.0.0.1,actions=output:3",
        "add priority=0,actions=drop",
        "frame 1 1 2",
        "frame 1 1 3",
        "frame 1 2 2",
        "delete priority=11,ip,nw_src=10.0.0.1",
        "frame 1 1 2",
        "add priority=5,conj_id=8,actions=drop",
        "frame 1 1 3",
      ],
      [
        "cookie=0x0, table=0, n_packets=0, n_bytes=0, priority=10,ip,nw_dst=10.0.0.2 actions=conjunction(7,2/2),note:01.02.00.00.00.00",
        "cookie=0x0, table=0, n_packets=0, n_bytes=0, priority=10,ip,nw_src=10.0.0.1 actions=conjunction(7,1/2)",
        "cookie=0x0, table=0, n_packets=0, n_bytes=0, priority=12,ip,nw_dst=10.0.0.3 actions=conjunction(8,2/2)",
        "cookie=0x0, table=0, n_packets=0, n_bytes=0, priority=12,ip,nw_src=10.0.0.1 actions=conjunction(8,1/2)",
        "cookie=0x0, table=0, n_packets=1, n_bytes=60, priority=10,conj_id=7 actions=output:2",
        "cookie=0x0, table=0, n_packets=1, n_bytes=60, priority=5,conj_id=8 actions=drop",
        "cookie=0x0, table=0, n_packets=2, n_bytes=120, priority=0 actions=drop",
      ]
    ),
    (
      "two rules of one frame count for a limit",
      [
        "add actions=learn(table=1,limit=3,cookie=5,result_dst=NXM_NX_REG0[0],NXM_OF_ETH_SRC[]),learn(table=1,limit=3,cookie=5,result_dst=NXM_NX_REG0[1],NXM_OF_ETH_SRC[]=NXM_OF_ETH_DST[]),resubmit(,2)",
        "add table=2,reg0=3,actions=2",
        "add table=2,reg0=1,actions=3",
        "add table=2,reg0=0,actions=in_port",
        "frame 1 1 2",
        "frame 1 3 4",
        "frame 1 5 6",
        "frame 1 1 2",
      ],
      [
        "cookie=0x0, table=0, n_packets=4, n_bytes=240, actions=learn(table=1,cookie=0x5,limit=3,result_dst=NXM_NX_REG0[0],NXM_OF_ETH_SRC[]),learn(table=1,cookie=0x5,limit=3,result_dst=NXM_NX_REG0[1],NXM_OF_ETH_SRC[]=NXM_OF_ETH_DST[]),resubmit(,2)",
        "cookie=0x0, table=2, n_packets=1, n_bytes=60, reg0=0 actions=IN_PORT",
        "cookie=0x0, table=2, n_packets=1, n_bytes=60, reg0=0x1 actions=output:3",
        "cookie=0x0, table=2, n_packets=2, n_bytes=120, reg0=0x3 actions=output:2",
        "cookie=0x5, table=1, n_packets=0, n_bytes=0, dl_src=02:00:00:00:00:01 actions=drop",
        "cookie=0x5, table=1, n_packets=0, n_bytes=0, dl_src=02:00:00:00:00:02 actions=drop",
        "cookie=0x5, table=1, n_packets=0, n_bytes=0, dl_src=02:00:00:00:00:03 actions=drop",
      ]
    ),
    (
      "a frame learns one rule twice",
      [
        "add actions=learn(table=1,NXM_OF_ETH_SRC[],load:1->NXM_NX_REG0[]),learn(table=1,NXM_OF_ETH_SRC[],load:2->NXM_NX_REG0[]),resubmit(,1),learn(table=1,NXM_OF_ETH_SRC[],load:1->NXM_NX_REG0[])",
        "frame 1 1 2",
        "frame 1 1 2",
      ],
      [
        "cookie=0x0, table=0, n_packets=2, n_bytes=120, actions=learn(table=1,NXM_OF_ETH_SRC[],load:0x1->NXM_NX_REG0[]),learn(table=1,NXM_OF_ETH_SRC[],load:0x2->NXM_NX_REG0[]),resubmit(,1),learn(table=1,NXM_OF_ETH_SRC[],load:0x1->NXM_NX_REG0[])",
        "cookie=0x0, table=1, n_packets=1, n_bytes=60, dl_src=02:00:00:00:00:01 actions=load:0x1->NXM_NX_REG0[]",
      ]
    ),
    (
      "a frame does not see what it learns",
      [
        "add actions=load:2->NXM_NX_REG1[0..15],learn(table=0,priority=65535,NXM_OF_IN_PORT[],output:NXM_NX_REG1[0..15]),resubmit(,0)",
        "frame 1 1 2",
        "frame 1 1 2",
      ],
      [
        "cookie=0x0, table=0, n_packets=1, n_bytes=60, priority=65535,in_port=1 actions=output:2",
        "cookie=0x0, table=0, n_packets=65, n_bytes=3900, actions=load:0x2->NXM_NX_REG1[0..15],learn(table=0,priority=65535,NXM_OF_IN_PORT[],output:NXM_NX_REG1[0..15]),resubmit(,0)",
      ]
    ),
    (
      "an IPv6 address and a tag",
      [
        "add actions=load:5->NXM_NX_XXREG0[0..63],load:0x20010db8->NXM_NX_XXREG0[96..127],mod_vlan_vid:5,learn(table=1,eth_type=0x86dd,NXM_NX_IPV6_SRC[]=NXM_NX_XXREG0[],NXM_OF_VLAN_TCI[0..12],load:NXM_OF_VLAN_TCI[]->NXM_OF_VLAN_TCI[],load:NXM_NX_XXREG0[]->NXM_NX_IPV6_DST[])",
        "frame 1 1 2",
      ],
      [
        "cookie=0x0, table=0, n_packets=1, n_bytes=60, actions=load:0x5->NXM_NX_XXREG0[0..63],load:0x20010db8->NXM_NX_XXREG0[96..127],mod_vlan_vid:5,learn(table=1,eth_type=0x86dd,NXM_NX_IPV6_SRC[]=NXM_NX_XXREG0[],NXM_OF_VLAN_TCI[0..12],load:NXM_OF_VLAN_TCI[]->NXM_OF_VLAN_TCI[],load:NXM_NX_XXREG0[]->NXM_NX_IPV6_DST[])",
        "cookie=0x0, table=1, n_packets=0, n_bytes=0, ipv6,dl_vlan=5,ipv6_src=2001:db8::5 actions=load:0x1005->NXM_OF_VLAN_TCI[],load:0x5->NXM_NX_IPV6_DST[0..63],load:0x20010db800000000->NXM_NX_IPV6_DST[64..127]",
      ]
    ),
    (
      "an output to the port of OpenFlow 1.1",
      [
        "add actions=learn(table=1,OXM_OF_IN_PORT[],output:OXM_OF_IN_PORT[])",
        "frame 1 1 2",
        "frame 2 1 2",
      ],
      [
        "cookie=0x0, table=0, n_packets=2, n_bytes=120, actions=learn(table=1,OXM_OF_IN_PORT[],output:OXM_OF_IN_PORT[])",
        "cookie=0x0, table=1, n_packets=0, n_bytes=0, in_port=1 actions=output:1",
        "cookie=0x0, table=1, n_packets=0, n_bytes=0, in_port=2 actions=output:2",
      ]
    ),
  ]
}
