/// The whole way of a frame between memory ports.
func pathSuite() {
  let tables = (0..<10).map { "table=\($0),actions=goto_table:\($0 + 1)" } + ["table=10,actions=output:2"]
  path("path: one rule", rules: ["actions=output:2"])
  path("path: NORMAL, one known address", rules: ["actions=normal"])
  path("path: NORMAL, 1,000 hosts", rules: ["actions=normal"], frames: flows(1000))
  path(
    "path: NORMAL, 1,000 hosts, no flow cache", rules: ["actions=normal"], frames: flows(1000),
    flowCapacity: 0)
  path("path: NORMAL, 1514 bytes", rules: ["actions=normal"], frames: [Frames.udp(count: 1472)])
  path("path: ten tables", rules: tables)
  path("path: ten tables, no flow cache", rules: tables, flowCapacity: 0)
}
