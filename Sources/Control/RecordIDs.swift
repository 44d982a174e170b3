import ControlProtocol

/// `--id=@NAME` in front of `get` and `create`: a name for a record that other commands of the same command line use, also
/// commands in front of it. As in ovs-vsctl(8).
struct RecordIDs {
  /// Records that are there, by table and name.
  private var records: [String: (table: Table, name: String)] = [:]
  /// Mirrors that are made by this command line, and the bridges that they have come to.
  private var created: [String: (mirror: MirrorConfiguration, bridge: String?)] = [:]

  // MARK: Binding

  /// Binds what the commands' options say.
  mutating func bind(_ commands: [CommandParser.ParsedCommand]) throws(CommandError) {
    var seen: Set<String> = []
    for (_, arguments) in commands {
      guard let id = arguments.options["--id"] else { continue }
      guard id.hasPrefix("@"), id.count > 1 else {
        throw CommandError("--id: '\(id)' does not begin with '@', as '@\(id.isEmpty ? "p" : id)' does")
      }
      guard seen.insert(id).inserted else { throw CommandError("--id: '\(id)' is given to two records") }
    }
    for (command, arguments) in commands where command.name == GetColumns.name {
      guard let id = arguments.options["--id"] else { continue }
      let table = try Table(named: arguments[0])
      // A bridge calls its mirrors by their own names.
      let name = table == .mirror ? arguments[1].split(separator: "/").last.map(String.init) : nil
      records[id] = (table, name ?? arguments[1])
    }
  }

  /// The order in which the commands are run: that in which they stand, but one that makes a record comes before those
  /// that use it.
  static func order(of commands: [CommandParser.ParsedCommand]) -> [Int] {
    var makers: [String: Int] = [:]
    for (place, command) in commands.enumerated() where command.command.name == CreateRecord.name {
      if let id = command.arguments.options["--id"] { makers[id] = place }
    }
    guard !makers.isEmpty else { return Array(commands.indices) }
    var order: [Int] = []
    var seen: Set<Int> = []
    func visit(_ place: Int) {
      guard seen.insert(place).inserted else { return }
      for word in commands[place].arguments.positional {
        for id in word.split(whereSeparator: { ",=[]{} ".contains($0) }) {
          if let maker = makers[String(id)] { visit(maker) }
        }
      }
      order.append(place)
    }
    for place in commands.indices { visit(place) }
    return order
  }

  mutating func add(_ mirror: MirrorConfiguration, as id: String) { created[id] = (mirror, nil) }

  // MARK: Using

  /// `value`, in which IDs have become names. Those of records that are made by this command line stay.
  func resolve(_ value: ColumnValue, of type: ColumnType, subject: String) throws(CommandError) -> ColumnValue
  {
    guard let table = type.referencedTable else { return value }
    switch value {
    case .optional(let atom?): return .optional(try resolve(atom, table, subject))
    case .set(let atoms):
      var result: Set<Atom> = []
      for atom in atoms { result.insert(try resolve(atom, table, subject)) }
      return .set(result.sorted(by: Atom.precedes))
    default: return value
    }
  }

  private func resolve(_ atom: Atom, _ table: String, _ subject: String) throws(CommandError) -> Atom {
    guard case .string(let id) = atom, id.hasPrefix("@") else { return atom }
    let found = records[id]?.table.rawValue ?? (created[id] == nil ? nil : Table.mirror.rawValue)
    guard let found else {
      throw CommandError(
        "\(subject): '\(id)' is no record: '--id=\(id) get \(table) NAME' in the same command line names one")
    }
    guard found == table else {
      throw CommandError("\(subject): '\(id)' is a record of \(found), one of \(table) is needed")
    }
    return records[id].map { .string($0.name) } ?? atom
  }

  /// The mirror that was made under that ID, for the bridge.
  mutating func take(_ id: String, for bridge: String) throws(CommandError) -> MirrorConfiguration {
    guard let (mirror, owner) = created[id] else {
      throw CommandError("Bridge \(bridge): mirrors: '\(id)' is no mirror")
    }
    if let owner, owner != bridge {
      throw CommandError("Bridge \(bridge): mirrors: '\(id)' belongs to bridge \(owner) already")
    }
    created[id] = (mirror, bridge)
    return mirror
  }

  /// Throws when a record was made that nothing has.
  func checkUse() throws(CommandError) {
    for (id, made) in created.sorted(by: { $0.key < $1.key }) where made.bridge == nil {
      throw CommandError(
        "create: mirror '\(made.mirror.name)' belongs to no bridge: 'set bridge BRIDGE mirrors=\(id)' in the same command line gives it to one"
      )
    }
  }
}

extension ColumnType {
  /// The table whose records the values name; `nil` for values of another kind.
  var referencedTable: String? {
    switch self {
    case .one(.record(let table), _), .optional(.record(let table)), .set(.record(let table)): table
    default: nil
    }
  }
}
