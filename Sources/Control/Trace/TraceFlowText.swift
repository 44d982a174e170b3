import Match

/// Keys as the text of flows.
enum TraceFlowText {
  private typealias W = FlowKey.Word

  /// All fields that the headers of the frame give it, and of its metadata those that are not 0.
  static func text(of key: FlowKey, names: PortNaming) -> String {
    var match = FlowMatch(of: key)
    match.demandAll(of: W.ingress, in: key, mask: 0xffff << 48)
    for word in [Int](1..<W.firstOfFrame) + [Int](W.firstCold..<W.firstColdOfFrame) {
      // Two registers share a word; only those that hold something are shown.
      for half in [0xffff_ffff << 32, 0xffff_ffff] as [UInt64] {
        let isWhole = word == W.metadata || word == W.tunnelID
        let mask = isWhole ? ~0 : half
        if key.words[word] & mask != 0 { match.demandAll(of: word, in: key, mask: mask) }
      }
    }
    return match.description(names: names)
  }

  /// The bits that an answer depended on, as the match of all frames that have the same answer. What says how
  /// they are to be read comes with them.
  static func megaflow(_ bits: FlowKey, of key: FlowKey, names: PortNaming) -> String {
    var match = FlowMatch(key: key, mask: complete(bits, of: key))
    match.demandAll(of: W.recirculation, in: key, mask: 0xffff_ffff)
    return match.description(names: names)
  }

  /// `bits`, without those of headers that the frame does not have and of metadata that it did not come with, which
  /// are 0 for all frames like it, and with the fields without which others could not be told from each other: port, EtherType, protocol,
  /// fragment.
  static func complete(_ bits: FlowKey, of key: FlowKey) -> FlowKey {
    var mask = bits
    let headers = FlowMatch(of: key).mask
    for word in 0..<FlowKey.wordCount {
      let isOfFrame = W.firstOfFrame..<W.firstCold ~= word || word >= W.firstColdOfFrame
      mask.words[word] &= isOfFrame ? headers.words[word] : key.words[word] == 0 ? 0 : ~0
    }
    mask.words[W.ingress] = 0xffff << 48
    mask.words[W.ethernetDestination] |= 0xffff
    let type = key.words[W.ethernetDestination] & 0xffff
    if type == 0x0806 || type == 0x8035, mask.words[W.ip] & 0xffff << 24 != 0 {
      mask.words[W.ip] |= 0xffff << 24
    }
    guard type == 0x0800 || type == 0x86dd else { return mask }
    mask.words[W.ip] |= 0xff
    if mask.words[W.transport] != 0 || mask.words[W.ndTarget] | mask.words[W.ndTarget + 1] != 0 {
      mask.words[W.ip] |= 0xff << 24
    }
    return mask
  }
}

extension FlowMatch {
  fileprivate mutating func demandAll(of word: Int, in key: FlowKey, mask: UInt64) {
    let old = self[word: word]
    let bits = old.mask | mask
    self.set(Slot(word, 0, 64), to: key.words[word] & bits, mask: bits)
  }
}
