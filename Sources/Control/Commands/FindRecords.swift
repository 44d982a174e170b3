/// `=` and `!=` compare whole values; the others compare as ovs-vsctl(8) has it: the set with more elements is
/// the greater, then the elements decide, smallest first. A key that a map does not have fulfils nothing.
enum FindRecords: Command {
  static let name = "find"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let table = try Table(named: arguments[0])
    var conditions: [Condition] = []
    for text in arguments.positional.dropFirst() { conditions.append(try Condition(text, in: table)) }
    let rows = try transaction.rows(of: table).filter { row in conditions.allSatisfy { $0.holds(for: row) } }
    return ListRecords.output(rows, columns: try ListRecords.columns(of: table, arguments))
  }

  private struct Condition {
    let target: ColumnReference
    let operand: ColumnValue

    init(_ text: String, in table: Table) throws(CommandError) {
      target = try ColumnReference(text, in: table, operators: ["!=", "<=", ">=", "<", ">", "="])
      let subject = "table \(table.rawValue): \(target.column.name)"
      if let key = target.key {
        try target.column.type.check(key: key, subject: subject)
        operand = .string(try ValueText.single(target.value, subject: subject))
      } else {
        operand = try target.column.type.parse(target.value, subject: subject)
      }
    }

    func holds(for row: Row) -> Bool {
      var value = target.column.read(row)
      if let key = target.key {
        guard let found = value.pairs[key] else { return false }
        value = .string(found)
      }
      let (a, b) = (Self.elements(of: value), Self.elements(of: operand))
      return switch target.comparison {
      case "=": a == b
      case "!=": a != b
      case "<": Self.precedes(a, b)
      case ">": Self.precedes(b, a)
      case "<=": !Self.precedes(b, a)
      default: !Self.precedes(a, b)
      }
    }

    /// In order; numbers that are written as strings (statistics, options) count as numbers.
    private static func elements(of value: ColumnValue) -> [Atom] {
      let pairs = value.pairs.sorted { $0.key < $1.key }.map { Atom.string("\($0.key)=\($0.value)") }
      let atoms = value.atoms.map { atom in Int(atom.plainText).map(Atom.integer) ?? .string(atom.plainText) }
      return pairs + atoms.sorted(by: Atom.precedes)
    }

    private static func precedes(_ a: [Atom], _ b: [Atom]) -> Bool {
      a.count == b.count ? a.lexicographicallyPrecedes(b, by: Atom.precedes) : a.count < b.count
    }
  }
}
