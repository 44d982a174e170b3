import Classifier
import Match
import Testing

/// Which structures tables choose.
@Suite struct TableStructureTests {
  /// Rules, by what they look at.
  struct Case: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// The prefix lengths of rules on `word`'s lowest 32 bits, or on the 64 of two words.
    var lengths: [Int] = []
    var word = FlowKey.Word.ipv4
    var isLong = false
    /// So many other rules, each with a mask of its own.
    var others = 0
    var structure: String

    static let all = [
      Case(testDescription: "no rules", structure: "0 rules by hash (0 masks)"),
      Case(
        testDescription: "a few lengths", lengths: [8, 16, 24, 32] + [24, 24, 24, 24],
        structure: "8 rules one after the other"),
      Case(
        testDescription: "one length more than steps",
        lengths: [0, 8, 12, 16, 24, 32, 32, 32, 32, 32, 32, 32],
        structure: "12 rules by prefix of nw_dst (6 lengths)"),
      Case(
        testDescription: "as many lengths as steps", lengths: [0, 8, 16, 24, 32, 32, 32, 32, 32, 32, 32, 32],
        structure: "12 rules by hash (5 masks)"),
      Case(testDescription: "one rule", others: 1, structure: "1 rule one after the other"),
      Case(testDescription: "as many as are compared", others: 8, structure: "8 rules one after the other"),
      Case(testDescription: "one more", others: 9, structure: "9 rules by hash (9 masks)"),
      Case(
        testDescription: "short prefixes", lengths: [1, 2, 3, 4, 5, 6, 7, 7, 7, 7, 7, 7],
        structure: "12 rules by prefix of nw_dst (7 lengths)"),
      Case(
        testDescription: "many lengths of a long field", lengths: Array(1...16),
        word: FlowKey.Word.ipv6Destination,
        isLong: true, structure: "16 rules by prefix of ipv6_dst (16 lengths)"),
      Case(testDescription: "masks of something else", others: 12, structure: "12 rules by hash (12 masks)"),
      Case(
        testDescription: "routes and others", lengths: Array(8...32), others: 3,
        structure: "25 rules by prefix of nw_dst (25 lengths), 3 by hash (3 masks)"),
    ]

    func match(_ length: Int, _ number: Int) -> FlowMatch {
      var mask = FlowKey()
      var key = FlowKey()
      let bits = isLong ? 64 : 32
      if length > 0 { mask.words[word] = (UInt64.max >> UInt64(64 - length)) << UInt64(bits - length) }
      mask.words[FlowKey.Word.ethernetDestination] = 0xffff
      key.words[word] = UInt64(number) << 8
      return FlowMatch(key: key, mask: mask)
    }
  }

  private static func insert(
    _ match: FlowMatch, _ number: Int, into table: inout FlowClassifier, annex: Rule.Annex = .none
  ) -> (Rule, Mask) {
    let mask = Mask(match)
    let rule = Rule.allocate(
      table: 0, priority: 1, sequence: UInt64(number), words: match.wordValues,
      hash: mask.hash(match.wordValues), program: [UInt64](), annex: annex, now: 0, id: 0)
    return (rule, table.insert(rule, mask: mask))
  }

  private static func fill(_ table: inout FlowClassifier, _ each: Case) -> [(Rule, Mask)] {
    var rules: [(Rule, Mask)] = []
    for i in 0..<each.others {
      var mask = FlowKey()
      mask.words[FlowKey.Word.transport] = UInt64(i + 1) << 32
      rules.append(insert(FlowMatch(key: FlowKey(), mask: mask), rules.count, into: &table))
    }
    for length in each.lengths {
      rules.append(insert(each.match(length, rules.count), rules.count, into: &table))
    }
    return rules
  }

  @Test(arguments: Case.all)
  func chooses(each: Case) {
    var table = FlowClassifier()
    let rules = Self.fill(&table, each)
    #expect(table.structure.description == each.structure)
    for (rule, mask) in rules {
      table.remove(rule, mask: mask)
      rule.deallocate()
    }
    #expect(table.structure == TableStructure())
  }

  /// A part of a conjunctive match sends routes back to hash tables at once, and they stay there as long as it does.
  @Test func leavesTreesToTablesWithoutConjunctions() {
    var table = FlowClassifier()
    var rules = Self.fill(&table, Case(testDescription: "", lengths: Array(1...32), structure: ""))
    let (soft, mask) = Self.insert(
      FlowMatch(), 1000, into: &table, annex: .clauses([Clause(id: 1, number: 0, of: 2)]))
    #expect(table.structure.description == "33 rules by hash (33 masks)")
    rules += Self.fill(&table, Case(testDescription: "", lengths: Array(1...32), structure: ""))
    #expect(table.structure.description == "65 rules by hash (33 masks)")
    table.remove(soft, mask: mask)
    soft.deallocate()
    rules += Self.fill(&table, Case(testDescription: "", lengths: Array(1...32), structure: ""))
    #expect(table.structure.description == "96 rules by prefix of nw_dst (32 lengths)")
    for (rule, mask) in rules {
      table.remove(rule, mask: mask)
      rule.deallocate()
    }
  }

  /// When nearly all lengths have gone, what is left goes back.
  @Test func givesUpTreesThatAreNotWorthIt() {
    var table = FlowClassifier()
    let lengths = Array(1...32) + [Int](repeating: 32, count: 11)
    var rules = Self.fill(&table, Case(testDescription: "", lengths: lengths, structure: ""))
    for (rule, mask) in rules.dropLast(12) {
      table.remove(rule, mask: mask)
      rule.deallocate()
    }
    rules.removeFirst(rules.count - 12)
    // Not with each change, but soon.
    for _ in 0..<8 {
      table.remove(rules[0].0, mask: rules[0].1)
      table.insert(rules[0].0, mask: rules[0].1)
    }
    #expect(table.structure.description == "12 rules by hash (1 mask)")
    for (rule, _) in rules { rule.deallocate() }
  }
}
