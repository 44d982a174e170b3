/// What workers know of a bridge's groups or meters, by OpenFlow number.
///
/// # Structure
/// Open addressing with linear probing, at most two thirds full. Removal moves later entries of a run back, so
/// there are no tombstones and a run is never longer than it must be.
///
/// # Memory and threads
/// Owns its entries: freed by `deinit`, replaced as a whole when they grow. What the values lead to belongs to
/// the caller. One thread writes while no other reads (`LeftRight`), then any number read.
@safe struct NumberTable<Value: BitwiseCopyable>: ~Copyable {
  /// The number of an entry that is none: `OFPM_ALL` and `OFPG_ANY`, which nothing can have as its own.
  private static var free: UInt32 { .max }
  /// 2 to the power of 32 divided by the golden ratio, for Knuth's multiplicative hash.
  private static var factor: UInt32 { 0x9e37_79b1 }

  private var numbers: UnsafeMutablePointer<UInt32>
  /// Initialized where the number is not `free`.
  private var values: UnsafeMutablePointer<Value>
  private var capacityBits = 2
  private(set) var count = 0

  init() {
    unsafe numbers = .allocate(capacity: 4)
    unsafe numbers.initialize(repeating: Self.free, count: 4)
    unsafe values = .allocate(capacity: 4)
  }

  deinit {
    unsafe numbers.deallocate()
    unsafe values.deallocate()
  }

  private var capacity: Int { 1 &<< capacityBits }

  /// Where the search for `number` begins.
  @inline(__always)
  private func home(_ number: UInt32) -> Int { Int((number &* Self.factor) &>> UInt32(32 &- capacityBits)) }

  /// Where `number` is, or the free place where it would be put.
  @inline(__always)
  private func position(of number: UInt32) -> Int {
    var position = home(number)
    while true {
      let other = unsafe numbers[position]
      if other == number || other == Self.free { return position }
      position = (position &+ 1) & (capacity &- 1)
    }
  }

  /// The value of `number`.
  @inline(__always)
  func value(_ number: UInt32) -> Value? {
    let position = position(of: number)
    return unsafe numbers[position] == Self.free ? nil : values[position]
  }

  /// Makes `value` that of `number`, in place of the one it has.
  mutating func set(_ value: Value, for number: UInt32) {
    precondition(number != Self.free, "a number that nothing can have")
    if (count + 1) * 3 > capacity * 2 { grow() }
    place(value, for: number)
  }

  private mutating func place(_ value: Value, for number: UInt32) {
    let position = position(of: number)
    if unsafe numbers[position] == Self.free { count += 1 }
    unsafe numbers[position] = number
    unsafe (values + position).initialize(to: value)
  }

  private mutating func grow() {
    let (oldNumbers, oldValues) = unsafe (numbers, values)
    let oldCapacity = capacity
    capacityBits += 1
    count = 0
    unsafe numbers = .allocate(capacity: capacity)
    unsafe numbers.initialize(repeating: Self.free, count: capacity)
    unsafe values = .allocate(capacity: capacity)
    for i in 0..<oldCapacity where unsafe oldNumbers[i] != Self.free {
      unsafe place(oldValues[i], for: oldNumbers[i])
    }
    unsafe oldNumbers.deallocate()
    unsafe oldValues.deallocate()
  }

  /// Takes `number` out, if it is there.
  mutating func remove(_ number: UInt32) {
    var hole = position(of: number)
    guard number != Self.free, unsafe numbers[hole] == number else { return }
    var position = hole
    while true {
      position = (position + 1) & (capacity - 1)
      let other = unsafe numbers[position]
      if other == Self.free { break }
      // It may move back to the hole unless its home lies between the hole and where it is.
      guard (position - home(other)) & (capacity - 1) >= (position - hole) & (capacity - 1) else { continue }
      unsafe numbers[hole] = other
      unsafe values[hole] = values[position]
      hole = position
    }
    unsafe numbers[hole] = Self.free
    count -= 1
  }
}
