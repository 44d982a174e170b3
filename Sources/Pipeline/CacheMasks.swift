import Match
import Classifier

/// The masks of a flow cache, the most used first. They are few: a mask more is a probe more for frames that find
/// nothing.
///
/// There may be one more in front of them, the joint mask, which has the bits of all others (`JointGauge`).
///
/// # Memory
/// Owns its masks, which are made by `init` and freed by `deinit`.
@safe struct CacheMasks: ~Copyable {
  static var limit: Int { 8 }

  private let masks: UnsafeMutablePointer<CacheMask>
  private(set) var count = 0
  private var lastID: UInt32 = 0
  private let salts = CacheSalts()
  /// Whether the first one is the joint mask.
  private(set) var hasJoint = false
  /// The bits of all masks, and of those that there was no room for.
  private let union = KeyReference.allocate()

  init() {
    unsafe masks = .allocate(capacity: Self.limit + 1)
    for i in 0...Self.limit { unsafe (masks + i).initialize(to: .allocate()) }
  }

  deinit {
    for i in 0...Self.limit { unsafe masks[i].deallocate() }
    unsafe masks.deallocate()
    union.deallocate()
  }

  @inline(__always)
  subscript(index: Int) -> CacheMask { unsafe masks[index] }

  /// That of flows of which nothing matters but by which port they came.
  @inline(__always)
  var ofPort: CacheMask? {
    for i in 0..<count where unsafe masks[i].isOfPort { return unsafe masks[i] }
    return nil
  }

  /// The mask with the bits of `bits`, a new one if need be; if there is no room for one the joint mask, if it has
  /// them all, else `nil`.
  mutating func mask(of bits: KeyReference) -> CacheMask? {
    for i in 0..<count where unsafe masks[i].isMask(bits) { return unsafe masks[i] }
    for word in 0..<FlowKey.Word.firstCold { union[word] |= bits[word] }
    let first = hasJoint ? 1 : 0
    if count == Self.limit + first {
      // Flows of the one that goes are found no more, as its number is not used again, and go with time.
      guard unsafe masks[count - 1].hits == 0 else {
        return unsafe hasJoint && masks[0].covers(bits) ? masks[0] : nil
      }
      count -= 1
    }
    append(bits)
    return unsafe masks[count - 1]
  }

  /// Precondition: there is room.
  private mutating func append(_ bits: KeyReference) {
    lastID += 1
    unsafe masks[count].set(bits, id: lastID, salts)
    unsafe masks[count].hits = 1
    count += 1
  }

  /// Puts the most used first, behind the joint mask, and forgets half of what they were used.
  mutating func rank() {
    let first = hasJoint ? 1 : 0
    for i in first..<max(count, first) {
      var j = i
      while j > first, unsafe masks[j - 1].hits < masks[j].hits {
        unsafe swap(&masks[j - 1], &masks[j])
        j -= 1
      }
    }
    for i in 0..<count { unsafe masks[i].hits /= 2 }
  }

  /// Puts a mask with the bits of all others in front of them.
  mutating func join() {
    guard !hasJoint, count > 0 else { return }
    hasJoint = true
    for i in 0..<count where unsafe masks[i].isMask(union) { return move(i, to: 0) }
    append(union)
    move(count - 1, to: 0)
  }

  /// Takes that mask away. Its flows are found no more.
  mutating func part() {
    guard hasJoint else { return }
    hasJoint = false
    move(0, to: count - 1)
    count -= 1
    for word in 0..<FlowKey.Word.firstCold { union[word] = 0 }
    for i in 0..<count { unsafe masks[i].add(to: union) }
  }

  private mutating func move(_ from: Int, to target: Int) {
    var i = from
    while i != target {
      let next = i < target ? i + 1 : i - 1
      unsafe swap(&masks[i], &masks[next])
      i = next
    }
  }
}
