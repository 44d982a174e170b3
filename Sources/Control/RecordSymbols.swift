/// The names that commands of one line give to records with `--id=@NAME`, for other commands of the line. They hold
/// from the line's begin, so that a command can speak of a record that a later one makes.
struct RecordSymbols {
  static var option: String { "--id" }

  private struct Symbol {
    var table: Table
    /// As columns that refer to the record have it.
    var reference: String
  }

  private var symbols: [String: Symbol] = [:]

  init() {}

  init(_ commands: [CommandParser.ParsedCommand]) throws(CommandError) {
    for (command, arguments) in commands {
      guard let symbol = arguments.options[Self.option] else { continue }
      guard symbol.hasPrefix("@"), symbol.count > 1 else {
        throw CommandError(
          "\(command.name): \(Self.option)=\(symbol): a name begins with '@': \(Self.option)=@NAME")
      }
      let isNew = command == CreateRecord.self
      let reference = isNew ? RecordID.random().description : arguments[1]
      let old = symbols.updateValue(
        Symbol(table: try Table(named: arguments[0]), reference: reference), forKey: symbol)
      guard old == nil else { throw CommandError("\(command.name): two records are called \(symbol)") }
    }
  }

  /// What stands for the record that a command makes or gets.
  func reference(of symbol: String) -> String? { symbols[symbol]?.reference }

  /// `text` with the reference in the place of a name, if it is one.
  func resolve(_ text: String, in table: Table, subject: String) throws(CommandError) -> String {
    guard text.hasPrefix("@") else { return text }
    guard let symbol = symbols[text] else {
      throw CommandError("\(subject): no command has \(Self.option)=\(text)")
    }
    guard symbol.table == table else {
      throw CommandError(
        "\(subject): \(text) is a record of \(symbol.table.rawValue), not of \(table.rawValue)")
    }
    return symbol.reference
  }
}
