/// What a switch did with a case, in a form that both have.
struct Outcome: Sendable {
  /// Rules that were refused, by their place, and why.
  var refusedRules: [Int: String] = [:]
  var refusedGroups: [Int: String] = [:]
  var refusedMeters: [Int: String] = [:]
  /// Changes among the steps.
  var refusedChanges: [Int: String] = [:]
  /// What left each port, in order.
  var frames: [PortName: [[UInt8]]] = [:]
  /// Packets and bytes of rules, groups, buckets and meters, by what they are.
  var counters: [String: [Counter]] = [:]
  /// What controllers were told, in order.
  var packetIns: [String] = []

  struct Counter: Hashable, Comparable, Sendable, CustomStringConvertible {
    var packets: UInt64
    var bytes: UInt64

    var description: String { "n_packets=\(packets), n_bytes=\(bytes)" }

    static func < (a: Counter, b: Counter) -> Bool { (a.packets, a.bytes) < (b.packets, b.bytes) }
  }
}

/// Something in which the outcomes of a case differ.
enum Disagreement: Hashable, Sendable {
  /// One of the two refused the rule, group or meter at a place.
  case refusal(of: String, place: Int, real: String?, ours: String?)
  case frames(PortName, real: [[UInt8]], ours: [[UInt8]])
  case counter(String, real: [Outcome.Counter], ours: [Outcome.Counter])
  case packetIns(real: [String], ours: [String])

  /// All in which two outcomes differ.
  ///
  /// - Parameter ordered: whether the order in which frames leave a port is defined.
  static func between(real: Outcome, ours: Outcome, ordered: Bool) -> [Disagreement] {
    var result: [Disagreement] = []
    for (name, path) in [
      ("rule", \Outcome.refusedRules), ("group", \.refusedGroups), ("meter", \.refusedMeters),
      ("change", \.refusedChanges),
    ] {
      let (theirs, own) = (real[keyPath: path], ours[keyPath: path])
      for place in Set(theirs.keys).symmetricDifference(own.keys).sorted() {
        result.append(.refusal(of: name, place: place, real: theirs[place], ours: own[place]))
      }
    }
    for port in Layout.ports {
      var (theirs, own) = (real.frames[port] ?? [], ours.frames[port] ?? [])
      if !ordered {
        theirs.sort { $0.lexicographicallyPrecedes($1) }
        own.sort { $0.lexicographicallyPrecedes($1) }
      }
      if theirs != own { result.append(.frames(port, real: theirs, ours: own)) }
    }
    for name in Set(real.counters.keys).union(ours.counters.keys).sorted() {
      let (theirs, own) = (real.counters[name] ?? [], ours.counters[name] ?? [])
      if theirs.sorted() != own.sorted() { result.append(.counter(name, real: theirs, ours: own)) }
    }
    if real.packetIns != ours.packetIns {
      result.append(.packetIns(real: real.packetIns, ours: ours.packetIns))
    }
    return result
  }
}

extension Disagreement: CustomStringConvertible {
  var description: String {
    switch self {
    case .refusal(let kind, let place, let real, let ours):
      "\(kind) \(place + 1): Open vSwitch \(real.map { "refuses it: \($0)" } ?? "takes it"), "
        + "Apus \(ours.map { "refuses it: \($0)" } ?? "takes it")"
    case .frames(let port, let real, let ours):
      "frames out of \(port):\n  Open vSwitch: \(Self.list(real))\n  Apus:         \(Self.list(ours))"
    case .counter(let name, let real, let ours):
      "\(name):\n  Open vSwitch: \(real)\n  Apus:         \(ours)"
    case .packetIns(let real, let ours):
      "packets in:\n  Open vSwitch: \(real)\n  Apus:         \(ours)"
    }
  }

  private static func list(_ frames: [[UInt8]]) -> String {
    if frames.isEmpty { return "none" }
    let rest = frames.count > 8 ? ["and \(frames.count - 8) more"] : []
    return (frames.prefix(8).map(\.hexadecimal) + rest).joined(separator: "\n                ")
  }
}

extension [UInt8] {
  /// Two digits a byte.
  var hexadecimal: String {
    String(
      decoding: flatMap { [Self.digits[Int($0 >> 4)], Self.digits[Int($0 & 15)]] }, as: UTF8.self)
  }

  private static let digits = Array("0123456789abcdef".utf8)
}
