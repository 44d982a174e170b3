import Bytes
import Match
import Wire

extension Action {
  /// `nat(...)` in a `ct`: translates addresses and ports of the connection. Without a direction it translates
  /// frames of a connection for which that was settled before.
  public struct NAT: Hashable, Sendable {
    public enum Direction: Hashable, Sendable {
      case source, destination
    }

    /// The addresses to choose from.
    public struct Addresses: Hashable, Sendable {
      public var isIPv6: Bool
      /// Those of IPv4 have 32 bits.
      public var range: ClosedRange<UInt128>

      public init(isIPv6: Bool, range: ClosedRange<UInt128>) {
        self.isIPv6 = isIPv6
        self.range = range
      }
    }

    public var direction: Direction?
    public var addresses: Addresses?
    /// The ports to choose from; needs `addresses`.
    public var ports: ClosedRange<UInt16>?
    /// Whether a host keeps its address when the switch restarts.
    public var isPersistent: Bool
    /// Whether ports are chosen by a hash.
    public var hashesPorts: Bool
    /// Whether ports are chosen at random.
    public var randomizesPorts: Bool

    public init(
      direction: Direction? = nil, addresses: Addresses? = nil, ports: ClosedRange<UInt16>? = nil,
      isPersistent: Bool = false, hashesPorts: Bool = false, randomizesPorts: Bool = false
    ) {
      self.direction = direction
      self.addresses = addresses
      self.ports = ports
      self.isPersistent = isPersistent
      self.hashesPorts = hashesPorts
      self.randomizesPorts = randomizesPorts
    }
  }
}

// MARK: Text

extension Action.NAT {
  private static let settings = ["src", "dst", "persistent", "hash", "random"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    var nat = Action.NAT()
    for setting in try call.settings() {
      switch setting.name {
      case "src", "dst":
        let direction: Direction = setting.name == "src" ? .source : .destination
        guard nat.direction == nil || nat.direction == direction else {
          throw FlowSyntaxError(
            .conflict(of: String(setting.name), with: "the other direction"), at: setting.offset)
        }
        nat.direction = direction
        if let text = setting.argument, !text.isEmpty {
          try nat.parseRange(ActionCall.Piece(text: text, offset: setting.argumentOffset))
        }
        continue
      case "persistent": nat.isPersistent = true
      case "hash": nat.hashesPorts = true
      case "random": nat.randomizesPorts = true
      default: throw setting.unknown(in: call.keyword, known: settings)
      }
      try setting.refuseArgument()
    }
    if nat.direction == nil && (nat.isPersistent || nat.hashesPorts || nat.randomizesPorts) {
      let because = "persistent, hash and random are for one of them"
      throw FlowSyntaxError(.missing("src or dst", because: because), at: call.argumentOffset)
    }
    if nat.hashesPorts && nat.randomizesPorts {
      throw FlowSyntaxError(.conflict(of: "random", with: "hash"), at: call.argumentOffset)
    }
    return .nat(nat)
  }

  /// Reads `address`, `first-last` or one of them with `:port` or `:first-last` behind it. IPv6 addresses with
  /// ports stand in brackets.
  private mutating func parseRange(_ piece: ActionCall.Piece) throws(FlowSyntaxError) {
    let text = piece.text
    let isBracketed = text.hasPrefix("[")
    let isIPv6 = isBracketed || text.count { $0 == ":" } > 1
    var end = text.endIndex
    if isBracketed {
      let closing = text.lastIndex(of: "]")
      end = closing.map { text.index(after: $0) } ?? end
    } else if !isIPv6 {
      end = text.firstIndex(of: ":") ?? end
    }
    addresses = try parseAddresses(ActionCall.Piece(text: text[..<end], offset: piece.offset), isIPv6)
    let rest = piece.dropFirst(text[..<end].utf8.count)
    guard !rest.text.isEmpty else {
      ports = nil
      return
    }
    guard rest.text.hasPrefix(":") else { throw Self.refusal(of: piece) }
    ports = try parsePorts(rest.dropFirst(1))
    if addresses == nil && ports != nil {
      throw FlowSyntaxError(.missing("an address", because: "ports go with one"), at: piece.offset)
    }
  }

  private func parseAddresses(
    _ piece: ActionCall.Piece, _ isIPv6: Bool
  ) throws(FlowSyntaxError) -> Addresses? {
    let bounds = piece.split(at: { $0 == "-" })
    var values: [UInt128] = []
    for bound in bounds {
      var text = String(bound.text)
      if text.hasPrefix("[") && text.hasSuffix("]") { text = String(text.dropFirst().dropLast()) }
      let value =
        isIPv6 ? IPv6Address(text)?.rawValue : IPv4Address(text).map { UInt128($0.rawValue) }
      guard let value else {
        let expected = "an \(isIPv6 ? "IPv6" : "IPv4") address"
        throw FlowSyntaxError(
          .badValue(of: "nat", value: String(bound.text), expected: expected), at: bound.offset)
      }
      values.append(value)
    }
    guard let first = values.first, let last = values.last, values.count <= 2, first <= last else {
      throw Self.refusal(of: piece)
    }
    // The address of all zeros is no address in messages.
    guard first != 0 else {
      if last != 0 { throw Self.refusal(of: piece) }
      return nil
    }
    return Addresses(isIPv6: isIPv6, range: first...last)
  }

  private func parsePorts(_ piece: ActionCall.Piece) throws(FlowSyntaxError) -> ClosedRange<UInt16>? {
    let bounds = piece.split(at: { $0 == "-" })
    guard bounds.count == 1 || bounds.count == 2 else { throw Self.refusal(of: piece) }
    let first = UInt16(try bounds[0].number(of: "port", in: 0...0xffff))
    guard bounds.count == 2 else { return first == 0 ? nil : first...first }
    let lower = UInt64(max(first, 1))
    let last = UInt16(try bounds[1].number(of: "last port", in: lower...0xffff))
    guard first > 0 else { throw Self.refusal(of: piece) }
    return first...last
  }

  private static func refusal(of piece: ActionCall.Piece) -> FlowSyntaxError {
    let expected = "address[-address][:port[-port]], both ranges upwards from more than 0"
    return FlowSyntaxError(
      .badValue(of: "nat", value: String(piece.text), expected: expected), at: piece.offset)
  }
}

extension Action.NAT: CustomStringConvertible {
  /// As Open vSwitch prints it. Flags are left out where there are no addresses.
  public var description: String {
    guard let direction else { return "nat" }
    var text = "nat(" + (direction == .source ? "src" : "dst")
    if let addresses {
      let isBracketed = addresses.isIPv6 && ports != nil
      func append(_ address: UInt128) {
        text += isBracketed ? "[" : ""
        text +=
          addresses.isIPv6
          ? IPv6Address(rawValue: address).description
          : IPv4Address(rawValue: UInt32(truncatingIfNeeded: address)).description
        text += isBracketed ? "]" : ""
      }
      text += "="
      append(addresses.range.lowerBound)
      if addresses.isRange {
        text += "-"
        append(addresses.range.upperBound)
      }
      if let ports {
        text += ":\(ports.lowerBound)"
        if ports.count > 1 { text += "-\(ports.upperBound)" }
      }
      if isPersistent { text += ",persistent" }
      if hashesPorts { text += ",hash" }
      if randomizesPorts { text += ",random" }
    }
    return text + ")"
  }
}
