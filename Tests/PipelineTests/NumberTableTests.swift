import TestKit
import Testing

@testable import Pipeline

@Suite struct NumberTableTests {
  /// Numbers whose homes are few, so that runs are long and wrap around, and a few that are far apart.
  private static func number(_ random: inout SeededGenerator) -> UInt32 {
    switch UInt8.random(in: 0..<4, using: &random) {
    case 0: .random(in: 0..<12, using: &random)
    case 1: .random(in: 0xffff_fff0..<0xffff_ffff, using: &random)
    // Multiples of a power of two agree in the low bits.
    case 2: .random(in: 0..<16, using: &random) << 28
    default: .random(in: 0..<1000, using: &random)
    }
  }

  /// Whatever is put in and taken out, the table holds what a dictionary holds.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func agreesWithADictionary(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var subject = NumberTable<UInt64>()
    var twin: [UInt32: UInt64] = [:]
    var seen: Set<UInt32> = [.max]
    for step in 0..<3000 {
      let number = Self.number(&random)
      seen.insert(number)
      // Grows for a while, then shrinks, and again.
      if UInt8.random(in: 0..<10, using: &random) < (step / 500 % 2 == 0 ? 7 : 3) {
        let value = UInt64.random(in: .min ... .max, using: &random)
        subject.set(value, for: number)
        twin[number] = value
      } else {
        subject.remove(number)
        twin[number] = nil
      }
      guard step % 50 == 49 else { continue }
      for number in seen { #expect(subject.value(number) == twin[number], "step \(step), number \(number)") }
      #expect(subject.count == twin.count)
    }
  }

  @Test func nothingIsFoundUnderTheNumberOfAll() {
    var subject = NumberTable<Int>()
    subject.set(1, for: 5)
    subject.remove(.max)
    #expect(subject.value(.max) == nil)
    #expect(subject.value(5) == 1)
    #expect(subject.count == 1)
  }
}
