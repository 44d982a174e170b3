public import Bytes
public import Match

/// How a table is configured. OpenFlow 1.4 section A.3.5.9.
public struct TableDescription: MultipartItem {
  public var table: UInt8
  /// Whether rules make room for others when the table is full, and by what the first ones are chosen:
  /// `OFPTMPEF_*`; all ones when the message does not say.
  public var evicts: Bool
  public var evictionFlags: UInt32
  public var reportsVacancy: Bool
  public var vacancy: TableVacancy?

  public init(
    table: UInt8, evicts: Bool = false, evictionFlags: UInt32 = 7, reportsVacancy: Bool = false,
    vacancy: TableVacancy? = nil
  ) {
    self.table = table
    self.evicts = evicts
    self.evictionFlags = evictionFlags
    self.reportsVacancy = reportsVacancy
    self.vacancy = vacancy
  }

  private static var unsaidFlags: UInt32 { 0xffff_ffff }

  public static func kind(in version: OpenFlowVersion) -> MessageKind? {
    version < .v14 ? nil : .tableDescriptionReply
  }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    let start = reader.remaining
    let length = try Int(reader.read(UInt16.self))
    guard length >= 8, length <= start.count else { throw OpenFlowError(.badLength, start.prefix(8)) }
    var item = MessageReader(try reader.take(length - 2))
    self.init(table: try item.read(), evictionFlags: Self.unsaidFlags)
    try item.skip(1)
    let config = TableConfig(rawValue: try item.read())
    evicts = config.contains(.eviction)
    reportsVacancy = config.contains(.vacancyEvents)
    while let property = try item.nextProperty() {
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

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    let start = writer.count
    writer.write(UInt16(0))
    writer.write(table)
    writer.pad(1)
    var config: TableConfig = []
    if evicts { config.insert(.eviction) }
    if reportsVacancy { config.insert(.vacancyEvents) }
    writer.write(config.rawValue)
    if evictionFlags != Self.unsaidFlags {
      writer.property(TableProperty.eviction) { $0.write(evictionFlags) }
    }
    if let vacancy { vacancy.encode(to: &writer) }
    writer.patch(UInt16(writer.count - start), at: start)
  }

  public static func print(_ items: [TableDescription], to printer: inout MessagePrinter) {
    for item in items {
      printer.append("\n")
      item.print(to: &printer)
    }
  }

  fileprivate func print(to printer: inout MessagePrinter) {
    printer.append("  table ")
    printer.append(table: table)
    printer.append(":\n   eviction=\(evicts ? "on" : "off") eviction_flags=")
    if evictionFlags == Self.unsaidFlags {
      printer.append("(default)")
    } else {
      printer.append(bits: evictionFlags, ["OTHER", "IMPORTANCE", "LIFETIME"], separator: "|")
    }
    printer.append("\n   vacancy=\(reportsVacancy ? "on" : "off")")
    if reportsVacancy, let vacancy {
      printer.append(" vacancy_down=\(vacancy.down)% vacancy_up=\(vacancy.up)%")
      printer.append(" vacancy=\(vacancy.current)%")
    }
    printer.append("\n")
  }
}

/// Tells controllers of a table that fills up, or empties. OpenFlow 1.4 section A.4.5.
public struct TableStatus: MessagePayload {
  public enum Reason: UInt8, Hashable, Sendable {
    case vacancyDown = 3
    case vacancyUp = 4
  }

  public var reason: Reason
  public var table: TableDescription

  public init(_ reason: Reason, _ table: TableDescription) {
    self.reason = reason
    self.table = table
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    guard let known = Reason(rawValue: try reader.read()) else {
      throw OpenFlowError(.badPropertyValue, head.body.prefix(8))
    }
    reason = known
    try reader.skip(7)
    table = try TableDescription(&reader, kind: head.kind, version: head.version)
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? { version < .v14 ? nil : .tableStatus }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(reason.rawValue)
    writer.pad(7)
    table.encode(to: &writer, kind: .tableStatus, version: version)
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append(" reason=\(reason == .vacancyDown ? "VACANCY_DOWN" : "VACANCY_UP")\ntable_desc:-\n")
    table.print(to: &printer)
  }
}
