import Lint
import Testing

/// What is found in small tables.
@Suite struct FindingTests {
  /// Rules and what is found in them, each as `code: subject`.
  struct Case: CustomTestStringConvertible {
    var rules: [String]
    var found: [String]
    var groups: [String] = []
    var meters: [String] = []
    var continuing: Set<UInt8> = []

    var testDescription: String { rules.joined(separator: " | ") }
  }

  private static let shadowing: [Case] = [
    Case(
      rules: ["priority=2,ip actions=drop", "priority=1,tcp,tp_dst=80 actions=output:1"],
      found: ["warning shadowed-rule: priority=1,tcp,tp_dst=80 actions=output:1"]),
    Case(rules: ["priority=1,ip actions=drop", "priority=2,tcp,tp_dst=80 actions=output:1"], found: []),
    Case(rules: ["priority=2,ip,table=1 actions=drop", "priority=1,tcp actions=goto_table:1"], found: []),
    Case(
      rules: ["priority=2,ip,idle_timeout=9 actions=drop", "priority=1,tcp actions=output:1"],
      found: ["note shadowed-rule: priority=1,tcp actions=output:1"]),
    Case(
      rules: [
        "priority=3,ip,nw_dst=10.0.0.0/25 actions=drop",
        "priority=2,ip,nw_dst=10.0.0.128/25 actions=output:1",
        "priority=1,ip,nw_dst=10.0.0.0/24 actions=output:2",
      ], found: ["warning covered-by-several: priority=1,ip,nw_dst=10.0.0.0/24 actions=output:2"]),
    Case(
      rules: [
        "priority=3,ip,nw_dst=10.0.0.0/25 actions=drop",
        "priority=2,ip,nw_dst=10.0.0.128/26 actions=output:1",
        "priority=1,ip,nw_dst=10.0.0.0/24 actions=output:2",
      ], found: []),
    // With a tag or without one: there is nothing else.
    Case(
      rules: [
        "priority=3,vlan_tci=0x1000/0x1000 actions=drop", "priority=2,vlan_tci=0 actions=output:1",
        "priority=1 actions=output:2",
      ], found: ["warning covered-by-several: priority=1 actions=output:2"]),
    // Clauses take no frame, and can be shadowed.
    Case(
      rules: [
        "priority=5,ip actions=conjunction(1,1/2)", "priority=5,in_port=1 actions=conjunction(1,2/2)",
        "priority=4,conj_id=1 actions=drop", "priority=3,tcp actions=output:1",
      ], found: []),
    Case(
      rules: ["priority=6,ip actions=drop", "priority=5,tcp actions=note:00"],
      found: ["warning shadowed-rule: priority=5,tcp actions=note:00.00.00.00.00.00"]),
  ]

  private static let overlaps: [Case] = [
    Case(
      rules: ["ip,nw_src=10.0.0.1 actions=drop", "tcp,tp_dst=80 actions=output:1"],
      found: ["warning ambiguous-overlap: tcp,tp_dst=80 actions=output:1"]),
    Case(rules: ["ip,nw_src=10.0.0.1 actions=drop", "tcp,tp_dst=80 actions=drop"], found: []),
    Case(rules: ["ip,nw_src=10.0.0.1 actions=drop", "arp actions=output:1"], found: []),
    Case(
      rules: [
        "priority=9,tcp,nw_src=10.0.0.1,tp_dst=80 actions=output:2",
        "priority=8,ip,nw_src=10.0.0.1 actions=drop", "priority=8,tcp,tp_dst=80 actions=output:1",
      ], found: []),
    Case(
      rules: ["priority=9,ip actions=drop", "priority=8,arp actions=output:1", "priority=8 actions=drop"],
      found: ["warning ambiguous-overlap: priority=8 actions=drop"]),
  ]

  private static let targets: [Case] = [
    Case(
      rules: ["in_port=9 actions=output:1"],
      found: ["warning missing-port: in_port=9 actions=output:1"]),
    Case(
      rules: ["actions=output:9,normal,in_port,LOCAL"],
      found: ["warning missing-port: actions=output:9,NORMAL,IN_PORT,LOCAL"]),
    Case(
      rules: ["actions=bundle(eth_src,0,hrw,ofport,members:1,8)"],
      found: ["warning missing-port: actions=bundle(eth_src,0,hrw,ofport,members:1,8)"]),
    Case(rules: ["actions=group:7"], found: ["error missing-group: actions=group:7"]),
    Case(
      rules: ["actions=meter:3,clone(output:1)"],
      found: ["error missing-meter: actions=meter:3,clone(output:1)"]),
    Case(rules: ["actions=resubmit(,254)"], found: ["error missing-table: actions=resubmit(,254)"]),
    Case(
      rules: ["actions=learn(table=254,in_port=1)"],
      found: ["error missing-table: actions=learn(table=254,in_port=1)"]),
    Case(rules: ["actions=goto_table:3"], found: ["warning empty-table: actions=goto_table:3"]),
    Case(rules: ["actions=resubmit(,3)"], found: ["note empty-table: actions=resubmit(,3)"]),
    Case(rules: ["actions=learn(table=3,in_port=1),resubmit(,3)"], found: []),
    Case(
      rules: ["actions=drop", "table=4,ip actions=output:1", "table=4 actions=drop"],
      found: [
        "warning unreached-table: table 4 (2 rules)", "warning ambiguous-overlap: table=4, actions=drop",
      ]),
    Case(rules: ["table=1 actions=drop"], found: [], continuing: [0]),
    // A rule that never takes a frame leads nowhere.
    Case(
      rules: ["priority=2,ip actions=drop", "priority=1,tcp actions=goto_table:1", "table=1 actions=drop"],
      found: [
        "warning shadowed-rule: priority=1,tcp actions=goto_table:1",
        "warning unreached-table: table 1 (1 rule)",
      ]),
    Case(
      rules: ["actions=group:1", "table=2 actions=drop"], found: [],
      groups: ["group_id=1,type=indirect,bucket=actions=resubmit(,2)"]),
  ]

  private static let groupsAndMeters: [Case] = [
    Case(
      rules: [],
      found: ["note unused-group: group_id=1,type=all,bucket=bucket_id:0,actions=output:1"],
      groups: ["group_id=1,type=all,bucket=output:1"]),
    Case(
      rules: ["actions=group:1"], found: [],
      groups: ["group_id=1,type=all,bucket=actions=group:2", "group_id=2,type=all,bucket=output:1"]),
    Case(
      rules: ["actions=group:1"], found: ["warning empty-group: group_id=1,type=all"],
      groups: ["group_id=1,type=all"]),
    Case(
      rules: ["actions=group:1"],
      found: [
        "warning dead-bucket: group_id=1,type=ff,bucket=bucket_id:0,watch_port:1,actions=output:1,bucket=bucket_id:1,watch_port:9,actions=output:2"
      ],
      groups: ["group_id=1,type=ff,bucket=watch_port:1,output:1,bucket=watch_port:9,output:2"]),
    Case(
      rules: ["actions=group:1"],
      found: [
        "warning dead-bucket: group_id=1,type=select,bucket=bucket_id:0,weight:0,actions=output:1,bucket=bucket_id:1,actions=output:2"
      ],
      groups: ["group_id=1,type=select,bucket=weight:0,output:1,bucket=output:2"]),
    // Two groups that watch each other alone.
    Case(
      rules: ["actions=group:1"],
      found: [
        "warning dead-bucket: group_id=1,type=ff,bucket=bucket_id:0,watch_group:2,actions=output:1",
        "warning dead-bucket: group_id=2,type=ff,bucket=bucket_id:0,watch_group:1,actions=output:2",
      ],
      groups: [
        "group_id=1,type=ff,bucket=watch_group:2,output:1",
        "group_id=2,type=ff,bucket=watch_group:1,output:2",
      ]),
    Case(
      rules: ["actions=meter:1,output:1"],
      found: ["note unused-meter: meter=2 pktps bands= type=drop rate=5"],
      meters: ["meter=1 kbps bands=type=drop rate=9", "meter=2 pktps bands=type=drop rate=5"]),
  ]

  private static let samples: [Case] = [
    Case(
      rules: [
        "actions=sample(probability=1,collector_set_id=7)",
        "priority=40000,ip actions=clone(sample(probability=1))",
      ],
      found: [
        "warning missing-collector-set: actions=sample(probability=1,collector_set_id=7,obs_domain_id=0,obs_point_id=0)",
        "warning missing-collector-set: priority=40000,ip actions=clone(sample(probability=1,collector_set_id=0,obs_domain_id=0,obs_point_id=0))",
      ])
  ]

  private static let conjunctions: [Case] = [
    Case(
      rules: [
        "ip actions=conjunction(5,1/3)", "arp actions=conjunction(5,3/3)",
        "priority=1,conj_id=5 actions=drop",
      ],
      found: [
        "warning incomplete-conjunction: ip actions=conjunction(5,1/3)",
        "warning unmatched-conjunction: priority=1,conj_id=5 actions=drop",
      ]),
    Case(
      rules: [
        "ip actions=conjunction(5,1/2)", "arp actions=conjunction(5,2/3)",
        "priority=1,conj_id=5 actions=drop",
      ],
      found: [
        "error contradictory-conjunction: ip actions=conjunction(5,1/2)",
        "warning unmatched-conjunction: priority=1,conj_id=5 actions=drop",
      ]),
    Case(
      rules: ["ip actions=conjunction(5,1/2)", "in_port=1 actions=conjunction(5,2/2)"],
      found: ["warning unmatched-conjunction: ip actions=conjunction(5,1/2)"]),
    Case(
      rules: [
        "ip actions=conjunction(5,1/2)", "in_port=1 actions=conjunction(5,2/2)",
        "priority=9,ip actions=conjunction(5,1/2)", "priority=9,in_port=1 actions=conjunction(5,2/2)",
        "conj_id=5 actions=drop",
      ], found: ["warning contradictory-conjunction: ip actions=conjunction(5,1/2)"]),
  ]

  @Test(arguments: shadowing + overlaps + targets + groupsAndMeters + samples + conjunctions)
  func finds(_ row: Case) throws {
    let subject = try LintSubject(
      row.rules, groups: row.groups, meters: row.meters, continuing: row.continuing)
    let found = Linter.findings(in: subject).map {
      "\($0.severity.rawValue) \($0.code.rawValue): \($0.subject)"
    }
    #expect(found.sorted() == row.found.sorted())
  }
}
