import Match

/// A frame's VLAN tags as far as they are known: the two outermost ones, which a key shows in one word, and up
/// to two that pushes moved below them, so that pops bring them back.
///
/// In the key's word: outer TPID 16 | outer TCI 16 | inner TPID 16 | inner TCI 16; bit 0x1000 of a TCI says that
/// the tag is there. Tags deeper than two that a frame arrives with are in the frame only.
struct VLANTags: Equatable {
  /// Four tags from the outermost to the innermost, 0 for none.
  private var tags: UInt128

  @inline(__always) init(_ word: UInt64) { tags = UInt128(word) << 64 }

  /// What a key shows.
  @inline(__always) var word: UInt64 {
    get { UInt64(truncatingIfNeeded: tags >> 64) }
    set { tags = UInt128(newValue) << 64 | UInt128(UInt64(truncatingIfNeeded: tags)) }
  }
  /// TPID 16 | TCI 16 with the present bit; 0 when absent.
  @inline(__always) var outer: UInt32 {
    get { UInt32(truncatingIfNeeded: word >> 32) }
    set { word = word & 0xffff_ffff | UInt64(newValue) << 32 }
  }
  @inline(__always) var inner: UInt32 { UInt32(truncatingIfNeeded: word) }
  @inline(__always) var hasTag: Bool { word >> 32 & FlowKey.vlanPresent != 0 }
  /// 0 when there is no tag.
  @inline(__always) var vlanID: UInt16 { UInt16(truncatingIfNeeded: word >> 32) & 0xfff }
  /// That of the second tag; 0 when there is none.
  @inline(__always) var innerVLANID: UInt16 { UInt16(truncatingIfNeeded: word) & 0xfff }
  /// PCP in its place in the TCI: bits 15 to 13.
  @inline(__always) var priorityBits: UInt16 { UInt16(truncatingIfNeeded: word >> 32) & 0xe000 }
  @inline(__always) var tpid: UInt16 { UInt16(truncatingIfNeeded: word >> 48) }

  @inline(__always)
  static func tag(tpid: UInt16, tci: UInt16) -> UInt32 { UInt32(tpid) << 16 | UInt32(tci) | 0x1000 }

  /// Whether no other tag can be remembered.
  @inline(__always) var isFull: Bool { UInt32(truncatingIfNeeded: tags) != 0 }

  /// Adds a tag in front. Precondition: not full.
  @inline(__always)
  mutating func push(_ tag: UInt32) { tags = UInt128(tag) << 96 | tags >> 32 }

  @inline(__always)
  mutating func pop() { tags <<= 32 }

  /// How many are known.
  var count: Int { 4 - tags.trailingZeroBitCount / 32 }

  /// How many of these tags have to be popped until the rest is the lower end of `other`.
  func popCount(towards other: VLANTags) -> Int {
    var rest = self
    var popped = 0
    while rest.tags != 0 {
      let longer = other.count - rest.count
      if longer >= 0, other.tags << UInt128(longer * 32) == rest.tags { break }
      rest.pop()
      popped += 1
    }
    return popped
  }

  /// The tag at `depth`, 0 for the outermost one.
  func tag(at depth: Int) -> UInt32 { UInt32(truncatingIfNeeded: tags >> UInt128(96 - depth * 32)) }

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
