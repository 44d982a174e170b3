import ControlProtocol
import Datapath
import Pipeline
import Wire

enum AddFDBEntry: Command {
  static let name = "fdb/add"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridge = try transaction.runningBridge(arguments[0])
    let port = try OpenFlowPorts.ports(of: bridge, arguments[1])[0]
    let (vlan, mac) = try FDBKey.parse(vlan: arguments[2], mac: arguments[3], command: name)
    let index = port.index
    guard bridge.fdb.all.filter(\.isStatic).count < bridge.fdb.capacity else {
      throw CommandError(
        "fdb/add: all \(bridge.fdb.capacity) entries are static; raise other_config:mac-table-size")
    }
    let old = bridge.fdb.all.first { $0.mac == mac && $0.vlan == vlan }
    let new = FDBEntry(mac: mac, vlan: vlan, port: index, isStatic: true, lastUsed: 0)
    let difference = StateDifference.address(bridge, before: old, after: new)
    transaction.afterwards(difference.before == difference.after ? [] : [difference]) { running in
      _ = running.bridge(named: bridge.name)?.fdb.addStatic(mac: mac, vlan: vlan, port: index)
    }
    return .none
  }
}

enum DeleteFDBEntry: Command {
  static let name = "fdb/del"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridge = try transaction.runningBridge(arguments[0])
    let (vlan, mac) = try FDBKey.parse(vlan: arguments[1], mac: arguments[2], command: name)
    guard let old = bridge.fdb.all.first(where: { $0.mac == mac && $0.vlan == vlan }) else {
      throw CommandError(
        "fdb/del: bridge \(bridge.name) has no entry for \(MACAddress(rawValue: mac)) in VLAN \(vlan)")
    }
    transaction.afterwards([.address(bridge, before: old, after: nil)]) { running in
      _ = running.bridge(named: bridge.name)?.fdb.remove(mac: mac, vlan: vlan)
    }
    return .none
  }
}

enum FlushFDB: Command {
  static let name = "fdb/flush"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridges = try transaction.runningBridges(arguments.optional(0))
    let names = bridges.map(\.name)
    let differences = bridges.flatMap { bridge in
      bridge.fdb.all.filter { !$0.isStatic }.sorted { ($0.vlan, $0.mac) < ($1.vlan, $1.mac) }
        .map { StateDifference.address(bridge, before: $0, after: nil) }
    }
    transaction.afterwards(differences) { running in
      for name in names { running.bridge(named: name)?.fdb.flush() }
    }
    return .line("table successfully flushed")
  }
}

enum FDBKey {
  static func parse(
    vlan: String, mac: String, command: String
  ) throws(CommandError) -> (vlan: UInt16, mac: UInt64) {
    guard let number = UInt16(vlan), number < 4096 else {
      throw CommandError("\(command): VLAN: '\(vlan)' is not an integer from 0 to 4095")
    }
    guard let address = MACAddress(mac), !address.isMulticast else {
      throw CommandError("\(command): MAC: '\(mac)' is not a unicast MAC address such as 02:00:00:00:00:01")
    }
    return (number, address.rawValue)
  }
}
