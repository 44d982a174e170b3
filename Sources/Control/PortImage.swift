import ControlProtocol
import Datapath
import Match
import Pipeline
import Wire

/// A port as `port-export` prints it: what it is to be, what is known to be on it, and what it has counted.
struct PortImage: Equatable {
  /// An address of the bridge's table that is on the port.
  struct Address: Equatable {
    var vlan: UInt16
    var mac: MACAddress
    /// Seconds since it was last used; `nil` for an entry that stays.
    var age: Int?
  }

  static var format: String { "apus-port/1" }

  var name: String
  var number: PortNumber?
  var flags: PortFlags = []
  /// Columns of the records Port and Interface that can be set, without those that are empty.
  var columns: [Table: [String: JSONValue]] = [:]
  /// The one that was used longest ago comes first.
  var addresses: [Address] = []
  var counts = PortCounts()

  static var tables: [Table] { [.port, .interface] }
}

// MARK: As JSON

extension PortImage {
  var json: JSONValue {
    var members: [String: JSONValue] = [
      "format": .string(Self.format), "name": .string(name),
      "config": .array(OpenFlowPorts.names(of: flags).map(JSONValue.string)),
      "fdb": .array(
        addresses.map { address in
          [
            "vlan": .count(address.vlan), "mac": .string(address.mac.description),
            "age": address.age.map { .count($0) } ?? .null,
          ]
        }),
      "statistics": .object(
        Dictionary(
          uniqueKeysWithValues: Self.counters.map { ($0.name, .count(counts.statistics[keyPath: $0.path])) })),
      "rx_drops": Self.json(counts.drops), "tx_drops": Self.json(counts.copyDrops),
    ]
    members["ofport"] = number.map { .count($0.rawValue) }
    for table in Self.tables { members[table.member] = .object(columns[table] ?? [:]) }
    return .object(members)
  }

  private static func json(_ drops: [DropReason: UInt64]) -> JSONValue {
    .object(Dictionary(uniqueKeysWithValues: drops.map { ($0.key.name, .count($0.value)) }))
  }

  private static var counters: [(name: String, path: WritableKeyPath<PortStatistics, UInt64>)] {
    [
      ("rx_packets", \.receivedPackets), ("rx_bytes", \.receivedBytes), ("tx_packets", \.sentPackets),
      ("tx_bytes", \.sentBytes), ("rx_errors", \.receiveErrors),
    ]
  }

  /// - Throws: what is wrong with it, and where.
  init(parsing text: String, named file: String) throws(CommandError) {
    let reader = ImageReader(file)
    let members = try reader.object(try reader.parse(text), "the file")
    guard members["format"] == .string(Self.format) else {
      throw reader.fault("format", "is not \(Self.format): port-export of this version prints that")
    }
    guard case .string(let name)? = members["name"] else { throw reader.fault("name", "is missing") }
    self.init(name: name)
    number = try members["ofport"].map { value throws(CommandError) in
      PortNumber(
        rawValue: UInt16(try reader.integer(value, "ofport", in: 1...Int(PortNumber.maximum.rawValue))))
    }
    for value in try reader.array(members["config"], "config") {
      guard case .string(let word) = value, let flag = OpenFlowPorts.flag(named: word) else {
        throw reader.fault("config", "has \(value.text(isIndented: false)), which is none of OpenFlow's")
      }
      flags.insert(flag)
    }
    for table in Self.tables {
      columns[table] = try reader.object(members[table.member] ?? [:], table.member)
    }
    addresses = try reader.addresses(members["fdb"])
    let numbers = try reader.counts(members["statistics"], "statistics", names: Self.counters.map(\.name))
    for (name, path) in Self.counters { counts.statistics[keyPath: path] = numbers[name] ?? 0 }
    counts.drops = try reader.drops(members["rx_drops"], "rx_drops")
    counts.copyDrops = try reader.drops(members["tx_drops"], "tx_drops")
    let known = Set(
      (["format", "name", "ofport", "config", "fdb", "statistics", "rx_drops", "tx_drops"]
        + Self.tables.map(\.member)))
    if let other = members.keys.sorted().first(where: { !known.contains($0) }) {
      throw .unknown("member", other, in: "port-import: \(file)", among: known.sorted())
    }
  }
}

extension Table {
  /// What its columns are called in a `PortImage`.
  fileprivate var member: String { rawValue.lowercased() }
}
