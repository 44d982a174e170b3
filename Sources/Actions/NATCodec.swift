import Bytes
import Match

/// `NXAST_NAT`: flags, then which parts of the ranges are there, then these.
extension Action.NAT: ActionForm {
  static let keywords = ["nat"]
  static let wireTypes: [ActionWireType] = [.nicira(36)]

  private enum Flags {
    static var source: UInt16 { 1 }
    static var destination: UInt16 { 2 }
    static var persistent: UInt16 { 4 }
    static var hash: UInt16 { 8 }
    static var random: UInt16 { 16 }
    static var all: UInt16 { 31 }
  }

  private enum Present {
    static var firstIPv4: UInt16 { 1 }
    static var lastIPv4: UInt16 { 2 }
    static var firstIPv6: UInt16 { 4 }
    static var lastIPv6: UInt16 { 8 }
    static var firstPort: UInt16 { 16 }
    static var lastPort: UInt16 { 32 }
    static var all: UInt16 { 63 }
  }

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    try body.skip(2)
    let flags: UInt16 = try body.read()
    let present = try body.read(UInt16.self) & Present.all
    var nat = Action.NAT(
      isPersistent: flags & Flags.persistent != 0, hashesPorts: flags & Flags.hash != 0,
      randomizesPorts: flags & Flags.random != 0)
    guard flags & ~Flags.all == 0 else {
      throw OpenFlowError(.badActionArgument)
    }
    switch flags & (Flags.source | Flags.destination) {
    case 0: break
    case Flags.source: nat.direction = .source
    case Flags.destination: nat.direction = .destination
    default: throw OpenFlowError(.badActionArgument)
    }
    guard !nat.hashesPorts || !nat.randomizesPorts else { throw OpenFlowError(.badActionArgument) }
    guard body.count >= byteCount(present) else { throw OpenFlowError(.badActionArgument) }
    nat.addresses = try decodeAddresses(&body, present)
    nat.ports = try decodePorts(&body, present)
    try body.skip(body.count)
    guard nat.addresses != nil || nat.ports == nil else { throw OpenFlowError(.badActionArgument) }
    // Without a direction ranges have no meaning.
    if nat.direction == nil { (nat.addresses, nat.ports) = (nil, nil) }
    return .nat(nat)
  }

  /// How long the parts are that are there.
  private static func byteCount(_ present: UInt16) -> Int {
    let sizes = [4, 4, 16, 16, 2, 2]
    return sizes.indices.reduce(0) { $0 + (present >> UInt16($1) & 1 == 1 ? sizes[$1] : 0) }
  }

  private static func decodeAddresses(
    _ body: inout ActionBody, _ present: UInt16
  ) throws(OpenFlowError) -> Addresses? {
    let isIPv4 = present & (Present.firstIPv4 | Present.lastIPv4) != 0
    let isIPv6 = present & (Present.firstIPv6 | Present.lastIPv6) != 0
    guard isIPv4 || isIPv6 else { return nil }
    guard !isIPv4 || !isIPv6 else { throw OpenFlowError(.badActionArgument) }
    let hasFirst = present & (Present.firstIPv4 | Present.firstIPv6) != 0
    let hasLast = present & (Present.lastIPv4 | Present.lastIPv6) != 0
    guard hasFirst else { throw OpenFlowError(.badActionArgument) }
    let first = try address(&body, isIPv6)
    let last = hasLast ? try address(&body, isIPv6) : first
    guard first > 0, first <= last else { throw OpenFlowError(.badActionArgument) }
    return Addresses(isIPv6: isIPv6, range: first...last)
  }

  private static func address(_ body: inout ActionBody, _ isIPv6: Bool) throws(OpenFlowError) -> UInt128 {
    isIPv6 ? try body.read(UInt128.self) : UInt128(try body.read(UInt32.self))
  }

  private static func decodePorts(
    _ body: inout ActionBody, _ present: UInt16
  ) throws(OpenFlowError) -> ClosedRange<UInt16>? {
    guard present & (Present.firstPort | Present.lastPort) != 0 else { return nil }
    guard present & Present.firstPort != 0 else { throw OpenFlowError(.badActionArgument) }
    let first: UInt16 = try body.read()
    let last: UInt16 = present & Present.lastPort != 0 ? try body.read() : first
    guard first > 0, first <= last else { throw OpenFlowError(.badActionArgument) }
    return first...last
  }

  func encode(to encoder: inout ActionEncoder) {
    encoder.nicira(36) { writer in
      writer.pad(2)
      writer.write(flags)
      writer.write(present)
      if let addresses {
        Self.write(addresses.range.lowerBound, of: addresses, to: &writer)
        if addresses.isRange { Self.write(addresses.range.upperBound, of: addresses, to: &writer) }
      }
      if let ports {
        writer.write(ports.lowerBound)
        if ports.count > 1 { writer.write(ports.upperBound) }
      }
    }
  }

  private var flags: UInt16 {
    var flags: UInt16 = 0
    switch direction {
    case .source: flags = Flags.source
    case .destination: flags = Flags.destination
    case nil: break
    }
    if isPersistent { flags |= Flags.persistent }
    if hashesPorts { flags |= Flags.hash }
    if randomizesPorts { flags |= Flags.random }
    return flags
  }

  private var present: UInt16 {
    var present: UInt16 = 0
    if let addresses {
      present |= addresses.isIPv6 ? Present.firstIPv6 : Present.firstIPv4
      if addresses.isRange { present |= addresses.isIPv6 ? Present.lastIPv6 : Present.lastIPv4 }
    }
    if let ports {
      present |= Present.firstPort
      if ports.count > 1 { present |= Present.lastPort }
    }
    return present
  }

  private static func write(_ address: UInt128, of addresses: Addresses, to writer: inout ByteWriter) {
    if addresses.isIPv6 { writer.write(address) } else { writer.write(UInt32(truncatingIfNeeded: address)) }
  }
}

extension Action.NAT.Addresses {
  /// Whether there is more than one.
  var isRange: Bool { range.lowerBound < range.upperBound }
}
