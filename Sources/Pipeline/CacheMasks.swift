import Match
import Classifier

/// The masks of a flow cache, the most used first. They are few: a mask more is a probe more for frames that find
/// nothing.
///
/// # Memory
/// Owns its masks, which are made by `init` and freed by `deinit`.
@safe struct CacheMasks: ~Copyable {
  static var limit: Int { 8 }

  private let masks: UnsafeMutablePointer<CacheMask>
  private(set) var count = 0
  private var lastID: UInt32 = 0
  private let salts = CacheSalts()

  init() {
    unsafe masks = .allocate(capacity: Self.limit)
    for i in 0..<Self.limit { unsafe (masks + i).initialize(to: .allocate()) }
  }

  deinit {
    for i in 0..<Self.limit { unsafe masks[i].deallocate() }
    unsafe masks.deallocate()
  }

  @inline(__always)
  subscript(index: Int) -> CacheMask { unsafe masks[index] }

  /// That of flows of which nothing matters but by which port they came.
  @inline(__always)
  var ofPort: CacheMask? {
    for i in 0..<count where unsafe masks[i].isOfPort { return unsafe masks[i] }
    return nil
  }

  /// The mask with the bits of `bits`, a new one if need be. `nil` when there is no room for one.
  mutating func mask(of bits: KeyReference) -> CacheMask? {
    for i in 0..<count where unsafe masks[i].isMask(bits) { return unsafe masks[i] }
    if count == Self.limit {
      // Flows of the one that goes are found no more, as its number is not used again, and go with time.
      guard unsafe masks[count - 1].hits == 0 else { return nil }
      count -= 1
    }
    lastID += 1
    unsafe masks[count].set(bits, id: lastID, salts)
    unsafe masks[count].hits = 1
    count += 1
    return unsafe masks[count - 1]
  }

  /// Puts the most used first and forgets half of what they were used.
  mutating func rank() {
    for i in 0..<count {
      var j = i
      while j > 0, unsafe masks[j - 1].hits < masks[j].hits {
        unsafe swap(&masks[j - 1], &masks[j])
        j -= 1
      }
    }
    for i in 0..<count { unsafe masks[i].hits /= 2 }
  }
}
