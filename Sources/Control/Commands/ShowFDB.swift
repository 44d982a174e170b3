import ControlProtocol
import Datapath
import Match
import Pipeline
import Sys
import Wire

enum ShowFDB: Command {
  static let name = "fdb/show"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    let bridges = try transaction.runningBridges(arguments.optional(0))
    let isOne = arguments.count == 1
    let texts = bridges.map { bridge in
      let head = isOne ? "" : "bridge \(bridge.name):\n"
      return head + " port  VLAN  MAC                Age\n" + entries(of: bridge).map(\.line).joined()
    }
    let objects = bridges.map { bridge in
      let entries = JSONValue.array(entries(of: bridge).map(\.json))
      return JSONValue.object(["bridge": .string(bridge.name), "entries": entries])
    }
    return Output(text: texts.joined(), json: isOne ? objects[0] : .array(objects))
  }

  private struct Entry {
    var port: BridgePort
    var vlan: UInt16
    var mac: MACAddress
    /// Seconds since it was last used; `nil` for an entry that stays.
    var age: Int?

    var line: String {
      let number = String(describing: port.number).padded(to: 5)
      let age = age.map { String($0).padded(to: 3) } ?? "static"
      return "\(number)  \(String(vlan).padded(to: 4))  \(mac)  \(age)\n"
    }

    var json: JSONValue {
      [
        "port": .count(port.number.rawValue), "name": .string(port.name), "vlan": .count(vlan),
        "mac": .string(mac.description), "age": age.map { .count($0) } ?? .null,
        "static": .boolean(age == nil),
      ]
    }
  }

  /// By VLAN, then address.
  private static func entries(of bridge: Bridge) -> [Entry] {
    let now = Int(UInt32(truncatingIfNeeded: MonotonicClock.nanoseconds / 1_000_000_000))
    let ports = Dictionary(uniqueKeysWithValues: bridge.ports.map { ($0.index, $0) })
    return bridge.fdb.all.sorted { ($0.vlan, $0.mac) < ($1.vlan, $1.mac) }.compactMap { entry in
      guard let port = ports[entry.port] else { return nil }
      let age = entry.isStatic ? nil : max(0, now - Int(entry.lastUsed))
      return Entry(port: port, vlan: entry.vlan, mac: MACAddress(rawValue: entry.mac), age: age)
    }
  }
}

extension String {
  /// With spaces in front.
  fileprivate func padded(to width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
