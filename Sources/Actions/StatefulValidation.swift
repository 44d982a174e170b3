import Match

/// The checks of actions that remember something, and of those that hold other actions.
extension ActionValidator {
  /// Conjunctions stand only beside notes.
  static func checkConjunctions(_ actions: [Action]) throws(ActionError.Reason) {
    var hasConjunction = false
    var hasOthers = false
    for action in actions {
      switch action {
      case .conjunction: hasConjunction = true
      case .note: break
      default: hasOthers = true
      }
    }
    if hasConjunction && hasOthers { throw .conjunctionIsNotAlone }
  }

  func check(_ conjunction: Action.Conjunction) throws(ActionError.Reason) {
    try demand(2...64 ~= conjunction.clauses, "the number of clauses", "2 to 64")
    try demand(
      1...conjunction.clauses ~= conjunction.clause, "the clause", "1 to the number of clauses")
  }

  func check(_ ct: Action.ConnectionTrack) throws(ActionError.Reason) {
    try demandAlways(.ip, of: "ct")
    if ct.helper == Action.ConnectionTrack.Helper.ftp { try demandAlways(.tcp, of: "alg=ftp") }
    if ct.helper == Action.ConnectionTrack.Helper.tftp { try demandAlways(.udp, of: "alg=tftp") }
    try demand(ct.table != 0xff, "table", "0 to 254")
    if case .field(let source) = ct.zone {
      try demand(source.bits == 16, "a zone from a field", "16 bits")
      try checkSource(source)
    }
    guard !ct.lacksCommit else { throw .needsCommit }
    var inner = self
    inner.list = .connectionTrack
    try inner.check(ct.actions)
  }

  func check(_ nat: Action.NAT) throws(ActionError.Reason) {
    switch nat.addresses?.isIPv6 {
    case nil: try demandAlways(.ip, of: "nat")
    case true?: try demandAlways(.ipv6, of: "nat to IPv6 addresses")
    case false?: try demandAlways(.ipv4, of: "nat to IPv4 addresses")
    }
  }

  func check(_ learn: Action.Learn) throws(ActionError.Reason) {
    try demand(learn.table != 0xff, "table", "0 to 254")
    if let result = learn.result {
      try Self.checkBits(of: result)
      guard result.field.isWritable else { throw .readOnly(result.field) }
    }
    var learned = FlowMatch()
    for specification in learn.specifications {
      if case .field(let source) = specification.source { try checkSource(source) }
      switch specification.target {
      case .match(let target):
        try Self.checkSource(target, in: FrameKnowledge(learned))
        if case .value(let value) = specification.source { learned.demand(value, in: target) }
      case .load(let target):
        try Self.checkSource(target, in: FrameKnowledge(learned))
        guard target.field.isWritable else { throw .readOnly(target.field) }
      case .output: break
      }
    }
  }

  func check(_ multipath: Action.Multipath) throws(ActionError.Reason) {
    try checkTarget(multipath.target)
    try demand(multipath.fits, "dst of multipath", "wide enough for all links")
  }

  func check(_ bundle: Action.Bundle) throws(ActionError.Reason) {
    for port in bundle.members where !Action.Bundle.isValid(port) { throw .noSuchPort(port) }
    let largest = Action.Bundle.largestMemberCount
    try demand(bundle.members.count <= largest, "the number of members", "at most \(largest)")
    guard let target = bundle.target else { return }
    try checkTarget(target)
    try demand(target.bits >= Action.Bundle.smallestTarget, "dst of bundle_load", "of 16 bits or more")
  }

  /// Open vSwitch looks for no prerequisites here.
  func check(_ check: Action.CheckPacketLarger) throws(ActionError.Reason) {
    try Self.checkBits(of: check.target)
    guard check.target.field.isWritable else { throw .readOnly(check.target.field) }
  }

  private func checkTarget(_ target: Subfield) throws(ActionError.Reason) {
    try checkSource(target)
    guard target.field.isWritable else { throw .readOnly(target.field) }
  }
}

extension FlowMatch {
  /// Demands `value` in bits of a field, besides what is demanded of the others.
  fileprivate mutating func demand(_ value: UInt128, in bits: Subfield) {
    var value = value << UInt128(bits.offset)
    var ones = Actions.ones(bits.bits) << UInt128(bits.offset)
    for slot in bits.field.slots.reversed() {
      let slotOnes = UInt64(truncatingIfNeeded: ones) & UInt64(truncatingIfNeeded: Actions.ones(slot.bits))
      let others = mask[slot] & ~slotOnes
      set(
        slot, to: key[slot] & others | UInt64(truncatingIfNeeded: value) & slotOnes, mask: others | slotOnes)
      value >>= UInt128(slot.bits)
      ones >>= UInt128(slot.bits)
    }
  }
}
