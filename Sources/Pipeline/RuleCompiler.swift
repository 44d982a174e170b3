public import Actions
import Classifier
import Match

/// Turns a rule's actions into the program that the translator runs.
public enum RuleCompiler {
  /// The program of `actions`. Every `Action` has one; whether it is legal was checked before.
  ///
  /// - Parameters:
  ///   - known: the `learn` actions of the bridge.
  ///   - templates: gets what must be kept as long as the program can be run.
  public static func compile(
    _ actions: [Action], with known: LearnTemplates, keeping templates: inout [any RuleTemplate]
  ) -> [RuleOp] {
    var plans = Plans(known: known)
    let program = compile(actions, &plans)
    templates += plans.templates
    return program
  }

  /// The program of actions that need no templates: without `learn`, and without bytes for controllers and pauses.
  static func compile(_ actions: [Action]) -> [RuleOp] {
    var plans = Plans(known: nil)
    return compile(actions, &plans)
  }

  private static func compile(_ actions: [Action], _ plans: inout Plans) -> [RuleOp] {
    var program: [RuleOp] = []
    for action in actions { append(action, to: &program, &plans) }
    return program
  }

  /// The plans in a program, and the templates that they are of.
  struct Plans {
    /// `nil` where `learn` has no place.
    let known: LearnTemplates?
    private(set) var templates: [any RuleTemplate] = []

    init(known: LearnTemplates?) { self.known = known }

    mutating func plan(of learn: Action.Learn) -> LearnPlan? {
      guard let template = known?.template(of: learn) else { return nil }
      templates.append(template)
      return template.plan
    }

    mutating func plan(of controller: Action.Controller) -> PacketInPlan {
      let template = PacketInTemplate(controller)
      templates.append(template)
      return PacketInPlan(template)
    }
  }

  /// The clauses of conjunctive matches that a rule with `actions` fulfils.
  static func clauses(_ actions: [Action]) -> [Clause] {
    actions.compactMap { action in
      guard case .conjunction(let body) = action else { return nil }
      return Clause(id: body.id, number: body.clause &- 1, of: body.clauses)
    }
  }

  /// Each of `actions`, those within clones behind the clone, and where its ops begin in the program of `actions`.
  public static func starts(of actions: [Action], from offset: Int = 0) -> [(start: Int, action: Action)] {
    var result: [(start: Int, action: Action)] = []
    var start = offset
    for action in actions {
      result.append((start, action))
      if case .clone(let list) = action { result += starts(of: list, from: start + 1) }
      start += opCount(of: [action])
    }
    return result
  }

  /// How many ops the program of `actions` has: one for each `learn`, besides the others. The program is not run, so
  /// that nothing is kept for it.
  public static func opCount(of actions: [Action]) -> Int { compile(actions).count + actions.learns.count }

  /// The program of a bucket's actions, which are run as an action set: a clone has no place in one, nor have packet-ins
  /// with bytes and pauses.
  static func compile(bucket actions: [Action]) -> [RuleOp] {
    let allowed = actions.filter { action in
      switch action {
      case .clone: false
      case .controller(let body): !body.needsPlan
      default: true
      }
    }
    return compile(allowed).inActionSetOrder
  }

  static func append(
    _ action: Action, to program: inout [RuleOp], _ plans: inout Plans
  ) {
    typealias W = FlowKey.Word
    switch action {
    case .output(let port): program.append(output(port, maximumLength: 0))
    case .outputTruncated(let port, let length): program.append(output(port, maximumLength: length))
    case .outputField(let source):
      for part in parts(of: source) {
        program.append(.outputField(word: part.word, shift: part.shift, mask: mask(Int(part.bits))))
      }
    case .controller(let body) where body.needsPlan:
      let plan = plans.plan(of: body)
      program.append(body.pauses ? .pause(plan) : .packetIn(plan))
    case .controller(let body):
      program.append(
        .controller(
          maximumLength: body.maximumLength, reason: body.reason, controllerID: body.controllerID,
          meter: body.meter))

    case .pushVLAN(let tpid): program.append(.pushVLAN(tpid: tpid))
    case .popVLAN: program.append(.popVLAN)
    case .setVLANID(let id, let pushIfAbsent):
      program.append(.setVLAN(value: id, mask: 0xfff, ifTagged: !pushIfAbsent))
    case .setVLANPriority(let priority, let pushIfAbsent):
      program.append(.setVLAN(value: UInt16(priority) << 13, mask: 0xe000, ifTagged: !pushIfAbsent))

    case .setEthernetSource(let mac):
      program.append(.set(value: mac << 16, mask: ~0xffff, word: UInt8(W.ethernetSource)))
    case .setEthernetDestination(let mac):
      program.append(.set(value: mac << 16, mask: ~0xffff, word: UInt8(W.ethernetDestination)))
    case .setIPv4Source(let address):
      program.append(.setIPv4(value: UInt64(address) << 32, mask: ~0 << 32))
    case .setIPv4Destination(let address):
      program.append(.setIPv4(value: UInt64(address), mask: 0xffff_ffff))
    case .setIPDSCP(let tos):
      program.append(.set(value: UInt64(tos & 0xfc) << 16, mask: 0xfc << 16, word: UInt8(W.ip)))
    case .setIPECN(let ecn):
      program.append(.set(value: UInt64(ecn & 3) << 16, mask: 3 << 16, word: UInt8(W.ip)))
    case .setIPTTL(let ttl):
      program.append(.set(value: UInt64(ttl) << 8, mask: 0xff << 8, word: UInt8(W.ip)))
    case .setTransportSource(let port): program.append(.setTransport(port: port, isSource: true))
    case .setTransportDestination(let port): program.append(.setTransport(port: port, isSource: false))
    case .setField(let body): appendSet(body, to: &program)
    case .move(let source, let destination): appendMove(source, destination, to: &program)
    case .decrementTTL: program.append(.decrementTTL(informs: 0))

    case .resubmit(let port, let table, _):
      program.append(.resubmit(port: (port ?? .inPort).rawValue, table: table ?? 255))

    case .decrementTTLOrInform(let controllers):
      let told = controllers.prefix(Int(UInt8.max))
      program.append(.decrementTTL(informs: UInt8(told.count)))
      program += told.map { .inform(controllerID: $0) }
    case .setTunnel(let id, _):
      if let field = Field.named("tun_id") {
        appendSet(
          Action.SetField(field: field, value: UInt128(id), mask: field.allOnes), to: &program)
      }
    case .push(let source):
      for part in parts(of: source) {
        program.append(.collect(word: part.word, shift: part.shift, bits: part.bits))
      }
      program.append(.push)
    case .pop(let target):
      let parts = parts(of: target)
      program.append(.pop(skip: UInt8(parts.count)))
      appendDistribution(to: target, &program)
    case .meter(let meter): program.append(.meter(meter))
    case .group(let group): program.append(.group(group))
    case .clone(let list):
      let inner = compile(list, &plans)
      program.append(.clone(count: UInt32(inner.count)))
      program += inner
    case .exit: program.append(.exit)
    case .enqueue, .setQueue, .popQueue, .multipath, .bundle, .checkPacketLarger:
      appendChoice(action, to: &program)
    // Refused by `UnsupportedEffects`.
    case .deleteField: break
    case .pushMPLS, .popMPLS, .setMPLSLabel, .setMPLSTrafficClass, .setMPLSTTL, .decrementMPLSTTL,
      .encapsulate, .decapsulate, .decrementNSHTTL:
      appendHeaderAction(action, to: &program)
    case .clearActions: program.append(.clearActionSet)
    case .writeActions(let list):
      let inner = compile(list, &plans)
      program.append(.writeActionSet(count: UInt32(inner.count)))
      program += inner
    case .writeMetadata(let value, let mask):
      program.append(.set(value: value & mask, mask: mask, word: UInt8(W.metadata)))
    case .gotoTable(let table): program.append(.goto(table: table))

    // MARK: Stateful
    case .learn(let learn): if let plan = plans.plan(of: learn) { program.append(.learn(plan)) }
    case .finTimeout(let body):
      program.append(.shortenTimeouts(idle: body.idleTimeout, hard: body.hardTimeout))
    // A note has no effect, and a conjunction is known to the classifier; rules with the others are refused before.
    case .note, .connectionTrack, .nat, .clearConnection, .conjunction: break
    case .sample(let sample): program.append(Self.sample(sample))
    }
  }

  static func output(_ port: PortNumber, maximumLength: UInt32) -> RuleOp {
    switch port {
    case .inPort: .inPort(maximumLength: maximumLength)
    case .normal: .normal
    case .flood: .flood
    case .all: .all
    case .controller: .controller(maximumLength: 0xffff, reason: .action, controllerID: 0, meter: 0)
    case .table: .resubmit(port: PortNumber.inPort.rawValue, table: 0)
    default: .output(port: port.rawValue, maximumLength: maximumLength)
    }
  }

  private static func sample(_ body: Action.Sample) -> RuleOp {
    .sample(
      collectorSet: body.collectorSetID, domain: body.observationDomainID, point: body.observationPointID,
      probability: body.probability, port: (body.samplingPort ?? .none).rawValue, body.direction)
  }

  private static func mask(_ bits: Int) -> UInt64 { bits == 64 ? ~0 : (1 << UInt64(bits)) - 1 }

  private static func appendSet(_ body: Action.SetField, to program: inout [RuleOp]) {
    var value = body.value
    var bits = body.mask
    if ["dl_vlan", "dl_vlan_pcp", "vlan_pcp"].contains(body.field.name) {
      // These are parts of a tag: writing one makes sure that the tag is there.
      program.append(
        .set(
          value: FlowKey.vlanPresent << 32, mask: FlowKey.vlanPresent << 32, word: UInt8(FlowKey.Word.vlan)))
    }
    for slot in body.field.slots.reversed() {
      let slotValue = UInt64(truncatingIfNeeded: value) << UInt64(slot.shift) & slot.mask
      let slotMask =
        UInt64(truncatingIfNeeded: bits) << UInt64(slot.shift) & slot.mask & ~foreignBits(of: body.field)
      if slotMask != 0 { program.append(.set(value: slotValue, mask: slotMask, word: UInt8(slot.word))) }
      value >>= UInt128(slot.bits)
      bits >>= UInt128(slot.bits)
    }
  }

  /// Bits at the place of a field that are another field's: below the DSCP, in `nw_tos`, are those of the ECN.
  private static func foreignBits(of field: Field) -> UInt64 { field.name == "nw_tos" ? 3 << 16 : 0 }

  private static func appendMove(_ source: Subfield, _ destination: Subfield, to program: inout [RuleOp]) {
    // What falls on bits that are another field's is left out.
    let cut = destination.field.name == "nw_tos" ? max(0, 2 - destination.offset) : 0
    guard cut < destination.bits else { return }
    let (source, destination) = (source.dropping(cut), destination.dropping(cut))
    var from = parts(of: source)
    var to = parts(of: destination)
    var moves: [RuleOp] = []
    while let first = from.last, let second = to.last {
      let bits = min(first.bits, second.bits)
      moves.append(
        .move(
          fromWord: first.word, fromShift: first.shift, toWord: second.word, toShift: second.shift, bits: bits
        ))
      from.removeLast()
      to.removeLast()
      if first.bits > bits { from.append((first.word, first.shift + bits, first.bits - bits)) }
      if second.bits > bits { to.append((second.word, second.shift + bits, second.bits - bits)) }
    }
    // Within one field a move upwards must begin at its upper end.
    program +=
      source.field == destination.field && destination.offset > source.offset ? moves.reversed() : moves
  }

  /// Moves what is in the accumulator into `target`.
  static func appendDistribution(to target: Subfield, _ program: inout [RuleOp]) {
    for part in parts(of: target).reversed() {
      program.append(.distribute(word: part.word, shift: part.shift, bits: part.bits))
    }
  }

  /// Where a subfield's bits lie, most significant part first.
  static func parts(of subfield: Subfield) -> [(word: UInt8, shift: UInt8, bits: UInt8)] {
    var result: [(word: UInt8, shift: UInt8, bits: UInt8)] = []
    var below = 0
    for slot in subfield.field.slots.reversed() {
      let low = max(subfield.offset, below)
      let high = min(subfield.offset + subfield.bits, below + slot.bits)
      if low < high {
        result.insert((UInt8(slot.word), UInt8(slot.shift + low - below), UInt8(high - low)), at: 0)
      }
      below += slot.bits
    }
    return result
  }
}

extension Subfield {
  /// All but the lowest `count` bits, which must be fewer than there are.
  fileprivate func dropping(_ count: Int) -> Subfield {
    Subfield(field: field, offset: offset + count, bits: bits - count)
  }
}
