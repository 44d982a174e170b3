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
  /// `text` with a reference in the place of `@NAME` where the column refers to a record.
  private func resolve(_ text: String, for column: Column, subject: String) throws(CommandError) -> String {
    switch column.type {
    case .one(.record(let table), _), .optional(.record(let table)):
      try symbols.resolve(text, in: table, subject: subject)
    default: text
    }
  }

  /// Carries out `COLUMN[:KEY]=VALUE...`.
  mutating func set(_ assignments: [String], ofRecord name: String, in table: Table) throws(CommandError) {
    var row = try row(name, in: table)
    for text in assignments {
      let target = try ColumnReference(text, in: table, operators: ["="])
      let write = try table.requireWritable(target.column)
      let subject = table.subject(name, target.column)
      guard let key = target.key else {
        let value = try resolve(target.value, for: target.column, subject: subject)
        write(&row, try target.column.type.parse(value, subject: subject))
        continue
      }
      var pairs = target.column.read(row).pairs
      let value = try ValueText.single(target.value, subject: "\(subject):\(key)")
      pairs[key] = try target.column.type.parse(value, key: key, subject: subject)
      write(&row, .map(pairs))
    }
    try store(row)
  }
}
