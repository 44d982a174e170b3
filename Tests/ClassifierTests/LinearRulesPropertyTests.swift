import Classifier
import Match
import TestKit
import Testing

/// A handful of rules, which are compared one after the other.
@Suite struct LinearRulesPropertyTests {
  /// The answer is that of the list, and it holds for each key that agrees in the bits noted.
  @Test(arguments: 0..<24 as Range<UInt64>)
  func answersDependOnNothingButWhatIsNoted(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var subject = FlowClassifier()
    var twin = LinearClassifier()
    let (reference, noted) = (KeyReference.allocate(), KeyReference.allocate())
    defer {
      reference.deallocate()
      noted.deallocate()
    }
    for count in 1...8 {
      let match = FlowMatch(
        key: FlowClassifierPropertyTests.key(&random), mask: FlowClassifierPropertyTests.key(&random))
      let mask = Mask(match)
      let rule = Rule.allocate(
        table: 0, priority: .random(in: 0...4, using: &random), sequence: UInt64(count),
        words: match.wordValues, hash: mask.hash(match.wordValues), program: [UInt64](), now: 0, id: 0)
      subject.insert(rule, mask: mask)
      twin.rules.append((rule, match))
      #expect(subject.structure.compared == count)
      for _ in 0..<40 {
        let key = FlowClassifierPropertyTests.key(&random)
        reference.value = key
        noted.value = FlowKey()
        let answer = subject.lookup(reference, noting: noted)
        if answer != twin.lookup(key) { Issue.record("differs on \(key), seed \(seed)") }
        var other = FlowClassifierPropertyTests.key(&random)
        for word in other.words.indices {
          let bits = noted.value.words[word]
          other.words[word] = other.words[word] & ~bits | key.words[word] & bits
        }
        if twin.lookup(other) != answer { Issue.record("depends on more than it notes, seed \(seed)") }
      }
    }
    for each in twin.rules {
      subject.remove(each.rule, mask: Mask(each.match))
      each.rule.deallocate()
    }
    #expect(subject.structure == TableStructure())
  }
}
