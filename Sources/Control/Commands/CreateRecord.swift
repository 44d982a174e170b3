/// The way of ovs-vsctl(8) to make a mirror: `--id=@m create mirror name=m0 ... -- set bridge br0 mirrors=@m`.
enum CreateRecord: Command {
  static let name = "create"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let table = try Table(named: arguments[0])
    guard table == .mirror else {
      throw CommandError(
        "create: records of \(table.rawValue) are made by add-br, add-port, set-controller and set-ssl; only those of Mirror by 'create'"
      )
    }
    var others: [String] = []
    var mirrorName: String?
    for text in arguments.positional.dropFirst() {
      let target = try ColumnReference(text, in: table, operators: ["="])
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
}
