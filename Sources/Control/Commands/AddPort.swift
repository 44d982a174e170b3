enum AddPort: Command {
  static let name = "add-port"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let (bridge, port) = (arguments[0], arguments[1])
    if arguments.has("--may-exist"), transaction.configuration.findPort(named: port) != nil {
      let owner = try transaction.configuration.bridge(ofPort: port).name
      guard owner == bridge else {
        throw CommandError("--may-exist add-port \(bridge) \(port): the port exists, but on bridge \(owner)")
      }
      return .none
    }
    try transaction.configuration.addPort(named: port, to: bridge)
    var columns = Array(arguments.positional.dropFirst(2))
    if let owner = arguments.options["--ephemeral"] {
      columns.append("ephemeral=\(owner.isEmpty ? "\(PortOwner.peer)" : owner)")
    }
    try transaction.set(columns, ofRecord: port, in: .port)
    return .none
  }
}

enum DeletePort: Command {
  static let name = "del-port"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridge = arguments.count == 2 ? arguments[0] : nil
    let port = arguments[arguments.count - 1]
    if arguments.has("--if-exists"), transaction.configuration.findPort(named: port) == nil { return .none }
    try transaction.configuration.removePort(named: port, from: bridge)
    return .none
  }
}
