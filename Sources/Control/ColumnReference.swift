/// `COLUMN[:KEY]` with, in most commands, an operator and a value behind it.
struct ColumnReference {
  var column: Column
  var key: String?
  /// The operator, empty when there is none, and what stands behind it.
  var comparison = ""
  var value = ""

  /// - Parameter operators: longer ones before those that they start with.
  init(_ text: String, in table: Table, operators: [String]) throws(CommandError) {
    let name = text.prefix { $0 == "_" || $0 == "-" || $0.isLetter || $0.isNumber }
    column = try table.column(named: String(name))
    var rest = text[name.endIndex...]
    if rest.first == ":" {
      rest.removeFirst()
      let end = rest.firstIndex { "=!<>".contains($0) } ?? rest.endIndex
      let key = operators.isEmpty ? rest : rest[..<end]
      guard column.type.isMap else {
        throw CommandError("table \(table.rawValue): column \(column.name) has no keys: it is not a map")
      }
      self.key = try ValueText.single(String(key), subject: column.name)
      rest = rest[key.endIndex...]
    }
    if let found = operators.first(where: { rest.hasPrefix($0) }) {
      comparison = found
      value = String(rest.dropFirst(found.count))
    } else if !operators.isEmpty || !rest.isEmpty {
      let form = operators.isEmpty ? "COLUMN[:KEY]" : "COLUMN[:KEY]\(operators[operators.count - 1])VALUE"
      throw CommandError("'\(text)' is not of the form \(form)")
    }
  }
}

extension Table {
  /// The start of messages about a column of a record.
  func subject(_ record: String, _ column: Column) -> String { "\(rawValue) \(record): \(column.name)" }

  /// Throws for columns that nobody can set.
  func requireWritable(_ column: Column) throws(CommandError) -> @Sendable (inout Row, ColumnValue) -> Void {
    guard let write = column.write else {
      let writable = columns.filter { $0.write != nil }.map(\.name).joined(separator: ", ")
      throw CommandError("table \(rawValue): column \(column.name) cannot be set (allowed: \(writable))")
    }
    return write
  }
}
