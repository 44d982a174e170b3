enum DestroyRecord: Command {
  static let name = "destroy"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let table = try Table(named: arguments[0])
    for name in arguments.positional.dropFirst() {
      if arguments.has("--if-exists"), !transaction.hasRow(name, in: table) { continue }
      switch try transaction.row(name, in: table) {
      case .ipfix(let record): try transaction.configuration.remove(record)
      case .collectorSet(let set, _): transaction.configuration.remove(set)
      case .openVSwitch: throw CommandError("destroy: the one record of Open_vSwitch stays")
      case .bridge, .port, .interface, .controller, .ssl, .mirror:
        throw CommandError(
          "destroy: records of \(table.rawValue) go with del-br, del-port, del-controller, del-ssl and del-mirror; 'destroy' deletes those of Flow_Sample_Collector_Set and IPFIX"
        )
      }
    }
    return .none
  }
}
