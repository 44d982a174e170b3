public import Match

/// What an interface is to be: the device behind a port.
public struct InterfaceConfiguration: Equatable, Sendable {
  /// The column `type`.
  public enum DeviceType: String, CaseIterable, Sendable {
    /// A network device of the host: the default, also written as the empty string.
    case system
    case tap
    case `internal`
    case patch
    case pcap
    case null
  }

  public let name: String
  public var type: DeviceType = .system
  /// The number that the port has. It belongs to the name until the port is deleted; `nil` until the
  /// transaction that made the port is complete.
  public internal(set) var number: PortNumber?
  /// `ofport_request`: honoured when no other port of the bridge has the number.
  public var requestedNumber: PortNumber?
  public var requestedMTU: Int?
  /// `mac`: the address that the device is given.
  public var mac: UInt64?
  /// Checked against `InterfaceConfiguration.optionKeys` when it was set, and against the type at the end of
  /// the transaction.
  public var options: [String: String] = [:]
  public var externalIDs: [String: String] = [:]

  init(name: String) { self.name = name }
}

extension InterfaceConfiguration {
  /// Every option with the types that have it.
  static let options: [(key: ColumnType.MapKey, types: [DeviceType])] = [
    (.init(name: "peer", type: .text), [.patch]),
    (.init(name: "rx_pcap", type: .text), [.pcap]),
    (.init(name: "tx_pcap", type: .text), [.pcap]),
    (.init(name: "owner", type: .integer(0...Int(UInt32.max))), [.tap]),
    (.init(name: "netns", type: .text), [.system, .tap, .internal]),
  ]

  static var optionKeys: [ColumnType.MapKey] { options.map(\.key) }

  /// Throws unless the options fit the type.
  func validate() throws(CommandError) {
    for name in options.keys.sorted() {
      let types = Self.options.first { $0.key.name == name }?.types ?? []
      guard types.contains(type) else {
        let allowed = Self.options.filter { $0.types.contains(type) }.map(\.key.name)
        throw CommandError(
          "Interface \(self.name): type \(type.rawValue) has no option '\(name)'"
            + (allowed.isEmpty ? "" : " (allowed: \(allowed.joined(separator: ", ")))")
            + "; it belongs to type \(types.map(\.rawValue).joined(separator: ", "))")
      }
    }
    if type == .pcap, options["rx_pcap"] == nil, options["tx_pcap"] == nil {
      throw CommandError("Interface \(name): type pcap needs options:rx_pcap or options:tx_pcap")
    }
    if type == .patch, options["peer"] == nil {
      throw CommandError("Interface \(name): type patch needs options:peer, the name of the other patch port")
    }
    if type == .patch, options["peer"] == name {
      throw CommandError("Interface \(name): options:peer names the port itself")
    }
  }
}
