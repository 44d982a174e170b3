/// Subtables in an order that their owner keeps.
///
/// # Memory
/// One array, replaced when it grows and freed, with its subtables, by `deinit`; indices are checked against `count`,
/// which is at most its capacity.
@safe struct SubtableList: ~Copyable {
  private var subtables: UnsafeMutablePointer<Subtable>
  private var capacity = 4
  private(set) var count = 0

  init() { unsafe subtables = .allocate(capacity: 4) }

  deinit {
    unsafe subtables.deinitialize(count: count)
    unsafe subtables.deallocate()
  }

  subscript(index: Int) -> Subtable {
    @inline(__always) _read {
      precondition(index < count, "a mask behind the last one")
      yield unsafe subtables[index]
    }
    @inline(__always) _modify {
      precondition(index < count, "a mask behind the last one")
      yield unsafe &subtables[index]
    }
  }

  /// The subtable of the rules with this mask.
  func index(of mask: Mask) -> Int? {
    for i in 0..<count where unsafe subtables[i].mask == mask { return i }
    return nil
  }

  /// That of the rules with the mask that `bits` has in the words of `wordSet`.
  func index(ofWords wordSet: UInt64, _ bits: KeyReference) -> Int? {
    for i in 0..<count where unsafe subtables[i].hasMask(wordSet, bits) { return i }
    return nil
  }

  /// - Returns: its index.
  mutating func append(_ subtable: consuming Subtable) -> Int {
    if count == capacity {
      let larger = UnsafeMutablePointer<Subtable>.allocate(capacity: capacity * 2)
      unsafe larger.moveInitialize(from: subtables, count: count)
      unsafe subtables.deallocate()
      unsafe subtables = larger
      capacity *= 2
    }
    unsafe (subtables + count).initialize(to: subtable)
    count += 1
    return count - 1
  }

  /// Takes one out; those behind it move up.
  mutating func remove(at index: Int) -> Subtable {
    precondition(index < count, "a mask behind the last one")
    let gone = unsafe (subtables + index).move()
    unsafe (subtables + index).moveInitialize(from: subtables + index + 1, count: count - index - 1)
    count -= 1
    return gone
  }

  // MARK: By priority

  /// Restores the descending order of highest priorities after that of one rose.
  mutating func moveUp(_ index: Int) {
    var i = index
    while i > 0, unsafe subtables[i - 1].maximumPriority < subtables[i].maximumPriority {
      swap(i - 1, i)
      i -= 1
    }
  }

  /// Restores it after that of one fell.
  mutating func moveDown(_ index: Int) {
    var i = index
    while i + 1 < count, unsafe subtables[i].maximumPriority < subtables[i + 1].maximumPriority {
      swap(i, i + 1)
      i += 1
    }
  }

  private mutating func swap(_ i: Int, _ j: Int) {
    let spare = unsafe (subtables + i).move()
    unsafe (subtables + i).moveInitialize(from: subtables + j, count: 1)
    unsafe (subtables + j).initialize(to: spare)
  }

  /// Calls `body` with every rule and its mask, in no particular order.
  func forEach(_ body: (Rule, Mask) -> Void) {
    for i in 0..<count {
      let mask = unsafe subtables[i].mask
      unsafe subtables[i].forEach { body($0, mask) }
    }
  }
}
