import Pipeline

enum ModifyTable: Command {
  static let name = "mod-table"

  private static let actions: [(name: String, miss: BridgeRecord.Miss)] = [
    ("drop", .drop), ("controller", .controller), ("continue", .next),
  ]

  static func word(for miss: BridgeRecord.Miss) -> String {
    actions.first { $0.miss == miss }?.name ?? "drop"
  }

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridge = try transaction.configuration.bridge(named: arguments[0])
    guard let table = UInt8(arguments[1]), table < BridgeRecord.tableCount else {
      throw CommandError("\(name): '\(arguments[1])' is no table (0 to \(BridgeRecord.tableCount - 1))")
    }
    guard let action = actions.first(where: { $0.name == arguments[2] }) else {
      throw .unknown("action", arguments[2], in: name, among: actions.map(\.name))
    }
    try transaction.configuration.updateBridge(named: bridge.name) {
      $0.tableMisses[table] = action.miss == .drop ? nil : action.miss
    }
    return .none
  }
}
