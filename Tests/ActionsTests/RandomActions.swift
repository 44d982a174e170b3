import Match
import TestKit

@testable import Actions

/// Lists of valid actions from a seed, in the form in which texts give them.
struct RandomActions {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// Actions, then instructions in their order.
  mutating func list() -> [Action] {
    var actions = (0..<number(5)).map { _ in action() }
    if flip() { actions.append(.clearActions) }
    if flip() { actions.append(.writeActions((0..<number(4)).map { _ in actionOfSet() })) }
    if flip() {
      let mask: UInt64 = flip() ? ~0 : generator.next()
      actions.append(.writeMetadata(generator.next() & mask, mask: mask))
    }
    if flip() { actions.append(.gotoTable(UInt8(number(255)))) }
    return actions
  }

  /// One that an action set can hold.
  private mutating func actionOfSet() -> Action {
    while true {
      let action = action()
      switch action {
      case .push, .pop, .popQueue, .exit: continue
      default: return action
      }
    }
  }

  mutating func action() -> Action {
    switch number(33) {
    case 20: flip() ? .setQueue(UInt32(number(1 << 32))) : .popQueue
    case 21: .group(UInt32(number(1 << 32)))
    case 22: flip() ? .pushMPLS(etherType: 0x8847) : .popMPLS(etherType: UInt16(number(65536)))
    case 23: flip() ? .setMPLSLabel(UInt32(number(1 << 20))) : .setMPLSTrafficClass(UInt8(number(8)))
    case 24: flip() ? .setMPLSTTL(UInt8(number(256))) : .decrementMPLSTTL
    case 25:
      if flip() {
        .setTunnel(generator.next() | 1 << 40, isWide: true)
      } else {
        .setTunnel(UInt64(number(1 << 32)), isWide: flip())
      }
    case 26: .push(subfield(of: field()))
    case 27: .pop(subfield(of: writableField()))
    case 28: .decrementTTLOrInform((0...number(4)).map { _ in UInt16(number(65536)) })
    case 29: .exit
    case 30: controllerInFull()
    case 0: .pushVLAN(tpid: flip() ? 0x8100 : 0x88a8)
    case 1: .popVLAN
    case 2: .setVLANID(UInt16(number(4096)), pushIfAbsent: flip())
    case 3: .setVLANPriority(UInt8(number(8)), pushIfAbsent: flip())
    case 4: .setEthernetSource(generator.next() >> 16)
    case 5: .setEthernetDestination(generator.next() >> 16)
    case 6: .setIPv4Source(UInt32(truncatingIfNeeded: generator.next()))
    case 7: .setIPv4Destination(UInt32(truncatingIfNeeded: generator.next()))
    case 8: .setIPDSCP(UInt8(number(64)) << 2)
    case 9: .setIPECN(UInt8(number(4)))
    case 10: .setIPTTL(UInt8(number(256)))
    case 11: .setTransportSource(UInt16(number(65536)))
    case 12: .setTransportDestination(UInt16(number(65536)))
    case 13: .decrementTTL
    case 14, 15: setField()
    default: extensionAction()
    }
  }

  private mutating func controllerInFull() -> Action {
    var target = Action.Controller(
      maximumLength: UInt16(number(65536)), reason: PacketInReason(rawValue: UInt8(number(6))) ?? .action)
    target.userData = (0..<number(9)).map { _ in UInt8(number(256)) }
    target.pauses = flip()
    if flip() { target.meter = UInt32(number(1 << 32)) }
    return .controller(target)
  }

  /// An action that is written alike in versions up to 1.4.
  mutating func extensionAction() -> Action {
    switch number(8) {
    case 0: return .output(port())
    case 1: return .outputTruncated(realPort(), maximumLength: UInt32(14 + number(9000)))
    case 2: return .outputField(subfield(of: field()))
    case 3:
      let reason = PacketInReason(rawValue: UInt8(number(3))) ?? .action
      return .controller(
        .init(maximumLength: UInt16(number(65536)), reason: reason, controllerID: UInt16(number(3))))
    case 4, 5:
      var target = subfield(of: writableField())
      // These are not written as loads in all versions, or not with all values.
      while target.field.header(in: .v10)?.isExperimenter == true
        || ["arp_op", "nw_tos"].contains(target.field.name)
      {
        target = subfield(of: writableField())
      }
      let ones: UInt128 = target.bits == 128 ? ~0 : (1 << UInt128(target.bits)) - 1
      let shift = UInt128(target.offset)
      // 1.5 writes loads as set_field, which does not take every value.
      var value = (UInt128(generator.next()) & ones) << shift
      if !target.field.isSettable(to: value) { value = 0 }
      return .setField(.init(field: target.field, value: value, mask: ones << shift, isLoad: true))
    case 6:
      let source = subfield(of: field())
      let target = writableField()
      let bits = min(source.bits, Self.width(of: target))
      return .move(
        from: Subfield(field: source.field, offset: source.offset, bits: bits),
        to: Subfield(field: target, offset: number(Self.width(of: target) - bits + 1), bits: bits))
    default:
      let table = flip() ? UInt8(number(255)) : nil
      let port = table == nil || flip() ? realPort() : nil
      return .resubmit(port: port, table: table)
    }
  }

  private mutating func setField() -> Action {
    while true {
      let set = anySetField()
      if set.field.isSettable(to: set.value) { return .setField(set) }
    }
  }

  private mutating func anySetField() -> Action.SetField {
    let field = writableField()
    let ones = field.allOnes
    var mask = ones
    if field.maskRule == .any && flip() {
      mask = (UInt128(generator.next()) << 64 | UInt128(generator.next())) & ones
      if flip() { mask &= UInt128(generator.next()) }
      if mask == 0 { mask = ones }
    }
    var value = (UInt128(generator.next()) << 64 | UInt128(generator.next())) & mask
    if field.name == "nw_tos" { value &= 0xfc }
    if field.name == "arp_op" { value &= 0xff }
    if field.format == .port || field.format == .widePort { value = UInt128(realPort().rawValue) }
    return .init(field: field, value: value, mask: mask)
  }

  private mutating func subfield(of field: Field) -> Subfield {
    let width = Self.width(of: field)
    guard !flip() || width > 64 else { return Subfield(field: field, bits: width) }
    let bits = 1 + number(min(width, 64))
    return Subfield(field: field, offset: number(width - bits + 1), bits: bits)
  }

  /// A VLAN number has 12 bits in subfields. Fields without a wire form have twins that have one.
  private static func width(of field: Field) -> Int { field.name == "vlan_vid" ? 12 : field.bits }

  private mutating func field() -> Field {
    let fields = Field.all.filter { $0.isPlainOnWire }
    return fields[number(fields.count)]
  }

  private mutating func writableField() -> Field {
    let fields = Field.all.filter {
      $0.isWritable && $0.isPlainOnWire && !$0.name.hasPrefix("ct_")
    }
    return fields[number(fields.count)]
  }

  private mutating func port() -> PortNumber {
    let reserved: [PortNumber] = [.inPort, .table, .normal, .flood, .all, .local]
    return flip() ? realPort() : reserved[number(reserved.count)]
  }

  private mutating func realPort() -> PortNumber { PortNumber(rawValue: UInt16(number(0xff00))) }

  private mutating func number(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }
  private mutating func flip() -> Bool { number(2) == 0 }
}

extension Field {
  /// Whether the field has a header of four bytes and a length of its own.
  fileprivate var isPlainOnWire: Bool {
    !hasVariableLength && header(in: .v10).map { !$0.isExperimenter } ?? false
  }
}
