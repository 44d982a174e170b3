import Match

/// The word of a `FlowKey` that holds the two outermost tags, with the operations on it.
///
/// Outer TPID 16 | outer TCI 16 | inner TPID 16 | inner TCI 16; bit 0x1000 of a TCI says that the tag is
/// there. Tags deeper than two are in the frame only.
struct VLANTags {
  var word: UInt64
  /// What a push moved out of the word, so that the next pop brings it back.
  private var below: UInt32 = 0

  @inline(__always) init(_ word: UInt64) { self.word = word }

  /// TPID 16 | TCI 16 with the present bit; 0 when absent.
  @inline(__always) var outer: UInt32 {
    get { UInt32(truncatingIfNeeded: word >> 32) }
    set { word = word & 0xffff_ffff | UInt64(newValue) << 32 }
  }
  @inline(__always) var inner: UInt32 { UInt32(truncatingIfNeeded: word) }
  @inline(__always) var hasTag: Bool { word >> 32 & FlowKey.vlanPresent != 0 }
  /// 0 when there is no tag.
  @inline(__always) var vlanID: UInt16 { UInt16(truncatingIfNeeded: word >> 32) & 0xfff }
  /// PCP in its place in the TCI: bits 15 to 13.
  @inline(__always) var priorityBits: UInt16 { UInt16(truncatingIfNeeded: word >> 32) & 0xe000 }
  @inline(__always) var tpid: UInt16 { UInt16(truncatingIfNeeded: word >> 48) }

  @inline(__always)
  static func tag(tpid: UInt16, tci: UInt16) -> UInt32 { UInt32(tpid) << 16 | UInt32(tci) | 0x1000 }

  /// Adds a tag in front.
  @inline(__always)
  mutating func push(_ tag: UInt32) {
    below = inner
    word = UInt64(tag) << 32 | word >> 32
  }

  @inline(__always)
  mutating func pop() {
    word = word << 32 | UInt64(below)
    below = 0
  }

  /// Makes the word consistent after bits of the outer TCI were written one by one: without the present bit
  /// there is no tag, with it there is one and has a TPID.
  mutating func normalise(hadTag: Bool) {
    if hasTag {
      if tpid == 0 { outer |= 0x8100_0000 }
    } else if hadTag {
      pop()
    } else {
      outer = 0
    }
  }
}
