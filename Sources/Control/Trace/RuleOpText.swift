import Actions
import Match
import Pipeline

/// Ops that no rule at hand has, those of an action set or of a bucket, as actions in text.
enum RuleOpText {
  static func text(of op: RuleOp, names: PortNaming) -> String {
    switch op {
    case .output(let port, 0): action(.output(PortNumber(rawValue: port)), names)
    case .output(let port, let length):
      action(.outputTruncated(PortNumber(rawValue: port), maximumLength: length), names)
    case .inPort(0): action(.output(.inPort), names)
    case .inPort(let length): action(.outputTruncated(.inPort, maximumLength: length), names)
    case .normal: action(.output(.normal), names)
    case .flood: action(.output(.flood), names)
    case .all: action(.output(.all), names)
    case .controller(let length, let reason, let id, let meter):
      controller(maximumLength: length, reason: reason, controllerID: id, meter: meter, names)
    case .outputField(let word, let shift, let mask):
      subfield(word: word, shift: shift, bits: UInt8(mask.nonzeroBitCount)).map {
        action(.outputField($0), names)
      } ?? "\(op)"
    case .set(let value, let mask, let word): set(value, mask: mask, word: Int(word), names)
    case .move(let fromWord, let fromShift, let toWord, let toShift, let bits):
      move(
        subfield(word: fromWord, shift: fromShift, bits: bits),
        subfield(word: toWord, shift: toShift, bits: bits), names) ?? "\(op)"
    case .setVLAN(let value, 0xfff, let ifTagged): action(.setVLANID(value, pushIfAbsent: !ifTagged), names)
    case .setVLAN(let value, _, let ifTagged):
      action(.setVLANPriority(UInt8(value >> 13), pushIfAbsent: !ifTagged), names)
    case .pushVLAN(let tpid): action(.pushVLAN(tpid: tpid), names)
    case .popVLAN: action(.popVLAN, names)
    case .setTransport(let port, true): action(.setTransportSource(port), names)
    case .setTransport(let port, false): action(.setTransportDestination(port), names)
    case .setIPv4(let value, let mask) where mask >> 32 != 0:
      action(.setIPv4Source(UInt32(value >> 32)), names)
    case .setIPv4(let value, _): action(.setIPv4Destination(UInt32(truncatingIfNeeded: value)), names)
    case .decrementTTL: action(.decrementTTL, names)
    case .group(let group): action(.group(group), names)
    case .meter(let meter): action(.meter(meter), names)
    case .exit: action(.exit, names)
    case .sample(let set, let domain, let point, let probability, let port, let direction):
      action(
        .sample(
          .init(
            probability: probability, collectorSetID: set, observationDomainID: domain,
            observationPointID: point, samplingPort: PortNumber(rawValue: port), direction: direction)),
        names)
    case .resubmit(let port, let table):
      action(
        .resubmit(
          port: port == PortNumber.inPort.rawValue ? nil : PortNumber(rawValue: port),
          table: table == 255 ? nil : table), names)
    default: "\(op)"
    }
  }

  private static func action(_ action: Action, _ names: PortNaming) -> String {
    ActionList.format([action], names: names)
  }

  private static func controller(
    maximumLength: UInt16, reason: PacketInReason, controllerID: UInt16, meter: UInt32, _ names: PortNaming
  ) -> String {
    var body = Action.Controller(maximumLength: maximumLength, reason: reason, controllerID: controllerID)
    body.meter = meter
    return action(.controller(body), names)
  }

  private static func move(_ source: Subfield?, _ target: Subfield?, _ names: PortNaming) -> String? {
    guard let source, let target else { return nil }
    return action(.move(from: source, to: target), names)
  }

  /// Bits of one word may be those of several fields.
  private static func set(_ value: UInt64, mask: UInt64, word: Int, _ names: PortNaming) -> String {
    var rest = mask
    var texts: [String] = []
    while rest != 0, let (field, slot) = field(in: word, with: rest) {
      rest &= ~slot.mask
      let shift = field.slots.last == slot ? 0 : 64
      let body = Action.SetField(
        field: field, value: UInt128((value & mask & slot.mask) >> UInt64(slot.shift)) << UInt128(shift),
        mask: UInt128((mask & slot.mask) >> UInt64(slot.shift)) << UInt128(shift))
      texts.append(action(.setField(body), names))
    }
    return texts.joined(separator: ",")
  }

  /// The field that has these bits, and nothing else if there is one; else the first that has some of them.
  private static func field(in word: Int, with bits: UInt64) -> (Field, Slot)? {
    let all = Field.all.filter { !$0.isOverlay && !$0.isInternal }.flatMap { field in
      field.slots.filter { $0.word == word && $0.mask & bits != 0 }.map { (field, $0) }
    }
    return all.first { $0.1.mask == bits } ?? all.first { $0.1.mask & ~bits == 0 } ?? all.first
  }

  private static func subfield(word: UInt8, shift: UInt8, bits: UInt8) -> Subfield? {
    let ones: UInt64 = bits == 64 ? ~0 : (1 << UInt64(bits)) - 1
    guard let (field, slot) = field(in: Int(word), with: ones << UInt64(shift)) else { return nil }
    let below = field.slots.last == slot ? 0 : 64
    return Subfield(field: field, offset: below + Int(shift) - slot.shift, bits: Int(bits))
  }
}
