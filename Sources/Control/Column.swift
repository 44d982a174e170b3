import Agent
import IPFIX
import Match
import Pipeline
import Wire

/// A record of one of the tables, with what the running switch knows of it.
enum Row: Sendable {
  case openVSwitch(SwitchConfiguration)
  case bridge(BridgeConfiguration)
  case port(PortConfiguration)
  case interface(InterfaceConfiguration, InterfaceStatus)
  case controller(bridge: String, ControllerConfiguration, ControllerStatus)
  case ssl(SSLConfiguration)
  case ipfix(IPFIXConfiguration)
  case collectorSet(CollectorSetConfiguration, Exporter.Statistics?)
  case mirror(bridge: String, MirrorConfiguration, MirrorStatus)

  var name: String {
    switch self {
    case .openVSwitch: SwitchConfiguration.recordName
    case .bridge(let bridge): bridge.name
    case .port(let port): port.name
    case .interface(let interface, _): interface.name
    case .controller(let bridge, let controller, _): "\(bridge)/\(controller.target)"
    case .ssl: SSLConfiguration.recordName
    case .ipfix(let ipfix): ipfix.id.description
    case .collectorSet(let set, _): set.name
    case .mirror(let bridge, let mirror, _): "\(bridge)/\(mirror.name)"
    }
  }
}

/// One column of a table: the only place that knows of it.
struct Column: Sendable {
  let name: String
  let type: ColumnType
  let read: @Sendable (Row) -> ColumnValue
  /// `nil` for a column that cannot be set. The value has been checked against `type`.
  let write: (@Sendable (inout Row, ColumnValue) -> Void)?
}

// MARK: Columns of one kind of row

extension Column {
  typealias Setter = @Sendable (inout Row, ColumnValue) -> Void

  static func bridge(
    _ name: String, _ type: ColumnType, _ read: @escaping @Sendable (BridgeConfiguration) -> ColumnValue,
    _ write: (@Sendable (inout BridgeConfiguration, ColumnValue) -> Void)? = nil
  ) -> Column {
    var setter: Setter?
    if let write {
      setter = { row, value in
        guard case .bridge(var bridge) = row else { return }
        write(&bridge, value)
        row = .bridge(bridge)
      }
    }
    return Column(
      name: name, type: type,
      read: { if case .bridge(let bridge) = $0 { read(bridge) } else { .empty } }, write: setter)
  }

  static func port(
    _ name: String, _ type: ColumnType, _ read: @escaping @Sendable (PortConfiguration) -> ColumnValue,
    _ write: (@Sendable (inout PortConfiguration, ColumnValue) -> Void)? = nil
  ) -> Column {
    var setter: Setter?
    if let write {
      setter = { row, value in
        guard case .port(var port) = row else { return }
        write(&port, value)
        row = .port(port)
      }
    }
    return Column(
      name: name, type: type,
      read: { if case .port(let port) = $0 { read(port) } else { .empty } }, write: setter)
  }

  static func interface(
    _ name: String, _ type: ColumnType,
    _ read: @escaping @Sendable (InterfaceConfiguration, InterfaceStatus) -> ColumnValue,
    _ write: (@Sendable (inout InterfaceConfiguration, ColumnValue) -> Void)? = nil
  ) -> Column {
    var setter: Setter?
    if let write {
      setter = { row, value in
        guard case .interface(var interface, let status) = row else { return }
        write(&interface, value)
        row = .interface(interface, status)
      }
    }
    return Column(
      name: name, type: type,
      read: {
        if case .interface(let interface, let status) = $0 { read(interface, status) } else { .empty }
      },
      write: setter)
  }
}

// MARK: What write closures take from a checked value

extension ColumnValue {
  var string: String? {
    if case .string(let text)? = atoms.first { text } else { nil }
  }

  var integer: Int? {
    if case .integer(let value)? = atoms.first { value } else { nil }
  }

  var boolean: Bool? {
    if case .boolean(let value)? = atoms.first { value } else { nil }
  }

  var vlans: Set<UInt16> {
    Set(atoms.compactMap { if case .integer(let value) = $0 { UInt16(exactly: value) } else { nil } })
  }
}
