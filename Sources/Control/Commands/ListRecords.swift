import ControlProtocol

enum ListRecords: Command {
  static let name = "list"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let table = try Table(named: arguments[0])
    var rows: [Row] = []
    for name in arguments.positional.dropFirst() {
      if arguments.has("--if-exists"), !transaction.hasRow(name, in: table) { continue }
      rows.append(try transaction.row(name, in: table))
    }
    if arguments.count == 1 { rows = try transaction.rows(of: table) }
    return output(rows, columns: try columns(of: table, arguments))
  }

  /// Those of `--columns`, or all.
  static func columns(of table: Table, _ arguments: Arguments) throws(CommandError) -> [Column] {
    guard let names = arguments.options["--columns"] else { return table.columns }
    var columns: [Column] = []
    for name in names.split(separator: ",") { columns.append(try table.column(named: String(name))) }
    return columns
  }

  /// A line for each column, an empty line between records, as `ovs-vsctl list` has it.
  static func output(_ rows: [Row], columns: [Column]) -> Output {
    let texts = rows.map { row in
      columns.map { column in
        let padding = String(repeating: " ", count: max(0, 20 - column.name.count))
        return "\(column.name)\(padding): \(column.read(row))\n"
      }.joined()
    }
    let objects = rows.map { row in
      JSONValue.object(
        Dictionary(
          uniqueKeysWithValues: Set(columns.map(\.name)).map { name in
            (name, columns.first { $0.name == name }?.read(row).json ?? .null)
          }))
    }
    return Output(text: texts.joined(separator: "\n"), json: .array(objects))
  }
}
