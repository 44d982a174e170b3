enum AddValues: Command {
  static let name = "add"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    try transaction.changeValues(arguments) { parse, column, old, texts, subject throws(CommandError) in
      switch old {
      case .map(let pairs):
        var pairs = pairs
        for text in texts {
          let added = try parse(text).pairs
          pairs.merge(added) { old, _ in old }
        }
        return .map(pairs)
      case .set(let atoms):
        var all = Set(atoms)
        for text in texts { all.formUnion(try parse(text).atoms) }
        return .set(all.sorted(by: Atom.precedes))
      case .optional(let atom):
        let new = try parse(texts.joined(separator: ","))
        guard atom == nil || new.atoms == [atom] else {
          throw CommandError("\(subject): holds one value and has it; 'set' changes it")
        }
        return new
      }
    }
  }
}

enum RemoveValues: Command {
  static let name = "remove"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    try transaction.changeValues(arguments) { parse, column, old, texts, subject throws(CommandError) in
      switch old {
      case .map(let pairs):
        var pairs = pairs
        for text in texts { try remove(text, from: &pairs, column, subject) }
        return .map(pairs)
      case .set, .optional:
        var all = Set(old.atoms)
        for text in texts { all.subtract(try parse(text).atoms) }
        if all.isEmpty { return column.type.emptyValue }
        return if case .set = old { .set(all.sorted(by: Atom.precedes)) } else { .optional(all.first) }
      }
    }
  }

  /// `KEY` or `KEY=VALUE`.
  private static func remove(
    _ text: String, from pairs: inout [String: String], _ column: Column, _ subject: String
  ) throws(CommandError) {
    if text.contains("=") {
      for (key, value) in try column.type.parse(text, subject: subject).pairs where pairs[key] == value {
        pairs[key] = nil
      }
    } else {
      for key in try ValueText.words(of: text, brackets: ("{", "}"), subject: subject) {
        try column.type.check(key: key, subject: subject)
        pairs[key] = nil
      }
    }
  }
}

extension Transaction {
  typealias ValueParser = (String) throws(CommandError) -> ColumnValue
  typealias ValueChange = (ValueParser, Column, ColumnValue, _ texts: [String], _ subject: String)
    throws(CommandError) -> ColumnValue

  /// The common part of `add` and `remove`: `TABLE RECORD COLUMN TEXT...`.
  fileprivate mutating func changeValues(_ arguments: Arguments, _ change: ValueChange) throws(CommandError)
    -> Output
  {
    let table = try Table(named: arguments[0])
    if arguments.has("--if-exists"), !hasRow(arguments[1], in: table) { return .none }
    var row = try row(arguments[1], in: table)
    let column = try table.column(named: arguments[2])
    let write = try table.requireWritable(column)
    let texts = Array(arguments.positional.dropFirst(3))
    let subject = table.subject(arguments[1], column)
    let parse: ValueParser = { [self] text throws(CommandError) in
      try self.parse(text, for: column, subject: subject)
    }
    write(&row, try change(parse, column, column.read(row), texts, subject))
    try store(row)
    return .none
  }
}
