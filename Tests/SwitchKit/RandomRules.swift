import Actions
import Bytes
public import Flow
public import Match
import Ports
public import TestKit

/// Rules over all fields and actions.
public struct RandomRules {
  public var random: SeededGenerator
  /// Keys of frames that will arrive: a match takes its values from them, so that rules do match.
  private let keys: [FlowKey]
  /// Resubmits may lead anywhere, also back to where they are.
  private let hasLoops: Bool
  /// Rules that a validation would refuse are made as well.
  private let hasNonsense: Bool
  /// Many rules send on whatever comes in by a port.
  private let hasWires: Bool

  public init(seed: UInt64, keys: [FlowKey], hasLoops: Bool, hasNonsense: Bool, hasWires: Bool = false) {
    random = SeededGenerator(seed: seed)
    self.keys = keys
    self.hasLoops = hasLoops
    self.hasNonsense = hasNonsense
    self.hasWires = hasWires
  }

  private mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
  private mutating func chance(of one: Int) -> Bool { below(one) == 0 }

  /// Groups are 1 to this.
  static let groupCount: UInt32 = 6

  /// A group whose buckets may lead to groups of higher numbers.
  public mutating func group(_ number: UInt32) -> GroupMod {
    let type = GroupType.allCases[below(4)]
    let count = type == .indirect ? 1 : below(5)
    let buckets = (0..<count).map { id in
      Bucket(
        id: UInt32(id), weight: UInt16(below(4)),
        watchPort: type == .fastFailover || chance(of: 3)
          ? PortNumber(rawValue: UInt16(1 + below(8))) : .none,
        actions: bucketActions(of: number))
    }
    return GroupMod(command: .add, type: type, group: number, buckets: buckets)
  }

  private mutating func bucketActions(of group: UInt32) -> [Action] {
    var list = (0..<below(4)).map { _ in action(table: 3) }.filter { action in
      if case .group = action { return false }
      return (try? ActionList.validate([.writeActions([action])], for: FlowMatch(), table: 3)) != nil
    }
    let isLink = group < Self.groupCount && chance(of: 3)
    list.append(isLink ? .group(.random(in: group + 1...Self.groupCount, using: &random)) : .output(port()))
    return list
  }

  /// A rule for table 0 to 3.
  public mutating func rule() -> FlowMod {
    if hasWires, chance(of: 3) { return wire() }
    var mod = FlowMod(
      command: .add, table: UInt8(below(4)), priority: .random(in: 0...4, using: &random), match: match())
    for _ in 0..<20 {
      let actions = actions(table: mod.table)
      let isValid = (try? ActionList.validate(actions, for: mod.match, table: mod.table)) != nil
      guard isValid || hasNonsense && chance(of: 6) else { continue }
      mod.actions = actions
      break
    }
    return mod
  }

  /// A rule that looks at nothing but the port, if at that; or at the type, too.
  private mutating func wire() -> FlowMod {
    var match = FlowMatch()
    if !chance(of: 4), let slot = Field.named("in_port")?.slots.first {
      match.set(slot, to: UInt64(1 + below(8)), mask: ~0)
    }
    if chance(of: 3), let key = keys.randomElement(using: &random) { demand("eth_type", of: key, in: &match) }
    var mod = FlowMod(command: .add, table: 0, priority: .random(in: 2...5, using: &random), match: match)
    mod.actions = [.output(PortNumber(rawValue: UInt16(1 + below(8))))]
    return mod
  }

  private mutating func match() -> FlowMatch {
    var match = FlowMatch()
    guard !chance(of: 3), let key = keys.randomElement(using: &random) else { return match }
    for name in ["eth_type", "nw_proto", "icmp_type", "icmp_code"].prefix(below(5)) {
      demand(name, of: key, in: &match)
    }
    for _ in 0..<below(3) {
      if let field = Field.all.randomElement(using: &random) { demand(field.name, of: key, in: &match) }
    }
    return match
  }

  private mutating func demand(_ name: String, of key: FlowKey, in match: inout FlowMatch) {
    guard let field = Field.named(name) else { return }
    for slot in field.slots {
      let mask =
        field.maskRule == .any && chance(of: 3) ? UInt64.random(in: 0...UInt64.max, using: &random) : ~0
      match.set(slot, to: key[slot], mask: mask)
    }
  }

  // MARK: Actions

  private mutating func actions(table: UInt8) -> [Action] {
    var list = (0..<(1 + below(5))).map { _ in action(table: table) }
    if chance(of: 6) { list.insert(.meter(UInt32(1 + below(3))), at: 0) }
    if chance(of: 2) { list.append(.output(port())) }
    if chance(of: 12) { list.append(.clearActions) }
    if chance(of: 6) { list.append(.writeActions((0..<(1 + below(4))).map { _ in action(table: table) })) }
    if chance(of: 12) { list.append(.writeMetadata(.random(in: 0...3, using: &random), mask: 3)) }
    if chance(of: 5) { list.append(.gotoTable(UInt8.random(in: (table + 1)...5, using: &random))) }
    return list
  }

  private mutating func port() -> PortNumber {
    switch below(12) {
    case 0: .inPort
    case 1: .flood
    case 2: .all
    case 3, 4, 5: .normal
    default: PortNumber(rawValue: UInt16(1 + below(8)))
    }
  }

  private mutating func action(table: UInt8) -> Action {
    switch below(31) {
    case 0, 1, 2: .output(port())
    case 3:
      .outputTruncated(PortNumber(rawValue: UInt16(1 + below(8))), maximumLength: UInt32(14 + below(100)))
    case 4: .outputField(subfield())
    case 5: .controller(.init(maximumLength: UInt16(below(200))))
    case 6: .pushVLAN(tpid: chance(of: 2) ? 0x8100 : 0x88a8)
    case 7: .popVLAN
    case 8: .setVLANID(UInt16(below(4)), pushIfAbsent: chance(of: 2))
    case 9: .setVLANPriority(UInt8(below(8)), pushIfAbsent: chance(of: 2))
    case 10: .setEthernetSource(0x0200_0000_0000 | UInt64(below(16)))
    case 11: .setIPv4Source(.random(in: 0...UInt32.max, using: &random))
    case 12: .setIPv4Destination(.random(in: 0...UInt32.max, using: &random))
    case 13: chance(of: 2) ? .setIPDSCP(UInt8(below(64) * 4)) : .setIPECN(UInt8(below(4)))
    case 14: chance(of: 2) ? .decrementTTL : .setIPTTL(UInt8(below(256)))
    case 15: .setTransportSource(UInt16(below(65_536)))
    case 16: .setTransportDestination(UInt16(below(65_536)))
    case 17, 18: setField()
    case 19: move()
    case 20, 21: .group(.random(in: 1...Self.groupCount, using: &random))
    case 22, 23: .clone((0..<(1 + below(3))).map { _ in action(table: table) })
    case 24: chance(of: 2) ? .exit : .push(subfield())
    case 25:
      if case .move(_, let target) = move() { .pop(target) } else { .exit }
    case 26, 27, 28: headerAction()
    default:
      .resubmit(
        port: chance(of: 4) ? PortNumber(rawValue: UInt16(1 + below(8))) : nil,
        table: hasLoops && chance(of: 2) ? UInt8(below(4)) : UInt8.random(in: (table + 1)...5, using: &random)
      )
    }
  }

  private mutating func subfield() -> Subfield {
    let field = Field.all[below(Field.all.count)]
    let offset = below(field.bits)
    return Subfield(field: field, offset: offset, bits: 1 + below(min(field.bits - offset, 32)))
  }

  private mutating func setField() -> Action {
    let writable = Field.all.filter(\.isWritable)
    let field = writable[below(writable.count)]
    let mask =
      chance(of: 2) ? field.allOnes : UInt128.random(in: 0...UInt128.max, using: &random) & field.allOnes
    return .setField(
      .init(
        field: field, value: .random(in: 0...UInt128.max, using: &random), mask: mask, isLoad: chance(of: 2)))
  }

  private mutating func move() -> Action {
    let source = subfield()
    let writable = Field.all.filter(\.isWritable)
    let field = writable[below(writable.count)]
    let bits = min(source.bits, field.bits)
    return .move(
      from: Subfield(field: source.field, offset: source.offset, bits: bits),
      to: Subfield(field: field, offset: below(field.bits - bits + 1), bits: bits))
  }
}
