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
    if isNoting { notes.refuse() }
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
    guard key.hasColdWords || frame.hasColdWords else {
      isDirty = false
      commitTags()
      return commit(FlowKey.Word.firstOfFrame, FlowKey.Word.firstCold)
    }
    commitHeaders()
    commitPriority()
    // Under a label stack, or when it is of another type than the key says, nothing of the packet is changed.
    guard key.networkType == frame.networkType, !FlowKey.isMPLS(key.networkType) else { return }
    commit(FlowKey.Word.ip, FlowKey.Word.firstCold)
    commit(FlowKey.Word.nsh, FlowKey.wordCount)
  }

  /// Gives the frame the headers that the key has, and leaves alone what is in those behind the last label.
  mutating func commitHeaders() {
    isDirty = false
    commitTags()
    commitEthernet()
    commitLabels()
  }

  /// Brings the Ethernet header to what the key says, or takes it off.
  private mutating func commitEthernet() {
    if key.isEthernet {
      if !frame.isEthernet {
        frame.setEthernet(true)
        lengthChange.now += 14
      }
      for word in [FlowKey.Word.ethernetDestination, FlowKey.Word.ethernetSource] {
        let difference = (frame[word] ^ key[word]) & ~0xffff
        guard difference != 0 else { continue }
        emit(.set(value: key[word], mask: difference, word: UInt8(word)))
        frame[word] ^= difference
      }
    } else if frame.isEthernet {
      emit(.popEthernet, longerBy: -14)
      frame.setEthernet(false)
      frameTags = tags
      isIrreversible = true
    }
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
      for _ in 0..<pops { emit(.popTag, longerBy: -4) }
      emit(.setTag(tags.tag(at: pushes)))
    } else {
      for _ in 0..<pops { emit(.popTag, longerBy: -4) }
    }
    while pushes > 0 {
      pushes -= 1
      emit(.pushTag(tags.tag(at: pushes)), longerBy: 4)
    }
    frameTags = tags
  }
}
