import ControlProtocol
import Datapath
import Match
import Pipeline
import Wire

/// A drop in words. Rules are looked up by what was noted of them, so one that is gone meanwhile is named by its
/// table alone.
struct DropWords {
  private let datapath: Switch
  private let names: TraceWords
  /// Monotonic milliseconds.
  private let now: UInt64

  init(_ datapath: Switch, now: UInt64) {
    self.datapath = datapath
    names = TraceWords(datapath)
    self.now = now
  }

  // MARK: A sentence

  func sentence(_ drop: DropRecord, at port: BridgePort) -> String {
    var text = "\(age(of: drop)) ago \(subject(drop, at: port)): "
    text += "\(drop.reason.explanation) (\(drop.reason.name))"
    if drop.reason.isFoundInTables { text += ", in table \(drop.table) of \(bridge(drop.bridge))" }
    let steps = drop.path.kept
    guard drop.path.count > 0 else { return text + "." }
    var way = steps.first.map(step)
    let left = drop.path.count - steps.first.count - steps.last.count
    if left > 0 { way.append("\(left) more") }
    way += steps.last.map(step)
    return text + "; its way: \(way.joined(separator: ", then "))."
  }

  private func subject(_ drop: DropRecord, at port: BridgePort) -> String {
    let frame = "a frame\(vlan(of: drop).map { " of VLAN \($0)" } ?? "")\(addresses(of: drop))"
    guard drop.isCopy else { return "\(frame) that came in by \(port.name) was dropped" }
    let origin = drop.ingress == .none ? "the switch itself" : names.name(of: drop.ingress)
    return "the copy of \(frame) from \(origin) that should have left by \(port.name) was dropped"
  }

  private func age(of drop: DropRecord) -> String {
    let milliseconds = now > drop.time ? now - drop.time : 0
    let tenths = milliseconds / 100
    return tenths < 600 ? "\(tenths / 10).\(tenths % 10) s" : "\(tenths / 600) min"
  }

  private func addresses(of drop: DropRecord) -> String {
    guard drop.destination != 0 || drop.source != 0 else { return "" }
    let source = MACAddress(rawValue: drop.source)
    let destination = MACAddress(rawValue: drop.destination >> 16)
    return " (\(Self.typeName(drop.destination & 0xffff)), \(source) to \(destination))"
  }

  private static func typeName(_ type: UInt64) -> String {
    switch type {
    case 0x0800: "IPv4"
    case 0x86dd: "IPv6"
    case 0x0806: "ARP"
    default: "type 0x" + String(type, radix: 16)
    }
  }

  /// The VLAN of the frame's tag; `nil` without one.
  private func vlan(of drop: DropRecord) -> UInt16? { drop.tci & 0x1000 != 0 ? drop.tci & 0xfff : nil }

  private func bridge(_ index: BridgeIndex) -> String {
    datapath.bridge(at: index)?.name ?? "a bridge that is gone"
  }

  private func step(_ step: RuleStep) -> String {
    let place = "\(bridge(step.bridge)) table \(step.table)"
    guard let known = datapath.bridge(at: step.bridge) else { return place }
    guard step.id != nil else { return "\(place) a rule of the switch itself" }
    guard let entry = known.rule(step) else { return "\(place) a rule that is gone or changed meanwhile" }
    let match = entry.match.description
    let cookie = entry.cookie == 0 ? "" : " cookie 0x" + String(entry.cookie, radix: 16)
    return "\(place) 'priority=\(entry.priority)\(match.isEmpty ? "" : ",")\(match)'\(cookie)"
  }

  // MARK: JSON

  func json(_ drop: DropRecord, at port: BridgePort) -> JSONValue {
    let steps = drop.path.kept
    var members: [String: JSONValue] = [
      "bridge": .string(port.bridgeName), "port": .string(port.name), "is_copy": .boolean(drop.isCopy),
      "ingress": drop.ingress == .none ? .null : .string(names.name(of: drop.ingress)),
      "age_ms": .count(now > drop.time ? now - drop.time : 0), "reason": .string(drop.reason.name),
      "explanation": .string(drop.reason.explanation), "vlan": vlan(of: drop).map { .count($0) } ?? .null,
      "dl_src": .string(MACAddress(rawValue: drop.source).description),
      "dl_dst": .string(MACAddress(rawValue: drop.destination >> 16).description),
      "dl_type": .count(drop.destination & 0xffff), "sentence": .string(sentence(drop, at: port)),
      "rules": .count(drop.path.count), "path": .array((steps.first + steps.last).map(json)),
    ]
    if drop.reason.isFoundInTables {
      members["found_in"] = ["bridge": .string(bridge(drop.bridge)), "table": .count(drop.table)]
    }
    return .object(members)
  }

  private func json(_ step: RuleStep) -> JSONValue {
    var members: [String: JSONValue] = [
      "bridge": .string(bridge(step.bridge)), "table": .count(step.table), "is_gone": .boolean(false),
    ]
    guard let entry = datapath.bridge(at: step.bridge)?.rule(step) else {
      members["is_gone"] = .boolean(step.id != nil)
      return .object(members)
    }
    members["priority"] = .count(entry.priority)
    members["match"] = .string(entry.match.description)
    members["cookie"] = .string("0x" + String(entry.cookie, radix: 16))
    return .object(members)
  }
}

extension DropReason {
  /// Whether it is found while the frame goes through the tables, and not before or behind.
  fileprivate var isFoundInTables: Bool {
    switch self {
    // The way says which rules.
    case .ruleDrops: false
    case .malformedFrame, .badOffloadHeader, .noBuffer, .portNoReceive, .portDown, .noDevice, .frameTooLong,
      .transmitQueueFull, .deviceRefused, .controllerQueueFull, .tooManyPaused,
      .noController:
      false
    default: true
    }
  }
}
