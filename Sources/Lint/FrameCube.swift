import Actions
import Match

/// What is known of the frames that come by some way: a match, changed by actions as they change frames. Where it
/// is not known what an action writes, nothing is known afterwards; so a match holds every frame that can be there,
/// and maybe others.
extension FlowMatch {
  private typealias Word = FlowKey.Word

  mutating func forget(word: Int) { set(Slot(word, 0, 64), to: 0, mask: 0) }

  mutating func forget(_ words: some Sequence<Int>) { for word in words { forget(word: word) } }

  /// Forgets the bits of `mask`.
  mutating func forget(bits mask: FlowKey) {
    for word in 0..<FlowKey.wordCount where mask.words[word] != 0 {
      let (known, value) = self[word: word]
      set(Slot(word, 0, 64), to: value, mask: known & ~mask.words[word])
    }
  }

  mutating func forget(_ subfield: Subfield) {
    write(subfield, 0, known: 0)
  }

  /// Makes frames come from `port`.
  mutating func setInPort(_ port: PortNumber) {
    set(Slot(Word.ingress, 32, 32), to: FlowKey.ingress(port.rawValue) >> 32)
  }

  /// Puts the bits of `value` that are `known` into some bits of a field.
  private mutating func write(_ target: Subfield, _ value: UInt128, known: UInt128) {
    guard !target.field.hasVariableLength else { return }
    let ones = target.ones << UInt128(target.offset)
    let mask = target.field.mask(in: self) & ~ones | (known << UInt128(target.offset)) & ones
    let new = target.field.value(in: self) & ~ones | (value << UInt128(target.offset)) & ones
    set(target.field, to: new & mask, mask: mask)
  }

  /// Does to all frames what `action` does, as far as it stays done when the action is over.
  mutating func apply(_ action: Action) {
    switch action {
    case .setField(let set):
      guard !set.field.hasVariableLength else { return }
      let mask = set.field.mask(in: self) | set.mask
      let value = set.field.value(in: self) & ~set.mask | set.value
      self.set(set.field, to: value & mask, mask: mask)
    case .move(let source, let target):
      guard !source.field.hasVariableLength else { return forget(target) }
      let value = source.field.value(in: self) >> UInt128(source.offset)
      let known = source.field.mask(in: self) >> UInt128(source.offset)
      write(target, value & target.ones, known: known & target.ones)
    case .writeMetadata(let value, let mask):
      let (known, old) = self[word: Word.metadata]
      set(Slot(Word.metadata, 0, 64), to: old & ~mask | value & mask, mask: known | mask)
    case .setTunnel(let id, _): set(Slot(Word.tunnelID, 0, 64), to: id)
    case .setEthernetSource: forget(word: Word.ethernetSource)
    case .setEthernetDestination: set(Slot(Word.ethernetDestination, 16, 48), to: 0, mask: 0)
    case .pushVLAN, .popVLAN, .setVLANID, .setVLANPriority: forget(word: Word.vlan)
    case .setIPv4Source, .setIPv4Destination: forget(word: Word.ipv4)
    case .setIPDSCP, .setIPECN, .setIPTTL, .decrementTTL, .decrementTTLOrInform: forget(word: Word.ip)
    case .setTransportSource, .setTransportDestination: forget(word: Word.transport)
    case .pushMPLS, .popMPLS, .encapsulate, .decapsulate, .setMPLSLabel, .setMPLSTrafficClass, .setMPLSTTL,
      .decrementMPLSTTL, .decrementNSHTTL:
      forget(Word.firstOfFrame..<Word.firstCold)
      forget(Word.firstColdOfFrame..<FlowKey.wordCount)
      forget(word: Word.packetType)
    case .pop(let target): forget(target)
    case .multipath(let multipath): forget(multipath.target)
    case .bundle(let bundle): if let target = bundle.target { forget(target) }
    case .checkPacketLarger(let check): forget(check.target)
    case .learn(let learn): if let result = learn.result { forget(result) }
    case .connectionTrack, .clearConnection: forget(Word.connection..<Word.firstColdOfFrame)
    case .output, .outputTruncated, .outputField, .controller, .enqueue, .setQueue, .popQueue, .group, .push,
      .deleteField, .resubmit, .exit, .meter, .clearActions, .writeActions, .gotoTable, .nat, .clone,
      .conjunction, .sample, .finTimeout, .note:
      break
    }
  }
}

extension Subfield {
  /// As many ones as it has bits.
  fileprivate var ones: UInt128 { bits >= 128 ? ~0 : (1 << UInt128(bits)) - 1 }
}

/// The bits that any of a subject's actions may write.
struct WrittenBits {
  private(set) var mask = FlowKey()

  init(_ lists: some Sequence<[Action]>) {
    var everything = FlowMatch()
    for word in 0..<FlowKey.wordCount { everything.set(Slot(word, 0, 64), to: 0) }
    var left = everything
    for list in lists {
      list.forEachAction { action in
        var written = everything
        if case .setField(let set) = action {
          // What is written is known, but is other bits.
          left.forget(Subfield(field: set.field))
        } else if case .writeMetadata = action {
          left.forget(word: FlowKey.Word.metadata)
        } else if case .move(_, let target) = action {
          left.forget(target)
        } else if case .setTunnel = action {
          left.forget(word: FlowKey.Word.tunnelID)
        } else {
          written.apply(action)
          for word in 0..<FlowKey.wordCount where written[word: word].mask != ~0 {
            let (known, _) = left[word: word]
            left.set(Slot(word, 0, 64), to: 0, mask: known & written[word: word].mask)
          }
        }
      }
    }
    for word in 0..<FlowKey.wordCount { mask.words[word] = ~left[word: word].mask }
  }
}
