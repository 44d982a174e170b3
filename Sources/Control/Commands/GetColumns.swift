import ControlProtocol

enum GetColumns: Command {
  static let name = "get"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let table = try Table(named: arguments[0])
    if arguments.has("--if-exists"), !transaction.hasRow(arguments[1], in: table) { return .none }
    let row = try transaction.row(arguments[1], in: table)
    var text = ""
    var values: [JSONValue] = []
    for word in arguments.positional.dropFirst(2) {
      let target = try ColumnReference(word, in: table, operators: [])
      let value = target.column.read(row)
      guard let key = target.key else {
        text += "\(value)\n"
        values.append(value.json)
        continue
      }
      if let found = value.pairs[key] {
        text += "\(ColumnValue.mapValue(found))\n"
        values.append(.string(found))
      } else if arguments.has("--if-exists") {
        text += "\n"
        values.append(.null)
      } else {
        let subject = table.subject(row.name, target.column)
        try target.column.type.check(key: key, subject: subject)
        throw CommandError("\(subject): key '\(key)' is not set")
      }
    }
    return Output(text: text, json: .array(values))
  }
}
