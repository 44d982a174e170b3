import TestKit

/// What generators choose with. The same seed makes the same choices.
struct Dice {
  private var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// 0 to `count` - 1.
  mutating func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
  mutating func number(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &random) }
  mutating func oneIn(_ count: Int) -> Bool { below(count) == 0 }
  mutating func pick<T>(_ list: [T]) -> T { list[below(list.count)] }
  mutating func bits() -> UInt128 { UInt128.random(in: 0...UInt128.max, using: &random) }
  mutating func seed() -> UInt64 { random.next() }
}
