/// The workers' flow cache: frames whose flow it knows, frames that it has to make room for, frames without it.
func flowCacheSuite() {
  let exact = (0..<1000).map { flow in
    "priority=100,udp,nw_dst=10.0.\(flow >> 8).\(flow & 0xff),tp_src=0,tp_dst=\(flow),actions=output:2"
  }
  path("flow cache: one flow, hit", rules: ["actions=output:2"])
  path("flow cache: 1,000 flows of as many rules, hit", rules: exact, frames: flows(1000))
  path("flow cache: none, 1,000 flows of as many rules", rules: exact, frames: flows(1000), flowCapacity: 0)
  // More flows than it has room for, one after the other: each is gone when it comes again.
  let ports =
    (0..<64).map { "priority=100,udp,tp_dst=\($0),actions=output:2" } + ["priority=1,actions=output:2"]
  path(
    "flow cache: 50,000 flows in room for 1,024, miss and insert", rules: ports, frames: flows(50_000),
    flowCapacity: 1024)
}
