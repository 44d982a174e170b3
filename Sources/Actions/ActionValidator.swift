import Match

/// Checks one action after the other.
struct ActionValidator {
  private let table: UInt8
  private let version: OpenFlowVersion
  var frame: FrameKnowledge
  /// That of the action before.
  private var stage: InstructionStage?
  /// The list in which the actions are.
  var list = ActionContext.List.rule

  init(_ match: FlowMatch, table: UInt8, version: OpenFlowVersion) {
    frame = FrameKnowledge(match)
    self.table = table
    self.version = version
  }

  mutating func check(_ action: Action) throws(ActionError.Reason) {
    try checkPlace(of: action)
    try checkContents(of: action)
    frame.apply(action)
  }

  private mutating func checkPlace(of action: Action) throws(ActionError.Reason) {
    let next = action.stage(in: version)
    if list != .rule {
      guard next == .apply else { throw .nested(next.keyword, in: list.keyword) }
    }
    if let reason = action.refusal(in: list) { throw reason }
    guard list == .rule else { return }
    if let stage {
      if next == stage && next != .apply { throw .repeated(next.keyword) }
      guard next >= stage else { throw .wrongOrder(next.keyword, behind: stage.keyword) }
    }
    stage = next
  }

  private mutating func checkContents(of action: Action) throws(ActionError.Reason) {
    switch action {
    case .output(let port):
      guard Output.isValid(port) else { throw .noSuchPort(port) }
    case .outputTruncated(let port, let length):
      guard OutputTruncated.isValid(port) else { throw .noSuchPort(port) }
      try demand(
        length >= OutputTruncated.minimumLength, "max_len", "at least \(OutputTruncated.minimumLength)")
    case .outputField(let source): try checkSource(source)
    case .enqueue(let port, _):
      guard Enqueue.isValid(port) else { throw .noSuchPort(port) }
    case .controller, .setQueue, .popQueue, .group, .decapsulate, .setTunnel, .exit, .clearActions,
      .writeMetadata:
      break
    case .meter(let meter):
      guard Meter.meters.contains(meter) else { throw .noSuchMeter(meter) }
    case .pushMPLS(let type):
      try demand(PushMPLS.isValid(type), "push_mpls", "0x8847 or 0x8848")
      try demand(.ethernet, of: "push_mpls")
    case .popMPLS:
      try demand(.ethernet, of: "pop_mpls")
      try demand(.mpls, of: "pop_mpls")
    case .setMPLSLabel(let label):
      try demand(label <= MPLSFields.largestLabel, "an MPLS label", "0 to \(MPLSFields.largestLabel)")
      try demand(.mpls, of: "set_mpls_label")
    case .setMPLSTrafficClass(let value):
      let largest = MPLSFields.largestTrafficClass
      try demand(value <= largest, "an MPLS traffic class", "0 to \(largest)")
      try demand(.mpls, of: "set_mpls_tc")
    case .setMPLSTTL: try demand(.mpls, of: "set_mpls_ttl")
    case .decrementMPLSTTL: try demand(.mpls, of: "dec_mpls_ttl")
    case .encapsulate(let encapsulation):
      try demand(Encapsulate.isValid(encapsulation), "encap", "of a header that there is")
    case .decrementNSHTTL:
      try demandAlways(.nsh, of: "dec_nsh_ttl")
    case .push(let subfield): try checkSource(subfield)
    case .pop(let subfield):
      try checkSource(subfield)
      guard subfield.field.isWritable else { throw .readOnly(subfield.field) }
    case .deleteField(let field):
      try demand(DeleteField.isValid(field), "the field of delete_field", "a tunnel option")
    case .resubmit(_, _, let inOriginalDirection):
      if inOriginalDirection { try demandAlways(.connection, of: "resubmit with ct") }
    case .pushVLAN(let tpid):
      try demand(PushVLAN.isValid(tpid), "push_vlan", "0x8100 or 0x88a8")
      guard !frame.isFullOfTags else { throw .tooManyTags }
    case .popVLAN: try demand(.vlan, of: "strip_vlan")
    case .setVLANID(let id, let pushIfAbsent):
      try demand(id <= SetVLAN.largestID, "a VLAN number", "0 to \(SetVLAN.largestID)")
      if !pushIfAbsent { try demand(.vlan, of: "set_vlan_vid") }
    case .setVLANPriority(let priority, let pushIfAbsent):
      try demand(priority <= SetVLAN.largestPriority, "a VLAN priority", "0 to \(SetVLAN.largestPriority)")
      if !pushIfAbsent { try demand(.vlan, of: "set_vlan_pcp") }
    case .setEthernetSource(let address), .setEthernetDestination(let address):
      try demand(address >> 48 == 0, "an Ethernet address", "of 48 bits")
    case .setIPv4Source: try demand(.ipv4, of: "mod_nw_src")
    case .setIPv4Destination: try demand(.ipv4, of: "mod_nw_dst")
    case .setIPDSCP(let tos):
      try demand(SetIPHeader.isValid(tos: tos), "mod_nw_tos", "a multiple of 4")
      try demand(.ip, of: "mod_nw_tos")
    case .setIPECN(let ecn):
      try demand(ecn <= 3, "mod_nw_ecn", "0 to 3")
      try demand(.ip, of: "mod_nw_ecn")
    case .setIPTTL: try demand(.ip, of: "mod_nw_ttl")
    case .decrementTTL, .decrementTTLOrInform: try demand(.ip, of: "dec_ttl")
    case .setTransportSource: try demandTransport(of: "mod_tp_src")
    case .setTransportDestination: try demandTransport(of: "mod_tp_dst")
    case .setField(let set): try check(set)
    case .move(let source, let target):
      try checkSource(source)
      try checkSource(target)
      guard target.field.isWritable else { throw .readOnly(target.field) }
      guard source.bits == target.bits else { throw .differentWidths(from: source.bits, to: target.bits) }
    case .writeActions(let actions):
      var inner = self
      inner.list = .writeActions
      try inner.check(actions)
    case .gotoTable(let target):
      guard GotoTable.tables.contains(target) else { throw .noSuchTable(target) }
      guard table == 255 || target > table else { throw .tableNotLater(target, than: table) }
    // MARK: Stateful
    case .learn(let learn): try check(learn)
    case .connectionTrack(let ct): try check(ct)
    case .nat(let nat): try check(nat)
    case .clone(let actions):
      var inner = self
      inner.list = .clone
      try inner.check(actions)
    case .conjunction(let conjunction): try check(conjunction)
    case .multipath(let multipath): try check(multipath)
    case .bundle(let bundle): try check(bundle)
    case .sample(let sample): try demand(sample.probability > 0, "probability", "at least 1")
    case .finTimeout: try demand(.tcp, of: "fin_timeout")
    case .checkPacketLarger(let check): try self.check(check)
    case .clearConnection, .note: break
    }
  }

  /// Checks a list, or its rest.
  mutating func check(_ actions: [Action]) throws(ActionError.Reason) {
    try Self.checkConjunctions(actions)
    for action in actions { try check(action) }
  }

  private func check(_ set: Action.SetField) throws(ActionError.Reason) {
    let field = set.field
    guard field.isWritable else { throw .readOnly(field) }
    guard set.mask & ~field.allOnes == 0 else {
      throw .noSuchBits(Subfield(field: field, bits: 128 - set.mask.leadingZeroBitCount))
    }
    if !set.isLoad && set.mask != field.allOnes && set.mask != 0 {
      guard field.maskRule == .any else { throw .maskNotAllowed(field) }
    }
    if !set.isLoad { try demand(field.isSettable(to: set.value), field.name, field.settableValues) }
    guard frame.has(field) else {
      let names = field.name == "vlan_vid" ? Field.Prerequisite.vlan.spellings : field.prerequisite.spellings
      throw .missingPrerequisite(of: "writing \(field.name)", anyOf: names)
    }
  }

  /// Whether the field has these bits and the frame has the field.
  func checkSource(_ subfield: Subfield) throws(ActionError.Reason) {
    try Self.checkSource(subfield, in: frame)
  }

  static func checkSource(
    _ subfield: Subfield, in frame: FrameKnowledge
  ) throws(ActionError.Reason) {
    try checkBits(of: subfield)
    let field = subfield.field
    guard frame.satisfies(field.prerequisite) else {
      throw .missingPrerequisite(of: field.name, anyOf: field.prerequisite.spellings)
    }
  }

  static func checkBits(of subfield: Subfield) throws(ActionError.Reason) {
    let bits = 1...subfield.field.bits
    guard bits.contains(subfield.bits), (0...bits.upperBound - subfield.bits).contains(subfield.offset) else {
      throw .noSuchBits(subfield)
    }
  }

  private func demandTransport(of subject: String) throws(ActionError.Reason) {
    guard !frame.satisfies(.udp), !frame.satisfies(.sctp) else { return }
    try demand(.tcp, of: subject)
  }

  /// What OpenFlow 1.0 lets pass.
  func demand(
    _ prerequisite: Field.Prerequisite, of subject: String
  ) throws(ActionError.Reason) {
    if version > .v10, list != .writeActions { try demandAlways(prerequisite, of: subject) }
  }

  func demandAlways(
    _ prerequisite: Field.Prerequisite, of subject: String
  ) throws(ActionError.Reason) {
    guard !frame.satisfies(prerequisite) else { return }
    throw .missingPrerequisite(of: subject, anyOf: prerequisite.spellings)
  }

  func demand(
    _ condition: Bool, _ subject: String, _ expected: String
  ) throws(ActionError.Reason) {
    guard condition else { throw .badValue(of: subject, expected: expected) }
  }
}
