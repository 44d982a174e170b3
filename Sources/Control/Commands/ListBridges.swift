import ControlProtocol

enum ListBridges: Command {
  static let name = "list-br"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    .lines(transaction.configuration.bridges.map(\.name).sorted())
  }
}

enum BridgeExists: Command {
  static let name = "br-exists"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let exists = transaction.configuration.hasBridge(named: arguments[0])
    return Output(json: .boolean(exists), status: exists ? 0 : 2)
  }
}
