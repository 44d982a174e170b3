import Actions
import Classifier
import Match

/// Ways out of the translation: what was done to the key is done to the frame, then the frame leaves.
extension Translator {
  /// Emits the output of the frame as `key` describes it.
  mutating func emitOutput(_ port: PortIndex, maximumLength: UInt32) {
    commit()
    emit(.output(port: port, maximumLength: maximumLength))
  }

  mutating func sendToController(
    maximumLength: UInt16, reason: PacketInReason, controllerID: UInt16, meter: UInt32, rule: Rule?
  ) {
    commit()
    guard snapshotCount < Self.maximumSnapshots else { return fail(.programTooLong) }
    unsafe (snapshots + snapshotCount).initialize(to: key.value)
    measurePacketIn(with: meter)
    emit(
      .controller(
        bridge: bridge, table: UInt8(truncatingIfNeeded: table), snapshot: UInt8(snapshotCount),
        maximumLength: maximumLength, reason: reason, controllerID: controllerID, rule: rule?.id ?? .max))
    snapshotCount += 1
  }

  /// Brings the frame to what the key says.
  mutating func commit() {
    guard isDirty else { return }
    isDirty = false
    commitTags()
    commit(FlowKey.Word.firstOfFrame, FlowKey.Word.firstCold)
    if key.hasColdWords { commit(FlowKey.Word.firstColdOfFrame, FlowKey.wordCount) }
  }

  /// Brings the words from `start` up to, but not including `end`, of the frame to what the key says.
  private mutating func commit(_ start: Int, _ end: Int) {
    for word in start..<end where word != FlowKey.Word.vlan {
      let difference = frame[word] ^ key[word]
      guard difference != 0 else { continue }
      emit(.set(value: key[word], mask: difference, word: UInt8(word)))
      frame[word] = key[word]
    }
  }

  /// Pops what is not to stay, then pushes what is new; a pop with a push behind it replaces the tag.
  private mutating func commitTags() {
    guard frameTags != tags else { return }
    var pops = frameTags.popCount(towards: tags)
    var pushes = tags.count - (frameTags.count - pops)
    if pops > 0, pushes > 0 {
      pops -= 1
      pushes -= 1
      for _ in 0..<pops { emit(.popTag) }
      emit(.setTag(tags.tag(at: pushes)))
    } else {
      for _ in 0..<pops { emit(.popTag) }
    }
    while pushes > 0 {
      pushes -= 1
      emit(.pushTag(tags.tag(at: pushes)))
    }
    frameTags = tags
  }
}
