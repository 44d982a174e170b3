/// The way of ovs-vsctl(8) to make a mirror, `--id=@m create mirror name=m0 ... -- set bridge br0 mirrors=@m`, and the only
/// one to make collector sets and exporters.
enum CreateRecord: Command {
  static let name = "create"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let table = try Table(named: arguments[0])
    switch table {
    case .mirror: return try createMirror(arguments, in: &transaction)
    case .ipfix, .collectorSet: return try createExport(table, arguments, in: &transaction)
    case .openVSwitch:
      throw CommandError("create: there is only one record of Open_vSwitch, '.', and it is there")
    case .bridge, .port, .interface, .controller, .ssl:
      throw CommandError(
        "create: records of \(table.rawValue) are made by add-br, add-port, set-controller and set-ssl; 'create' makes those of Mirror, Flow_Sample_Collector_Set and IPFIX"
      )
    }
  }

  private static func createMirror(
    _ arguments: Arguments, in transaction: inout Transaction
  ) throws(CommandError) -> Output {
    var others: [String] = []
    var mirrorName: String?
    for text in arguments.positional.dropFirst() {
      let target = try ColumnReference(text, in: .mirror, operators: ["="])
      if target.column.name == "name", target.key == nil {
        mirrorName = try ValueText.single(target.value, subject: "Mirror: name")
      } else {
        others.append(text)
      }
    }
    guard let mirrorName else { throw CommandError("create mirror: a mirror needs a name: name=NAME") }
    guard let id = arguments.options["--id"] else {
      throw CommandError(
        "create mirror: --id=@NAME is needed, by which 'set bridge BRIDGE mirrors=@NAME' gives it to a bridge; or 'add-mirror BRIDGE \(mirrorName)'"
      )
    }
    transaction.ids.add(try transaction.newMirror(mirrorName, others), as: id)
    return .line(mirrorName)
  }

  private static func createExport(
    _ table: Table, _ arguments: Arguments, in transaction: inout Transaction
  ) throws(CommandError) -> Output {
    let symbol = arguments.options["--id"]
    let id = transaction.ids.newName(of: symbol)
    if table == .collectorSet {
      transaction.configuration.store(CollectorSetConfiguration(id: id))
    } else if symbol != nil {
      transaction.configuration.store(IPFIXConfiguration(id: id))
    } else {
      throw CommandError(
        "create ipfix: --id=@NAME is needed, by which 'create flow_sample_collector_set ... ipfix=@NAME' gives it to a collector set"
      )
    }
    try transaction.set(Array(arguments.positional.dropFirst()), ofRecord: id.description, in: table)
    return .line(id.description)
  }
}
