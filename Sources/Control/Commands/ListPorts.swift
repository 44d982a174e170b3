enum ListPorts: Command {
  static let name = "list-ports"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridge = try transaction.configuration.bridge(named: arguments[0])
    return .lines(bridge.ports.dropFirst().map(\.name).sorted())
  }
}

/// A port has one interface, of its own name.
enum ListInterfaces: Command {
  static let name = "list-ifaces"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    try ListPorts.run(arguments, in: &transaction)
  }
}

enum PortToBridge: Command {
  static let name = "port-to-br"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    .line(try transaction.configuration.bridge(ofPort: arguments[0]).name)
  }
}

enum InterfaceToBridge: Command {
  static let name = "iface-to-br"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    try PortToBridge.run(arguments, in: &transaction)
  }
}
