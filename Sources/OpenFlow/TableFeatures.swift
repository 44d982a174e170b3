public import Bytes
public import Match

/// What a table can do. OpenFlow 1.3.5 section A.3.5.5.
public struct TableFeatures: MultipartItem {
  public var table: UInt8
  public var name: String
  public var metadataMatch: UInt64 = ~0
  public var metadataWrite: UInt64 = ~0
  /// 1.4 and later.
  public var evicts = false
  public var reportsVacancy = false
  public var maximumEntries: UInt32
  public var rules: TableInstructions
  /// What the rule of priority 0 without a match may do, where that differs.
  public var misses: TableInstructions?
  /// Fields that can be matched, and those that take any mask.
  public var matchable: Set<Field>
  public var maskable: Set<Field>
  /// Fields that a match may leave out.
  public var wildcardable: Set<Field>

  /// A table that can do all that is known here, and whose rules go to the tables after it.
  ///
  /// - Parameter lastTable: the highest table number of the switch.
  public init(table: UInt8, name: String, maximumEntries: UInt32, lastTable: UInt8) {
    self.table = table
    self.name = name
    self.maximumEntries = maximumEntries
    rules = .all
    rules.nextTables = table < lastTable ? Array((table + 1)...lastTable) : []
    matchable = Set(TableProperties.fields)
    maskable = matchable.filter { $0.maskRule == .any }
    wildcardable = matchable
  }

  public static func kind(in version: OpenFlowVersion) -> MessageKind? {
    version < .v13 ? nil : .tableFeaturesReply
  }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    let start = reader.remaining
    let length = try Int(reader.read(UInt16.self))
    guard length >= 64, length <= start.count else {
      throw OpenFlowError(.badPropertyLength, start.prefix(8))
    }
    var item = MessageReader(try reader.take(length - 2))
    table = try item.read()
    try item.skip(5)
    name = try item.readText(32)
    metadataMatch = try item.read()
    metadataWrite = try item.read()
    let config = TableConfig(rawValue: try item.read())
    if version >= .v14 {
      evicts = config.contains(.eviction)
      reportsVacancy = config.contains(.vacancyEvents)
    }
    maximumEntries = try item.read()
    let properties = try TableProperties(&item)
    rules = properties.rules
    misses = properties.misses == properties.rules ? nil : properties.misses
    matchable = properties.matchable
    maskable = properties.maskable
    wildcardable = properties.wildcardable
  }

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    let start = writer.count
    writer.write(UInt16(0))
    writer.write(table)
    writer.pad(5)
    writer.write(text: name, byteCount: 32)
    writer.write(metadataMatch)
    writer.write(metadataWrite)
    var config: TableConfig = []
    if version >= .v14, evicts { config.insert(.eviction) }
    if version >= .v14, reportsVacancy { config.insert(.vacancyEvents) }
    writer.write(config.rawValue)
    writer.write(maximumEntries)
    TableProperties(self).encode(to: &writer, version: version)
    writer.patch(UInt16(truncatingIfNeeded: writer.count - start), at: start)
  }

  public static func encode(
    _ tables: [TableFeatures], version: OpenFlowVersion, xid: UInt32
  ) -> [[UInt8]] {
    MultipartReply(tables).messages(version: version, xid: xid)
  }

  public static func print(_ items: [TableFeatures], to printer: inout MessagePrinter) {
    var previous: TableAbilities?
    for item in items {
      let abilities = item.abilities
      printer.append("\n  table \(item.table)")
      if !item.name.isEmpty { printer.append(" (\"\(item.name)\")") }
      if abilities == previous {
        printer.append(": ditto")
      } else {
        printer.append(":\n")
        abilities.print(after: previous, to: &printer)
      }
      previous = abilities
    }
  }

  private var abilities: TableAbilities {
    var abilities = TableAbilities()
    abilities.metadataMatch = metadataMatch
    abilities.metadataWrite = metadataWrite
    abilities.evicts = evicts
    abilities.reportsVacancy = reportsVacancy
    abilities.maximumEntries = maximumEntries
    abilities.rules = rules
    abilities.misses = misses
    let all = matchable.union(wildcardable).sorted { $0.number < $1.number }
    abilities.maskable = all.filter { maskable.contains($0) }
    abilities.wildcardable = all.filter {
      matchable.contains($0) && wildcardable.contains($0) && !maskable.contains($0)
    }
    abilities.exact = all.filter {
      matchable.contains($0) && !wildcardable.contains($0) && !maskable.contains($0)
    }
    return abilities
  }
}

extension TableInstructions {
  /// All that is known here: goto, write metadata, write, apply and clear actions; output, VLAN tags, TTL and
  /// set-field.
  static var all: TableInstructions {
    var result = TableInstructions()
    result.types = 0x3e
    let types: UInt32 = [0, 17, 18, 23, 24, 25].reduce(0) { $0 | 1 << $1 }
    let actions = TableActions(types: types, fields: TableProperties.fields.filter(\.isWritable))
    (result.write, result.apply) = (actions, actions)
    return result
  }
}
