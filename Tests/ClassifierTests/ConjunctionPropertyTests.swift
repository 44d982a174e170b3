import Match
import TestKit
import Testing

@testable import Classifier

/// The simple twin, as ovs-fields(7) tells it: priorities from high to low.
private struct LinearConjunctions {
  struct Entry {
    var rule: Rule
    var match: FlowMatch
    var clauses: [(id: UInt32, number: UInt8, count: UInt8)]
  }

  var entries: [Entry] = []

  func lookup(_ key: FlowKey) -> Rule? {
    let matching = entries.filter { $0.match.matches(key) }
    for priority in Set(matching.map(\.rule.priority)).sorted(by: >) {
      let level = matching.filter { $0.rule.priority == priority }
      let hard = level.filter(\.clauses.isEmpty)
      if !hard.isEmpty { return Self.best(hard) }
      var found: [Entry] = []
      for clause in level.flatMap(\.clauses) where level.count >= clause.count {
        let numbers = level.flatMap(\.clauses).filter { $0.id == clause.id && $0.count == clause.count }
        if Set(numbers.map(\.number)).count == Int(clause.count) { found += search(key, id: clause.id) }
      }
      if let answer = Self.best(found) { return answer }
    }
    return nil
  }

  /// The hard rules that match with that `conj_id` and have no soft rule with the same match above them.
  private func search(_ key: FlowKey, id: UInt32) -> [Entry] {
    var key = key
    key.words[FlowKey.Word.conjunction] = UInt64(id) << 32
    return entries.filter { entry in
      entry.clauses.isEmpty && entry.match.matches(key)
        && !entries.contains {
          $0.match == entry.match && !$0.clauses.isEmpty && $0.rule.priority > entry.rule.priority
        }
    }
  }

  private static func best(_ entries: [Entry]) -> Rule? {
    entries.max { ($0.rule.priority, $1.rule.sequence) < ($1.rule.priority, $0.rule.sequence) }?.rule
  }
}

@Suite struct ConjunctionPropertyTests {
  private final class Table {
    var subject = FlowClassifier()
    var twin = LinearConjunctions()
    private var sequence: UInt64 = 0
    let reference = KeyReference.allocate()

    func insert(
      _ match: FlowMatch, priority: UInt16, _ clauses: [(id: UInt32, number: UInt8, count: UInt8)]
    ) {
      let mask = Mask(match)
      let words = match.wordValues
      guard subject.find(mask: mask, words: words, priority: priority) == nil else { return }
      sequence += 1
      let rule = Rule.allocate(
        table: 0, priority: priority, sequence: sequence, words: words, hash: mask.hash(words),
        program: [UInt64](),
        annex: clauses.isEmpty
          ? .none : .clauses(clauses.map { Clause(id: $0.id, number: $0.number, of: $0.count) }),
        now: 0, id: 0)
      subject.insert(rule, mask: mask)
      twin.entries.append(LinearConjunctions.Entry(rule: rule, match: match, clauses: clauses))
    }

    func remove(_ index: Int) {
      let gone = twin.entries.remove(at: index)
      subject.remove(gone.rule, mask: Mask(gone.match))
      gone.rule.deallocate()
    }

    func agrees(on key: FlowKey) -> Bool {
      reference.value = key
      return subject.lookup(reference) == twin.lookup(key)
    }

    deinit {
      for each in twin.entries { each.rule.deallocate() }
      reference.deallocate()
    }
  }

  static let words = [0, 10, 14, 23]

  /// A key whose few words take few values, so that many rules match it.
  private static func key(_ random: inout SeededGenerator) -> FlowKey {
    var key = FlowKey()
    for word in words { key.words[word] = UInt64.random(in: 0...3, using: &random) }
    return key
  }

  private static func match(_ random: inout SeededGenerator, hasID: Bool) -> FlowMatch {
    var mask = FlowKey()
    for word in words where Bool.random(using: &random) {
      mask.words[word] = UInt64.random(in: 0...3, using: &random)
    }
    var value = key(&random)
    if hasID {
      mask.words[FlowKey.Word.conjunction] = 0xffff_ffff << 32
      value.words[FlowKey.Word.conjunction] = UInt64.random(in: 0...3, using: &random) << 32
    }
    return FlowMatch(key: value, mask: mask)
  }

  /// Whatever is inserted and removed, the classifier answers as the list does.
  @Test(arguments: 0..<32 as Range<UInt64>)
  func agreesWithTheList(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let table = Table()
    for step in 0..<250 {
      if step % 4 == 3, let index = table.twin.entries.indices.randomElement(using: &random) {
        table.remove(index)
      } else {
        let isSoft = Int.random(in: 0..<3, using: &random) < 2
        let clauses = (0..<(isSoft ? Int.random(in: 1...4, using: &random) : 0)).map { _ in
          let id = UInt32.random(in: 1...3, using: &random)
          return (id, UInt8.random(in: 0..<UInt8(id + 1), using: &random), UInt8(id + 1))
        }
        table.insert(
          Self.match(&random, hasID: clauses.isEmpty && Bool.random(using: &random)),
          priority: .random(in: 0...5, using: &random), clauses)
      }
      for _ in 0..<8 {
        let key = Self.key(&random)
        if !table.agrees(on: key) { Issue.record("differs on \(key), seed \(seed)") }
      }
    }
  }

  /// More soft rules match than the lookup has room for; so do fewer.
  @Test(arguments: [3, SoftMatches.capacity, SoftMatches.capacity + 1, 200])
  func findsConjunctionsOfAnyNumberOfRules(count: Int) {
    let table = Table()
    for i in 0..<count {
      var mask = FlowKey()
      mask.words[23] = UInt64(i + 1)
      let clauses: [(id: UInt32, number: UInt8, count: UInt8)] = [
        (9, UInt8(i % 64), 64), (5, UInt8(i % 3), 3), (UInt32(i), 0, 2),
      ]
      table.insert(FlowMatch(key: FlowKey(), mask: mask), priority: 7, clauses)
    }
    for id in [9, 5] as [UInt64] {
      var match = FlowMatch()
      match.set(Slot(FlowKey.Word.conjunction, 32, 32), to: id)
      table.insert(match, priority: id == 9 ? 3 : 1, [])
    }
    table.insert(FlowMatch(), priority: 0, [])
    #expect(table.agrees(on: FlowKey()))
    var other = FlowKey()
    other.words[23] = 1
    #expect(table.agrees(on: other))
    table.reference.value = FlowKey()
    #expect(table.subject.lookup(table.reference)?.priority == (count >= 64 ? 3 : 1))
    #expect(table.reference.value == FlowKey())
  }
}
