import Classifier
import Match
import TestKit
import Testing

/// The simple twin: every rule in a list.
struct LinearClassifier {
  var rules: [(rule: Rule, match: FlowMatch)] = []

  func lookup(_ key: FlowKey) -> Rule? {
    rules.filter { $0.match.matches(key) }
      .max { ($0.rule.priority, $1.rule.sequence) < ($1.rule.priority, $0.rule.sequence) }?.rule
  }
}

@Suite struct FlowClassifierPropertyTests {
  /// A key whose few words take few values, so that random rules overlap.
  static func key(_ random: inout SeededGenerator) -> FlowKey {
    var key = FlowKey()
    for word in [0, 10, 14, 23, 44] { key.words[word] = UInt64.random(in: 0...3, using: &random) }
    return key
  }

  /// Whatever is inserted and removed, the classifier answers as the list does.
  @Test(arguments: 0..<24 as Range<UInt64>)
  func agreesWithTheList(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var subject = FlowClassifier()
    var twin = LinearClassifier()
    var sequence: UInt64 = 0
    let reference = KeyReference.allocate()
    defer { reference.deallocate() }
    for _ in 0..<300 {
      if Int.random(in: 0..<3, using: &random) == 0,
        let index = twin.rules.indices.randomElement(using: &random)
      {
        let gone = twin.rules.remove(at: index)
        subject.remove(gone.rule, mask: Mask(gone.match))
        gone.rule.deallocate()
      } else {
        sequence += 1
        let match = FlowMatch(key: Self.key(&random), mask: Self.key(&random))
        let mask = Mask(match)
        let words = match.wordValues
        let rule = Rule.allocate(
          table: 0, priority: .random(in: 0...4, using: &random), sequence: sequence, words: words,
          hash: mask.hash(words), program: [UInt64](), now: 0, id: 0)
        subject.insert(rule, mask: mask)
        twin.rules.append((rule, match))
      }
      for _ in 0..<8 {
        let key = Self.key(&random)
        reference.value = key
        if subject.lookup(reference) != twin.lookup(key) { Issue.record("differs on \(key), seed \(seed)") }
      }
      if subject.count != twin.rules.count { Issue.record("counts differ, seed \(seed)") }
    }
    for each in twin.rules {
      let mask = Mask(each.match)
      let found = subject.find(
        mask: mask, words: each.match.wordValues, priority: each.rule.priority)
      #expect(found?.priority == each.rule.priority)
      each.rule.deallocate()
    }
  }
}
