import Bytes

/// Headers that lie behind others: what `pop_mpls` and `decap` uncover.
extension FlowKey {
  /// Makes everything that comes from the frame's headers 0.
  public mutating func clearHeaders() {
    for word in Word.firstOfFrame..<Word.firstCold { words[word] = 0 }
    for word in Word.firstColdOfFrame..<Self.wordCount { words[word] = 0 }
    words[Word.packetType] &= 0xffff_ffff
  }

  /// The headers that `other` has, and what begins it.
  public mutating func takeHeaders(of other: borrowing FlowKey) {
    for word in Word.firstOfFrame..<Word.firstCold { words[word] = other.words[word] }
    for word in Word.firstColdOfFrame..<Self.wordCount { words[word] = other.words[word] }
    words[Word.packetType] =
      words[Word.packetType] & 0xffff_ffff | other.words[Word.packetType] & ~0xffff_ffff
  }

  /// Reads a network header, an EtherType of `type` announces it, and what is behind it, into this key, whose
  /// words for both must be 0. Nothing is read when `offset` is not inside the frame.
  public mutating func fillNetwork(_ type: UInt16, from frame: borrowing RawSpan, at offset: Int) {
    guard offset >= 0, offset <= frame.byteCount else { return }
    var layout = FrameLayout()
    extractNetwork(type, frame, at: offset, layout: &layout)
  }

  /// Reads a whole Ethernet frame that begins at `offset`. Returns how many bytes its header takes; `nil` when it is
  /// malformed.
  public mutating func fillFrame(from frame: borrowing RawSpan, at offset: Int) -> Int? {
    guard offset >= 0, offset <= frame.byteCount else { return nil }
    var layout = FrameLayout()
    return fill(from: frame.extracting(offset..<frame.byteCount), layout: &layout) ? layout.payload : nil
  }
}

extension FlowKey {
  /// Whether frames of that type begin with a label stack.
  @inlinable
  public static func isMPLS(_ etherType: UInt16) -> Bool { etherType == 0x8847 || etherType == 0x8848 }

  /// Bytes behind the IP packet at `offset`, by its own length: what fills a frame up to the shortest that Ethernet has. 0
  /// when there is no whole packet of that type.
  public static func paddingLength(_ type: UInt16, in frame: borrowing RawSpan, at offset: Int) -> Int {
    let rest = frame.byteCount - offset
    guard offset >= 0 else { return 0 }
    let length: Int
    switch type {
    case 0x0800 where rest >= 20: length = Int(frame.load(UInt16.self, at: offset + 2))
    case 0x86dd where rest >= 40: length = Int(frame.load(UInt16.self, at: offset + 4)) + 40
    default: return 0
    }
    return length >= 20 && length <= rest ? rest - length : 0
  }

  /// Bytes of the network service header at `offset`, 8 to 252; `nil` when it is not whole.
  public static func lengthOfNSH(in frame: borrowing RawSpan, at offset: Int) -> Int? {
    guard offset >= 0, frame.byteCount - offset >= 8 else { return nil }
    let length = Int(frame.load(UInt32.self, at: offset) >> 16 & 0x3f) * 4
    return length >= 8 && length <= frame.byteCount - offset ? length : nil
  }
}
