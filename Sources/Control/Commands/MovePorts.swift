import ControlProtocol
import Datapath
import Match
import Pipeline
import Sys
import Wire

enum ExportPort: Command {
  static let name = "port-export"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let json = try transaction.image(ofPort: arguments[0]).json
    return Output(text: json.text(isIndented: true) + "\n", json: json)
  }
}

enum ImportPort: Command {
  static let name = "port-import"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let file = arguments.optional(1) ?? "-"
    guard let text = arguments.files[file] else {
      throw CommandError("\(name): the file is read by apus, not by the daemon; use 'apus \(name)'")
    }
    let image = try PortImage(parsing: text, named: file)
    try transaction.add(image, to: arguments[0], anyNumber: arguments.has("--any-number"))
    return .none
  }
}

extension Transaction {
  private static var now: Int { Int(MonotonicClock.nanoseconds / 1_000_000_000) }

  fileprivate func image(ofPort name: String) throws(CommandError) -> PortImage {
    let (bridge, port) = (try configuration.bridge(ofPort: name), try configuration.port(named: name))
    guard name != bridge.name else {
      throw CommandError("\(ExportPort.name): \(name) is the local port of a bridge and goes only with it")
    }
    var image = PortImage(name: name)
    image.number = port.interface.number
    image.flags = port.flags
    for table in PortImage.tables {
      let row = try row(name, in: table)
      let set = table.columns.filter { $0.write != nil && $0.read(row) != $0.type.emptyValue }
      image.columns[table] = Dictionary(uniqueKeysWithValues: set.map { ($0.name, $0.read(row).json) })
    }
    guard let bridge = running?.bridge(named: bridge.name), let running = bridge.port(named: name) else {
      return image
    }
    image.counts = running.counts
    let now = Self.now
    image.addresses = bridge.fdb.all.filter { $0.port == running.index }
      .sorted { ($0.lastUsed, $0.vlan, $0.mac) < ($1.lastUsed, $1.vlan, $1.mac) }
      .map { entry in
        let age = entry.isStatic ? nil : max(0, now - Int(entry.lastUsed))
        return PortImage.Address(vlan: entry.vlan, mac: MACAddress(rawValue: entry.mac), age: age)
      }
    return image
  }

  /// Makes the port that `image` shows.
  fileprivate mutating func add(
    _ image: PortImage, to bridge: String, anyNumber: Bool
  ) throws(CommandError) {
    let others = try configuration.bridge(named: bridge).ports
    try configuration.addPort(named: image.name, to: bridge)
    for table in PortImage.tables {
      var row = try row(image.name, in: table)
      for (name, value) in (image.columns[table] ?? [:]).sorted(by: { $0.key < $1.key }) {
        let column = try table.column(named: name)
        let subject = table.subject(image.name, column)
        try table.requireWritable(column)(
          &row, try parse(value.columnText, for: column, subject: subject))
      }
      try store(row)
    }
    let holder = others.first { image.number != nil && $0.interface.number == image.number }
    if let holder, let number = image.number, !anyNumber {
      throw CommandError(
        "\(ImportPort.name): number \(number) of port \(image.name) is that of port \(holder.name) on bridge \(bridge); "
          + "--any-number takes a free one")
    }
    try configuration.updatePort(named: image.name) {
      $0.flags = image.flags
      if holder == nil { $0.interface.number = image.number }
    }
    try addContents(of: image, to: bridge)
  }

  /// Addresses and counters, which the port gets when it runs.
  private mutating func addContents(of image: PortImage, to name: String) throws(CommandError) {
    try checkStaticAddresses(of: image, on: name)
    let now = Self.now
    var differences = image.addresses.map { address in
      StateDifference(
        "fdb \(name)", before: nil,
        after:
          "port=\(image.name) vlan=\(address.vlan) mac=\(address.mac) \(address.age == nil ? "static" : "learned")"
      )
    }
    let counts = image.counts
    if counts != PortCounts() {
      let numbers = counts.statistics
      differences.append(
        StateDifference(
          "statistics of port \(image.name)", before: nil,
          after: "rx_packets=\(numbers.receivedPackets) tx_packets=\(numbers.sentPackets)"))
    }
    afterwards(differences) { running in
      guard let bridge = running.bridge(named: name), let port = bridge.port(named: image.name) else {
        return
      }
      port.goOn(from: counts)
      for address in image.addresses {
        guard let age = address.age else {
          _ = bridge.fdb.addStatic(mac: address.mac.rawValue, vlan: address.vlan, port: port.index)
          continue
        }
        bridge.fdb.learn(
          mac: address.mac.rawValue, vlan: address.vlan, port: port.index,
          second: UInt32(truncatingIfNeeded: max(0, now - age)))
      }
    }
  }

  /// Where an address was learned moves with its machine; what somebody has said stays.
  private func checkStaticAddresses(of image: PortImage, on name: String) throws(CommandError) {
    guard let bridge = running?.bridge(named: name) else { return }
    let staying = Set(try configuration.bridge(named: name).ports.map(\.name)).subtracting([image.name])
    let ports = Dictionary(uniqueKeysWithValues: bridge.ports.map { ($0.index, $0.name) })
    let statics = bridge.fdb.all.filter { $0.isStatic && staying.contains(ports[$0.port] ?? "") }
    for address in image.addresses {
      guard let other = statics.first(where: { $0.mac == address.mac.rawValue && $0.vlan == address.vlan })
      else {
        continue
      }
      throw CommandError(
        "\(ImportPort.name): \(address.mac) in VLAN \(address.vlan) is a static address of port \(ports[other.port] ?? "?"); "
          + "'fdb/del \(name) \(address.vlan) \(address.mac)' takes it away")
    }
    guard statics.count + image.addresses.count(where: { $0.age == nil }) <= bridge.fdb.capacity else {
      throw CommandError(
        "\(ImportPort.name): bridge \(name) has no room for the static addresses; raise other_config:mac-table-size"
      )
    }
  }
}
