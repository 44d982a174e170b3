import Classifier
import Match

/// Actions on label stacks. OpenFlow 1.3.5 section 5.12; what that leaves open as in Open vSwitch.
///
/// Stacks are changed lazily, like fields: when the frame leaves it gets the entries that the key has.
extension Translator {
  /// A new entry: a copy of the one below, or, over IP, with TTL and traffic class of the packet.
  mutating func pushMPLS(_ type: UInt16) {
    var labels = LabelStack(key)
    let count = key.labelCount
    guard count < LabelStack.capacity else { return fail(.tooManyLabels) }
    if count > 0 {
      labels.push(labels[0] & ~LabelStack.bottom)
    } else {
      commit()
      let entry = isIP ? entryOverIP : Self.firstEntry(over: key.networkType)
      clearNetwork()
      labels = LabelStack()
      labels.push(entry)
    }
    labels.store(in: key)
    key.networkType = type
    isDirty = true
  }

  /// Label 0, for IPv6 2 (explicit null, RFC 3032 section 2.1), TTL 64, at the bottom.
  static func firstEntry(over type: UInt16) -> UInt32 {
    (type == 0x86dd ? 2 << 12 : 0) | LabelStack.bottom | 64
  }

  private var entryOverIP: UInt32 {
    let ip = key[FlowKey.Word.ip]
    let ttl = UInt32(truncatingIfNeeded: ip >> 8) & 0xff
    let dscp = UInt32(truncatingIfNeeded: ip >> 18) & 0x3f
    let entry = Self.firstEntry(over: key.networkType) | (dscp & 7) << 9
    return ttl == 0 ? entry : entry & ~0xff | ttl
  }

  /// What lies behind the Ethernet header is no longer seen.
  private func clearNetwork() {
    key.clear(FlowKey.Word.ip, FlowKey.Word.firstCold)
    for word in FlowKey.Word.firstColdOfFrame..<FlowKey.wordCount { key[word] = 0 }
  }

  mutating func popMPLS(_ type: UInt16) {
    guard popLabel() else { return }
    key.networkType = type
    if !FlowKey.isMPLS(type) { uncover() }
  }

  /// Takes the outermost entry off the key's stack. `false` when there is none, or the frame was given up.
  mutating func popLabel() -> Bool {
    var labels = LabelStack(key)
    guard key.labelCount > 0 else { return false }
    guard !labels.isLonger else {
      fail(.tooManyLabels)
      return false
    }
    labels.pop()
    labels.store(in: key)
    isDirty = true
    return true
  }

  /// Puts `value` into the bits of `mask` of the outermost entry.
  mutating func setMPLS(_ value: UInt32, mask: UInt32) {
    guard FlowKey.isMPLS(key.networkType) else { return }
    var labels = LabelStack(key)
    labels[0] = labels[0] & ~mask | value & mask
    labels.store(in: key)
    isDirty = true
  }

  /// `false` when the rest of the list is to be left out: the TTL ends, or there is none.
  mutating func decrementMPLSTTL() -> Bool {
    guard FlowKey.isMPLS(key.networkType) else { return false }
    let ttl = LabelStack(key)[0] & 0xff
    guard ttl > 1 else {
      because(.ttlExpired)
      return false
    }
    setMPLS(ttl - 1, mask: 0xff)
    return true
  }

  // MARK: Commit

  /// Brings the frame's label stack to what the key says.
  mutating func commitLabels() {
    let wanted = LabelStack(key)
    let type = key.networkType
    let count = key.labelCount
    var labels = LabelStack(frame)
    var frameCount = frame.labelCount
    var common = wanted.common(count, with: labels, frameCount)
    guard common < max(count, frameCount) else { return }
    while frameCount > common {
      if frameCount == common + 1, count > common {
        let entry = wanted[count - frameCount]
        emit(.set(value: UInt64(entry) << 32, mask: 0xffff_ffff << 32, word: UInt8(FlowKey.Word.mpls)))
        labels[0] = entry
        common += 1
      } else {
        popFrameLabel(FlowKey.isMPLS(type) || frameCount == 1 ? type : 0x8847)
        labels.pop()
        frameCount -= 1
      }
    }
    while frameCount < count {
      let entry = wanted[count - frameCount - 1]
      emit(.pushLabel(entry, etherType: type), longerBy: 4)
      layers.pushedLabels += 1
      frame.networkType = type
      labels.push(entry)
      frameCount += 1
    }
    labels.store(in: frame)
  }

  private mutating func popFrameLabel(_ type: UInt16) {
    emit(.popLabel(etherType: type), longerBy: -4)
    frame.networkType = type
    labelIsGone()
  }

  /// An entry of the frame is gone.
  mutating func labelIsGone() {
    if layers.pushedLabels > 0 { layers.pushedLabels -= 1 } else { layers.offset += 4 }
  }
}
