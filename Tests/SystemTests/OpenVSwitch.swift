/// A running Open vSwitch, Debian's, with a directory of its own and a bridge that needs no devices.
final class OpenVSwitch {
  let directory: String
  private var processes: [ChildProcess] = []

  /// Its OpenFlow socket, as `ovs-ofctl` and `apus` take it.
  var bridge: String { "unix:\(directory)/br0.mgmt" }

  /// Starts the database and the switch and waits until the bridge answers.
  init() throws {
    directory = try Command.output(of: "mktemp -d /tmp/apus-ovs-XXXXXX").filter { $0 != "\n" }
    try Command.output(of: "ovsdb-tool create \(directory)/conf.db /usr/share/openvswitch/vswitch.ovsschema")
    try start(
      "ovsdb-server \(directory)/conf.db --remote=punix:\(directory)/db.sock --unixctl=\(directory)/db.ctl")
    try eventually("ovsdb-server answers") { try vsctl("--no-wait init").status == 0 }
    try start(
      "ovs-vswitchd unix:\(directory)/db.sock --unixctl=\(directory)/vs.ctl --enable-dummy --disable-system")
    let versions = (0...5).map { "OpenFlow1\($0)" }.joined(separator: ",")
    var words = "--timeout=20 add-br br0 -- set bridge br0 datapath_type=dummy protocols=\(versions)"
    words += " other_config:datapath-id=00000000000000aa other_config:hwaddr=02:00:00:00:00:aa"
    for port in 1...3 {
      words += " -- add-port br0 p\(port) -- set interface p\(port) type=dummy ofport_request=\(port)"
    }
    let result = try vsctl(words)
    guard result.status == 0 else { throw CommandFailure(command: words, reason: result.errors) }
    try eventually("the bridge answers") { try Command.run("ovs-ofctl probe \(bridge)").status == 0 }
  }

  deinit {
    for process in processes.reversed() { _ = try? process.stop() }
    _ = try? Command.run("rm -rf \(directory)")
  }

  private func start(_ words: String) throws {
    let path = "/usr/local/sbin:/usr/sbin:/sbin:/usr/local/bin:/usr/bin:/bin"
    processes.append(
      try Command.start("env PATH=\(path) OVS_RUNDIR=\(directory) OVS_LOGDIR=\(directory) \(words)"))
  }

  func vsctl(_ words: String) throws -> CommandResult {
    try Command.run("ovs-vsctl --db=unix:\(directory)/db.sock \(words)")
  }
}
