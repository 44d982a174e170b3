import Match

/// What is known of every frame that reaches an action: at first what the rule's match demands, then what the
/// actions in front of it have done to tags and headers. Whether a field is there, and thus whether an action makes
/// sense, follows from it.
struct FrameKnowledge {
  private var match: FlowMatch

  init(_ match: FlowMatch) { self.match = match }

  private static let outerTag = Slot(FlowKey.Word.vlan, 32, 16)
  private static let innerTag = Slot(FlowKey.Word.vlan, 0, 16)

  /// Whether all of these frames fulfil `prerequisite`.
  func satisfies(_ prerequisite: Field.Prerequisite) -> Bool { prerequisite.isMet(by: match) }

  /// Whether all of these frames have `field`. Unlike in a match, a VLAN number to write needs a tag.
  func has(_ field: Field) -> Bool {
    satisfies(field.prerequisite) && (field.name != "vlan_vid" || hasTag)
  }

  /// Whether all of these frames have a tag.
  var hasTag: Bool { satisfies(.vlan) }

  /// Whether all of these frames have as many tags as a frame can have here.
  var isFullOfTags: Bool {
    let present = FlowKey.vlanPresent
    return hasTag && match.value(at: Self.innerTag) & present != 0
  }

  private static let etherType = Field.named("eth_type")?.slots.first
  private static let protocolNumber = Field.named("nw_proto")?.slots.first
  private static let packetType = Field.named("packet_type")?.slots.first

  /// What follows the Ethertype is another header now.
  private mutating func change(etherType: UInt16?) {
    guard let type = Self.etherType, let number = Self.protocolNumber else { return }
    match.set(type, to: UInt64(etherType ?? 0), mask: etherType == nil ? 0 : 0xffff)
    match.set(number, to: 0, mask: 0)
  }

  /// What the frame begins with is another header now.
  private mutating func change(packetType: PacketType) {
    guard let slot = Self.packetType else { return }
    match.set(slot, to: UInt64(packetType.namespace) << 16 | UInt64(packetType.type), mask: 0xffff_ffff)
  }

  /// Without its Ethernet header a frame is of the type that this header says, if it is known. What another header
  /// hides is known only where the frame is.
  private mutating func takeOffHeader() {
    if satisfies(.ethernet) {
      change(packetType: .etherType(match.etherType ?? 0))
    } else {
      change(packetType: .unknown)
      change(etherType: nil)
    }
  }

  /// Makes it what is known behind `action`.
  mutating func apply(_ action: Action) {
    switch action {
    case .pushVLAN:
      match.set(Self.innerTag, to: match.value(at: Self.outerTag), mask: match.mask(at: Self.outerTag))
      match.set(Self.outerTag, to: FlowKey.vlanPresent, mask: FlowKey.vlanPresent)
    case .popVLAN:
      match.set(Self.outerTag, to: match.value(at: Self.innerTag), mask: match.mask(at: Self.innerTag))
      match.set(Self.innerTag, to: 0, mask: 0)
    case .setVLANID(_, let pushIfAbsent), .setVLANPriority(_, let pushIfAbsent):
      if pushIfAbsent { addTag() }
    case .setField(let set): apply(set)
    case .pushMPLS(let type), .popMPLS(let type): change(etherType: type)
    case .encapsulate(let encapsulation):
      if encapsulation.packetType != .ethernet { change(etherType: encapsulation.packetType.type) }
      change(packetType: encapsulation.packetType)
    case .decapsulate: takeOffHeader()
    default: break
    }
  }

  private mutating func apply(_ set: Action.SetField) {
    switch set.field.name {
    case "dl_vlan", "dl_vlan_pcp": addTag()
    case "vlan_tci" where set.mask & UInt128(FlowKey.vlanPresent) != 0:
      match.set(
        Self.outerTag, to: UInt64(truncatingIfNeeded: set.value) & FlowKey.vlanPresent,
        mask: FlowKey.vlanPresent)
    default: break
    }
  }

  private mutating func addTag() {
    match.set(Self.outerTag, to: FlowKey.vlanPresent, mask: FlowKey.vlanPresent)
  }
}
