enum DeleteBridge: Command {
  static let name = "del-br"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let name = arguments[0]
    if arguments.has("--if-exists"), !transaction.configuration.hasBridge(named: name) { return .none }
    try transaction.configuration.removeBridge(named: name)
    return .none
  }
}
