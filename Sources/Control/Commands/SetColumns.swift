enum SetColumns: Command {
  static let name = "set"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let table = try Table(named: arguments[0])
    if arguments.has("--if-exists"), !transaction.hasRow(arguments[1], in: table) { return .none }
    try transaction.set(Array(arguments.positional.dropFirst(2)), ofRecord: arguments[1], in: table)
    return .none
  }
}

enum ClearColumns: Command {
  static let name = "clear"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let table = try Table(named: arguments[0])
    if arguments.has("--if-exists"), !transaction.hasRow(arguments[1], in: table) { return .none }
    var row = try transaction.row(arguments[1], in: table)
    for name in arguments.positional.dropFirst(2) {
      let column = try table.column(named: name)
      try table.requireWritable(column)(&row, column.type.emptyValue)
    }
    try transaction.store(row)
    return .none
  }
}

extension Transaction {
  /// Carries out `COLUMN[:KEY]=VALUE...`.
  mutating func set(_ assignments: [String], ofRecord name: String, in table: Table) throws(CommandError) {
    var row = try row(name, in: table)
    try assign(assignments, to: &row, named: name, in: table)
    try store(row)
  }

  /// The same for a record that need not be there yet.
  func assign(
    _ assignments: [String], to row: inout Row, named name: String, in table: Table
  ) throws(CommandError) {
    for text in assignments {
      let target = try ColumnReference(text, in: table, operators: ["="])
      let write = try table.requireWritable(target.column)
      let subject = table.subject(name, target.column)
      guard let key = target.key else {
        write(&row, try parse(target.value, for: target.column, subject: subject))
        row.noteAssignment(of: target.column, key: nil)
        continue
      }
      var pairs = target.column.read(row).pairs
      let value = try ValueText.single(target.value, subject: "\(subject):\(key)")
      pairs[key] = try target.column.type.parse(value, key: key, subject: subject)
      write(&row, .map(pairs))
      row.noteAssignment(of: target.column, key: key)
    }
  }

  /// What `text` spells for the column, with names in the place of IDs.
  func parse(_ text: String, for column: Column, subject: String) throws(CommandError) -> ColumnValue {
    try ids.resolve(try column.type.parse(text, subject: subject), of: column.type, subject: subject)
  }
}
