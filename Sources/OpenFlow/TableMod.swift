public import Bytes
public import Match

/// Configures a table. OpenFlow 1.1 section A.3.4.3; 1.3.5 section A.3.4.2; 1.4 section A.3.4.2.
public struct TableMod: MessagePayload {
  /// 0 to 254, 255 for all.
  public var table: UInt8
  /// What happens to frames that no rule matches: 1.1 and 1.2; deprecated later.
  public var miss: TableMiss?
  /// Whether rules make room for others when the table is full: 1.4 and later.
  public var evicts: Bool?
  /// `OFPTMPEF_*`: by what rules that make room are chosen, which Open vSwitch lets nobody change.
  public var evictionFlags: UInt32?
  /// When to say that the table fills up, or empties: 1.4 and later.
  public var vacancy: TableVacancy?
  /// Whether vacancy events are wanted; `nil` where the message does not say.
  public var reportsVacancy: Bool?

  public init(
    table: UInt8, miss: TableMiss? = nil, evicts: Bool? = nil, reportsVacancy: Bool? = nil,
    vacancy: TableVacancy? = nil
  ) {
    self.table = table
    self.miss = miss
    self.evicts = evicts
    self.reportsVacancy = reportsVacancy
    self.vacancy = vacancy
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    self.init(table: try reader.read())
    try reader.skip(3)
    let config = TableConfig(rawValue: try reader.read())
    switch head.version {
    case .v11, .v12: miss = TableMiss(config)
    case .v13: break
    default:
      evicts = config.contains(.eviction)
      reportsVacancy = config.contains(.vacancyEvents)
      while let property = try reader.nextProperty() {
        switch property.type {
        case TableProperty.eviction:
          var value = property.value
          guard value.count == 4 else { throw OpenFlowError(.badPropertyLength, property.bytes) }
          evictionFlags = try value.read()
        case TableProperty.vacancy: vacancy = try TableVacancy(property)
        default: throw OpenFlowError(.badPropertyType, property.bytes)
        }
      }
    }
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? { version == .v10 ? nil : .tableMod }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(table)
    writer.pad(3)
    var config: TableConfig = []
    if version < .v13, let miss { config = miss.config }
    if version >= .v14 {
      if evicts == true { config.insert(.eviction) }
      if reportsVacancy == true { config.insert(.vacancyEvents) }
    }
    writer.write(config.rawValue)
    guard version >= .v14 else { return }
    if let evictionFlags { writer.property(TableProperty.eviction) { $0.write(evictionFlags) } }
    vacancy?.encode(to: &writer)
  }

  public func print(to printer: inout MessagePrinter) {
    if table == 255 {
      printer.append(" table_id: ALL_TABLES")
    } else {
      printer.append(" table_id=")
      printer.append(table: table)
    }
    if let miss { printer.append(", flow_miss_config=\(miss.name)") }
    if evictionFlags != nil {
      printer.append(", eviction=***error***")
    } else if let evicts {
      printer.append(", eviction=" + (evicts ? "on" : "off"))
    }
    guard let reportsVacancy else { return }
    printer.append(", vacancy=")
    printer.append(reportsVacancy ? "on vacancy:\(vacancy?.down ?? 0),\(vacancy?.up ?? 0)" : "off")
  }
}
