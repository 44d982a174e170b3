import Pipeline

enum SetFailMode: Command {
  static let name = "set-fail-mode"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    guard let mode = BridgeSettings.FailMode(rawValue: arguments[1]) else {
      let names = BridgeSettings.FailMode.allCases.map(\.rawValue)
      throw .unknown("fail mode", arguments[1], in: "bridge \(arguments[0])", among: names)
    }
    try transaction.configuration.updateBridge(named: arguments[0]) { $0.failMode = mode }
    return .none
  }
}

enum GetFailMode: Command {
  static let name = "get-fail-mode"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    guard let mode = try transaction.configuration.bridge(named: arguments[0]).failMode else { return .none }
    return .line(mode.rawValue)
  }
}

enum DeleteFailMode: Command {
  static let name = "del-fail-mode"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    try transaction.configuration.updateBridge(named: arguments[0]) { $0.failMode = nil }
    return .none
  }
}
