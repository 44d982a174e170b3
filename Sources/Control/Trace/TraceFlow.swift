import Match

/// The frame that a trace is about, as the text of a flow: every field is given whole, and what is not given is 0.
enum TraceFlow {
  /// The key that `text` spells, written like a rule's match: `in_port=1,tcp,nw_dst=10.0.0.1,tp_dst=80`.
  ///
  /// - Throws: what is wrong with the text; a mask is refused, for a frame has values.
  static func key(of text: String, ports: PortLookup) throws(CommandError) -> FlowKey {
    let match: FlowMatch
    do throws(FlowSyntaxError) {
      match = try FlowMatch(parsing: text[...], ports: ports)
    } catch {
      throw CommandError("FLOW: \(error.caret(in: text))")
    }
    if let field = firstMasked(in: match) {
      throw CommandError(
        "FLOW: \(field.name) has a mask; a frame has a value in every field: give \(field.name) whole")
    }
    guard match.tunnelMetadata.isEmpty else {
      throw CommandError("FLOW: tunnel options (tun_metadata0 to tun_metadata63) cannot be traced")
    }
    return completed(match)
  }

  /// A field of which `match` demands some bits and of which no field that is given whole covers the others.
  private static func firstMasked(in match: FlowMatch) -> Field? {
    var covered = FlowKey()
    // Says that there is a tag; no field has it alone.
    covered.words[FlowKey.Word.vlan] = FlowKey.vlanPresent << 32 | FlowKey.vlanPresent
    let fields = Field.all.filter { !$0.hasVariableLength }
    for field in fields where field.mask(in: match) == field.allOnes {
      for slot in field.slots { covered[slot] = ~0 }
    }
    return fields.first { field in
      field.slots.contains { slot in
        match.mask(at: slot) & ~covered[slot] != 0
      }
    }
  }

  /// The key with what the fields given imply: a port that is said, and the TPID of a tag.
  private static func completed(_ match: FlowMatch) -> FlowKey {
    typealias W = FlowKey.Word
    var key = match.key
    let hasPort = match[word: W.ingress].mask != 0
    key.words[W.ingress] = FlowKey.ingress(
      hasPort ? UInt16(truncatingIfNeeded: key.words[W.ingress] >> 48) : PortNumber.none.rawValue)
    for shift in [32, 0] as [UInt64]
    where key.words[W.vlan] >> shift & FlowKey.vlanPresent != 0
      && key.words[W.vlan] >> (shift + 16) & 0xffff == 0
    {
      key.words[W.vlan] |= 0x8100 << (shift + 16)
    }
    return key
  }
}
