import Bytes
import Match

/// `OFPTC_*`: the bits of a table's configuration. Those of 1.1 and 1.2 are a number, `TableMiss`.
struct TableConfig: OptionSet {
  let rawValue: UInt32
  static var eviction: TableConfig { .init(rawValue: 1 << 2) }
  static var vacancyEvents: TableConfig { .init(rawValue: 1 << 3) }
}

/// What happens to frames that no rule of a table matches. OpenFlow 1.1 section A.3.4.3.
public enum TableMiss: UInt32, Hashable, Sendable {
  case controller = 0
  case nextTable = 1
  case drop = 2

  public var name: String {
    switch self {
    case .controller: "controller"
    case .nextTable: "continue"
    case .drop: "drop"
    }
  }

  /// Numbers that mean nothing are as good as the default.
  init(_ config: TableConfig) { self = TableMiss(rawValue: config.rawValue & 3) ?? .controller }

  var config: TableConfig { .init(rawValue: rawValue) }
}

/// When a switch says that a table fills up, or empties: parts of a hundred that are vacant. OpenFlow 1.4 section
/// A.3.4.2.
public struct TableVacancy: Hashable, Sendable {
  public var down: UInt8
  public var up: UInt8
  /// What is vacant now; 0 in requests.
  public var current: UInt8

  public init(down: UInt8, up: UInt8, current: UInt8 = 0) {
    self.down = down
    self.up = up
    self.current = current
  }

  init(_ property: Property) throws(OpenFlowError) {
    var value = property.value
    guard value.count == 4 else { throw OpenFlowError(.badPropertyLength, property.bytes) }
    self.init(down: try value.read(), up: try value.read(), current: try value.read())
    guard down <= up, up <= 100 else { throw OpenFlowError(.badPropertyValue, property.bytes) }
  }

  func encode(to writer: inout ByteWriter) {
    writer.property(TableProperty.vacancy) { writer in
      writer.write(down)
      writer.write(up)
      writer.write(current)
      writer.pad(1)
    }
  }
}

/// `OFPTMPT_*`.
enum TableProperty {
  static var eviction: UInt16 { 2 }
  static var vacancy: UInt16 { 3 }
}
