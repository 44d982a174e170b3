/// Bob Jenkins' hash "lookup3" of little-endian words, which Open vSwitch shows to rules: `multipath` and `bundle` choose
/// links by it. Source: Jenkins, "Hash functions for hash table lookup", 2006 (public domain).
struct JenkinsHash {
  private var a: UInt32
  private var b: UInt32
  private var c: UInt32

  /// Of `words`, which are what `byteCount` bytes hold, the last one filled up with 0; `wordCount` of them count.
  static func of(
    _ words: InlineArray<8, UInt32>, byteCount: Int, basis: UInt32
  ) -> UInt32 {
    var state = JenkinsHash(byteCount: byteCount, basis: basis)
    var index = 0
    var rest = byteCount
    while rest >= 12 {
      state.add(words[index], words[index + 1], words[index + 2])
      state.mix()
      index += 3
      rest -= 12
    }
    guard rest > 0 else { return state.c }
    state.add(words[index], rest > 4 ? words[index + 1] : 0, rest > 8 ? words[index + 2] : 0)
    state.finish()
    return state.c
  }

  private init(byteCount: Int, basis: UInt32) {
    a = 0xdead_beef &+ UInt32(truncatingIfNeeded: byteCount) &+ basis
    b = a
    c = a
  }

  private mutating func add(_ x: UInt32, _ y: UInt32, _ z: UInt32) {
    a &+= x
    b &+= y
    c &+= z
  }

  private static func rotated(_ x: UInt32, _ count: UInt32) -> UInt32 { x << count | x >> (32 - count) }

  private mutating func mix() {
    for (first, second, third) in [(4, 6, 8), (16, 19, 4)] as [(UInt32, UInt32, UInt32)] {
      a = a &- c ^ Self.rotated(c, first)
      c &+= b
      b = b &- a ^ Self.rotated(a, second)
      a &+= c
      c = c &- b ^ Self.rotated(b, third)
      b &+= a
    }
  }

  private mutating func finish() {
    c = (c ^ b) &- Self.rotated(b, 14)
    a = (a ^ c) &- Self.rotated(c, 11)
    b = (b ^ a) &- Self.rotated(a, 25)
    c = (c ^ b) &- Self.rotated(b, 16)
    a = (a ^ c) &- Self.rotated(c, 4)
    b = (b ^ a) &- Self.rotated(a, 14)
    c = (c ^ b) &- Self.rotated(b, 24)
  }
}

/// Austin Appleby's MurmurHash3 for 32 bits, word by word. Source: github.com/aappleby/smhasher (public domain). A word of
/// 0 is only rotated in, as in Open vSwitch.
enum MurmurHash {
  static func add(_ hash: UInt32, _ word: UInt32) -> UInt32 {
    let product = word &* 0xcc9e_2d51
    let mixed = hash ^ (product << 15 | product >> 17) &* 0x1b87_3593
    return (mixed << 13 | mixed >> 19) &* 5 &+ 0xe654_6b64
  }

  static func finish(_ hash: UInt32, _ final: UInt32) -> UInt32 {
    var hash = hash ^ final
    hash ^= hash >> 16
    hash = hash &* 0x85eb_ca6b
    hash ^= hash >> 13
    hash = hash &* 0xc2b2_ae35
    return hash ^ hash >> 16
  }

  /// Of two words.
  static func of(_ x: UInt32, _ y: UInt32) -> UInt32 { finish(add(add(x, 0), y), 8) }
}
