import Classifier
import Match

/// The outermost entries of a label stack, as many as a key has room for. RFC 3032 section 2.1.
///
/// An entry: label 20 | traffic class 3 | bottom of stack 1 | TTL 8.
struct LabelStack: Equatable {
  /// Entries that a key has room for, as many as Open vSwitch knows of.
  static var capacity: Int { 3 }
  static var bottom: UInt32 { 0x100 }

  /// From the outermost one on; 0 where there is none.
  private var entries = InlineArray<3, UInt32>(repeating: 0)

  init() {}

  init(_ key: KeyReference) {
    let word = key[FlowKey.Word.mpls]
    entries[0] = UInt32(truncatingIfNeeded: word >> 32)
    entries[1] = UInt32(truncatingIfNeeded: word)
    entries[2] = UInt32(truncatingIfNeeded: key[FlowKey.Word.mpls + 1] >> 32)
  }

  func store(in key: KeyReference) {
    key[FlowKey.Word.mpls] = UInt64(entries[0]) << 32 | UInt64(entries[1])
    key[FlowKey.Word.mpls + 1] = UInt64(entries[2]) << 32
  }

  static func == (a: LabelStack, b: LabelStack) -> Bool {
    a.entries[0] == b.entries[0] && a.entries[1] == b.entries[1] && a.entries[2] == b.entries[2]
  }

  subscript(index: Int) -> UInt32 {
    get { entries[index] }
    set { entries[index] = newValue }
  }

  /// How many entries there are as far as they are known: up to that at the bottom.
  var count: Int {
    var count = 0
    for i in 0..<Self.capacity {
      if entries[i] & Self.bottom != 0 { return i + 1 }
      if entries[i] != 0 { count += 1 }
    }
    return count
  }

  /// Whether there are more entries than are known, so that what comes up when one is popped is not known.
  var isLonger: Bool { count == Self.capacity && entries[Self.capacity - 1] & Self.bottom == 0 }

  /// Precondition: there is room for another one.
  mutating func push(_ entry: UInt32) {
    entries[2] = entries[1]
    entries[1] = entries[0]
    entries[0] = entry
  }

  mutating func pop() {
    entries[0] = entries[1]
    entries[1] = entries[2]
    entries[2] = 0
  }

  /// How many of the innermost `count` entries are also the innermost of `otherCount` ones.
  func common(_ count: Int, with other: LabelStack, _ otherCount: Int) -> Int {
    var common = 0
    while common < min(count, otherCount),
      entries[count - 1 - common] == other.entries[otherCount - 1 - common]
    {
      common += 1
    }
    return common
  }
}

extension KeyReference {
  /// Entries of the label stack that the frame begins with behind its Ethernet header; 0 if it has none.
  var labelCount: Int { FlowKey.isMPLS(networkType) ? LabelStack(self).count : 0 }
}
