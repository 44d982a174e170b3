import Wire

/// Puts a match together from its terms, which may come in any order.
///
/// Terms are first collected, then applied by rank: EtherType, IP protocol and fragment, ICMP type, the others; for what
/// `nw_src` or `tp_src` means, and whether a field may stand in the match at all, follows from those before.
/// A term whose prerequisite the match lacks is refused; without the prerequisite it would read bits of a header
/// that is not there. Terms that contradict each other are refused, since no frame could match.
package struct FlowMatchParser {
  private struct Term {
    var name: String
    /// Places in `Field.all`, see `MatchKeyword.Meaning.field`.
    var fields: [Int]
    /// The one of `fields` that is meant, once that is known.
    var resolved: Int?
    var rank: Int
    var value: UInt128
    var mask: UInt128
    /// Where the name starts, and where the value does.
    var offset: Int
    var valueOffset: Int
  }

  private var terms: [Term] = []
  private var tunnelMetadata: [TunnelMetadataMatch] = []

  package init() {}

  /// Forgets all terms taken.
  package mutating func removeAll() {
    terms.removeAll(keepingCapacity: true)
    tunnelMetadata.removeAll()
  }

  /// Takes one term.
  ///
  /// - Parameters:
  ///   - term: a term of `text`.
  ///   - text: what was scanned.
  ///   - offset: bytes from the start of the whole text to `text`, for errors.
  ///   - ports: finds ports by name.
  ///   - otherNames: words that the caller reads itself, for suggestions.
  /// - Throws: `FlowSyntaxError` when there is no such field, or the value is none of the field's.
  package mutating func add(
    _ term: TermScanner.Term, of text: borrowing Span<UInt8>, at offset: Int, ports: PortLookup,
    otherNames: [String] = []
  ) throws(FlowSyntaxError) {
    let keyOffset = offset + term.key.lowerBound
    if try addTunnelMetadata(term, of: text, at: offset) { return }
    guard let keyword = MatchKeyword.named(text.extracting(term.key)) else {
      let name = String(copying: text.extracting(term.key))
      let nearest = nearestName(to: name, among: MatchKeyword.names + otherNames)
      throw FlowSyntaxError(.unknown(kind: "field", name: name, nearest: nearest), at: keyOffset)
    }
    switch keyword.meaning {
    case .shorthand(let etherType, let ipProtocol):
      guard term.value == nil else {
        throw FlowSyntaxError(.unexpectedValue(of: keyword.name), at: offset + term.key.upperBound)
      }
      if let etherType { imply("eth_type", UInt128(etherType.rawValue), rank: 0, by: keyword, at: keyOffset) }
      if let ipProtocol {
        imply("nw_proto", UInt128(ipProtocol.rawValue), rank: 1, by: keyword, at: keyOffset)
      }
    case .field(let fields):
      let place = term.value ?? term.key.upperBound..<term.key.upperBound
      let field = Field.all[fields[0]]
      guard !field.isInternal else {
        let because = "in a rule: no message of OpenFlow can name it"
        throw FlowSyntaxError(.notAllowed(field.name, because: because), at: keyOffset)
      }
      let isUntagged = field.name == "dl_vlan" && NumberText.parse(text.extracting(place)) == Self.untagged
      let (value, mask) =
        isUntagged
        ? (UInt128(Self.untagged), field.allOnes)
        : try field.parse(text.extracting(place), at: offset + place.lowerBound, ports: ports)
      terms.append(
        Term(
          name: keyword.name, fields: fields, rank: keyword.rank, value: value, mask: mask, offset: keyOffset,
          valueOffset: offset + place.lowerBound))
    }
  }

  /// The match of all terms taken since the last call, and starts anew.
  ///
  /// - Throws: `FlowSyntaxError` when a term lacks its prerequisite or contradicts another one.
  package mutating func finish() throws(FlowSyntaxError) -> FlowMatch {
    defer { removeAll() }
    var match = FlowMatch()
    for rank in 0..<MatchKeyword.rankCount {
      for i in terms.indices where terms[i].rank == rank { try apply(i, to: &match) }
    }
    for option in tunnelMetadata { match.demand(option) }
    return match
  }
}

extension FlowMatchParser {
  /// `dl_vlan=0xffff` (OpenFlow 1.0's `OFP_VLAN_NONE`) demands that there is no tag.
  static var untagged: UInt64 { 0xffff }

  private static var fragmentSlot: Slot { Slot(FlowKey.Word.ip, 0, 8) }
  private static let packetType = Field.known("packet_type")

  /// Takes the part of a protocol shorthand that demands `value` of `field`.
  private mutating func imply(
    _ field: String, _ value: UInt128, rank: Int, by keyword: MatchKeyword, at offset: Int
  ) {
    guard let index = Field.all.firstIndex(where: { $0.name == field }) else { return }
    terms.append(
      Term(
        name: keyword.name, fields: [index], rank: rank, value: value, mask: Field.all[index].allOnes,
        offset: offset, valueOffset: offset))
  }

  /// Takes the term if it is about one of `tun_metadata0` to `tun_metadata63`.
  private mutating func addTunnelMetadata(
    _ term: TermScanner.Term, of text: borrowing Span<UInt8>, at offset: Int
  ) throws(FlowSyntaxError) -> Bool {
    guard let index = TunnelMetadataText.index(of: text.extracting(term.key)) else { return false }
    let place = term.value ?? term.key.upperBound..<term.key.upperBound
    let option = try TunnelMetadataText.parse(
      term.value == nil ? nil : String(copying: text.extracting(place)), index: index,
      at: offset + place.lowerBound)
    guard !tunnelMetadata.contains(where: { $0.index == index }) else {
      throw FlowSyntaxError(.repeated("tun_metadata\(index)"), at: offset + term.key.lowerBound)
    }
    tunnelMetadata.append(option)
    return true
  }

  /// Adds what term `i` demands to `match`.
  private mutating func apply(_ i: Int, to match: inout FlowMatch) throws(FlowSyntaxError) {
    let index = try resolve(i, in: match)
    terms[i].resolved = index
    if Field.all[index] == Self.packetType, terms[i].value == 0 { return }
    let (first, second) = demands(of: i)
    if match.overlaps(first) || second.map(match.overlaps) ?? false { try compareWithOthers(i, first) }
    match.add(first)
    if let second { match.add(second) }
  }

  /// Which field term `i` means, given all terms of lower rank; fits value and mask to its width.
  private mutating func resolve(_ i: Int, in match: FlowMatch) throws(FlowSyntaxError) -> Int {
    let term = terms[i]
    let found = term.fields.first { index in
      let prerequisite = Field.all[index].prerequisite
      // What is demanded of a tag demands the tag, too.
      return prerequisite == .vlan || prerequisite.isMet(by: match)
    }
    guard let found else {
      var unfragmented = match
      unfragmented.set(Self.fragmentSlot, to: 0, mask: 0)
      if term.fields.contains(where: { Field.all[$0].prerequisite.isMet(by: unfragmented) }) {
        let because = "with nw_frag=later: later fragments have no transport header"
        throw FlowSyntaxError(.notAllowed(term.name, because: because), at: term.offset)
      }
      let spellings = term.fields.flatMap { Field.all[$0].prerequisite.spellings }
      throw FlowSyntaxError(.missingPrerequisite(of: term.name, anyOf: spellings), at: term.offset)
    }
    let field = Field.all[found]
    let ones = field.allOnes
    if found != term.fields[0], ones != Field.all[term.fields[0]].allOnes {
      guard term.mask == Field.all[term.fields[0]].allOnes else {
        throw FlowSyntaxError(.maskNotAllowed(of: field.name), at: term.valueOffset)
      }
      guard term.value <= ones else {
        let reason = FlowSyntaxError.Reason.outOfRange(
          of: field.name, value: String(term.value), allowed: 0...UInt64(ones))
        throw FlowSyntaxError(reason, at: term.valueOffset)
      }
      terms[i].mask = ones
    }
    return found
  }

  /// Refuses term `i` when a term applied earlier is about the same field and says something else, or demands
  /// other bits in the place of `demand`.
  private func compareWithOthers(_ i: Int, _ demand: FlowMatch.Demand) throws(FlowSyntaxError) {
    let term = terms[i]
    for (j, other) in terms.enumerated() where j != i && other.resolved != nil {
      let isSame = other.value == term.value && other.mask == term.mask
      if other.resolved == term.resolved && !isSame {
        let reason: FlowSyntaxError.Reason =
          other.name == term.name ? .repeated(term.name) : .conflict(of: term.name, with: other.name)
        throw FlowSyntaxError(reason, at: max(term.offset, other.offset))
      }
      if other.resolved != term.resolved && demands(of: j).0.contradicts(demand) {
        throw FlowSyntaxError(.conflict(of: term.name, with: other.name), at: term.offset)
      }
    }
  }

  /// What term `i`, resolved, demands; twice for 128 bits.
  private func demands(of i: Int) -> (FlowMatch.Demand, FlowMatch.Demand?) {
    let term = terms[i]
    let field = Field.all[term.resolved ?? term.fields[0]]
    let low = UInt64(truncatingIfNeeded: term.value)
    let lowMask = UInt64(truncatingIfNeeded: term.mask)
    let slot = field.slots[field.slots.count - 1]
    switch field.name {
    case "dl_vlan" where low == Self.untagged:
      return (.init(slot: Slot(slot.word, slot.shift, 16), value: 0, mask: 0xffff), nil)
    case "dl_vlan":
      let present = FlowKey.vlanPresent
      return (
        .init(slot: Slot(slot.word, slot.shift, 13), value: low | present, mask: lowMask | present), nil
      )
    case "dl_vlan_pcp", "vlan_pcp":
      // The bit below is the one that says that there is a tag.
      return (
        .init(slot: Slot(slot.word, slot.shift - 1, 4), value: low << 1 | 1, mask: lowMask << 1 | 1), nil
      )
    case "nw_tos":
      // ECN has a field of its own: ovs-fields(7) ignores it here.
      return (.init(slot: slot, value: low & 0xfc, mask: lowMask & 0xfc), nil)
    case "in_port_oxm":
      // In a match the port is one of 16 bits.
      return (.init(slot: slot, value: low & 0xffff, mask: 0xffff), nil)
    case "arp_op":
      // As in a key, the lower eight bits count.
      return (.init(slot: slot, value: low & 0xff, mask: lowMask), nil)
    default:
      let demand = FlowMatch.Demand(slot: slot, value: low, mask: lowMask)
      guard field.slots.count == 2 else { return (demand, nil) }
      let high = FlowMatch.Demand(
        slot: field.slots[0], value: UInt64(term.value >> 64), mask: UInt64(term.mask >> 64))
      return (demand, high)
    }
  }
}

extension FlowMatch {
  /// Bits that a term demands in one slot, right-justified.
  fileprivate struct Demand {
    var slot: Slot
    var value: UInt64
    var mask: UInt64

    /// Whether no frame could fulfil both.
    func contradicts(_ other: Demand) -> Bool {
      guard slot.word == other.slot.word else { return false }
      let common = mask << UInt64(slot.shift) & other.mask << UInt64(other.slot.shift)
      return (value << UInt64(slot.shift) ^ other.value << UInt64(other.slot.shift)) & common != 0
    }
  }

  fileprivate func overlaps(_ demand: Demand) -> Bool { mask(at: demand.slot) & demand.mask != 0 }

  fileprivate mutating func add(_ demand: Demand) {
    let old = value(at: demand.slot)
    set(demand.slot, to: old | demand.value, mask: mask(at: demand.slot) | demand.mask)
  }
}
