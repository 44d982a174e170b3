enum CreateRecord: Command {
  static let name = "create"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let table = try Table(named: arguments[0])
    let symbol = arguments.options[RecordSymbols.option]
    let id = symbol.flatMap(transaction.symbols.reference).flatMap { RecordID($0) } ?? .random()
    switch table {
    case .ipfix:
      guard symbol != nil else {
        throw CommandError(
          "create: a record of IPFIX stays only while a collector set has it: give it a name with "
            + "\(RecordSymbols.option)=@NAME and say ipfix=@NAME where the set is made")
      }
      transaction.configuration.store(IPFIXConfiguration(id: id))
    case .collectorSet: transaction.configuration.store(CollectorSetConfiguration(id: id))
    case .bridge, .port, .interface, .controller, .ssl:
      throw CommandError(
        "create: records of \(table.rawValue) come with add-br, add-port, set-controller and set-ssl "
          + "(allowed: Flow_Sample_Collector_Set, IPFIX)")
    }
    try transaction.set(Array(arguments.positional.dropFirst()), ofRecord: id.description, in: table)
    return .line(id.description)
  }
}

enum DestroyRecord: Command {
  static let name = "destroy"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let table = try Table(named: arguments[0])
    for name in arguments.positional.dropFirst() {
      if arguments.has("--if-exists"), !transaction.hasRow(name, in: table) { continue }
      switch try transaction.row(name, in: table) {
      case .ipfix(let record): try transaction.configuration.remove(record)
      case .collectorSet(let set, _): transaction.configuration.remove(set)
      case .bridge, .port, .interface, .controller, .ssl:
        throw CommandError(
          "destroy: records of \(table.rawValue) go with del-br, del-port, del-controller and del-ssl "
            + "(allowed: Flow_Sample_Collector_Set, IPFIX)")
      }
    }
    return .none
  }
}
