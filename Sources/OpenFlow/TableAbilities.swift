public import Match

/// What a list of actions in a table may have.
public struct TableActions: Hashable, Sendable {
  /// Bit n for type n of `OFPAT_*` of the version.
  public var types: UInt32
  /// Fields that a set-field action may write, in the order of the field table.
  public var fields: [Field]

  public init(types: UInt32 = 0, fields: [Field] = []) {
    self.types = types
    self.fields = fields
  }
}

/// What rules of a table may do.
public struct TableInstructions: Hashable, Sendable {
  /// Tables that `goto_table` may name, ascending.
  public var nextTables: [UInt8] = []
  /// Bit n for type n of `OFPIT_*`.
  public var types: UInt32 = 0
  public var write = TableActions()
  public var apply = TableActions()

  public init() {}
}

/// What tables can do, as far as versions before 1.3 say it in the statistics of tables, and later ones in their
/// features: what is printed of both.
struct TableAbilities: Hashable {
  var metadataMatch: UInt64 = 0
  var metadataWrite: UInt64 = 0
  var miss: TableMiss?
  var evicts = false
  var reportsVacancy = false
  var maximumEntries: UInt32 = 0
  /// `nil` where a version says nothing of it.
  var rules: TableInstructions?
  /// What the rule of priority 0 without a match may do, where that differs.
  var misses: TableInstructions?
  var maskable: [Field] = []
  var wildcardable: [Field] = []
  var exact: [Field] = []
}
