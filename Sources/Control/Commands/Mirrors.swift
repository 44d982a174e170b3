import Datapath
import Pipeline

enum AddMirror: Command {
  static let name = "add-mirror"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridge = try transaction.configuration.bridge(named: arguments[0])
    let isThere = bridge.mirrors.contains { $0.name == arguments[1] }
    if isThere, arguments.has("--may-exist") { return .none }
    guard !isThere else {
      throw CommandError("bridge \(bridge.name): a mirror named '\(arguments[1])' exists")
    }
    let mirror = try transaction.newMirror(arguments[1], Array(arguments.positional.dropFirst(2)))
    try transaction.configuration.updateBridge(named: bridge.name) { $0.mirrors.append(mirror) }
    return .none
  }
}

enum DeleteMirror: Command {
  static let name = "del-mirror"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridge = arguments.count == 2 ? try transaction.configuration.bridge(named: arguments[0]) : nil
    let name = bridge.map { "\($0.name)/\(arguments[1])" } ?? arguments[0]
    if arguments.has("--if-exists"), !transaction.hasRow(name, in: .mirror) { return .none }
    let place = try transaction.configuration.place(ofMirror: name)
    let owner = transaction.configuration.bridges[place.bridge].name
    try transaction.configuration.updateBridge(named: owner) { $0.mirrors.remove(at: place.mirror) }
    return .none
  }
}

enum ListMirrors: Command {
  static let name = "list-mirrors"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    .lines(try transaction.configuration.bridge(named: arguments[0]).mirrors.map(\.name).sorted())
  }
}

extension Transaction {
  /// A mirror with these settings of columns, which no bridge has yet.
  func newMirror(_ name: String, _ assignments: [String]) throws(CommandError) -> MirrorConfiguration {
    try MirrorConfiguration.checkName(name)
    var row = Row.mirror(bridge: "", MirrorConfiguration(name: name), MirrorStatus())
    try assign(assignments, to: &row, named: name, in: .mirror)
    guard case .mirror(_, let mirror, _) = row else { return MirrorConfiguration(name: name) }
    return mirror
  }

  /// The mirrors of those names, or IDs of mirrors that are made by this command line, for the bridge: those that it has
  /// keep their order.
  mutating func mirrors(
    named names: [String], for bridge: BridgeConfiguration
  ) throws(CommandError) -> [MirrorConfiguration] {
    var result = bridge.mirrors.filter { names.contains($0.name) }
    for name in names where !result.contains(where: { $0.name == name }) {
      guard name.hasPrefix("@") else {
        let error = CommandError.missing("mirror", name, among: bridge.mirrors.map(\.name))
        throw CommandError(
          "Bridge \(bridge.name): mirrors: \(error.message); 'add-mirror \(bridge.name) \(name)' makes one")
      }
      result.append(try ids.take(name, for: bridge.name))
    }
    return result
  }

  func status(of mirror: MirrorConfiguration, on bridge: String) -> MirrorStatus {
    let traffic = running?.bridge(named: bridge)?.mirrorTraffic(of: mirror.name)
    return MirrorStatus(traffic: traffic.map { .init(packets: $0.packets, bytes: $0.bytes) })
  }
}
