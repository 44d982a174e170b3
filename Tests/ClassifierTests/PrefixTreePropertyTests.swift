import Classifier
import Match
import TestKit
import Testing

/// Tables whose rules are prefixes answer as a list does, whatever is inserted and removed.
@Suite struct PrefixTreePropertyTests {
  /// What the rules of a table look like.
  struct Shape: CustomTestStringConvertible, Sendable {
    var testDescription: String
    /// Where the addresses lie.
    var word = FlowKey.Word.ipv4
    var shift: UInt64 = 0
    var bits = 32
    var priority = Priority.byLength
    /// EtherTypes that rules demand.
    var types: [UInt64] = [0x800]
    /// Whether half of the rules are on IPv4 sources, whatever the others are on.
    var hasSources = false
    /// Of 8 rules, how many are something else.
    var others = 0
    /// Of 64 rules, how many are parts of conjunctive matches.
    var soft = 0

    enum Priority { case byLength, random, same }

    static let all = [
      Shape(testDescription: "routes"),
      Shape(testDescription: "routes, the shorter the better or not", priority: .random),
      Shape(testDescription: "routes of one priority", priority: .same),
      Shape(
        testDescription: "sources, three types", shift: 32, priority: .random, types: [0x800, 0x806, 0x808]),
      Shape(testDescription: "IPv6", word: FlowKey.Word.ipv6Destination, bits: 128),
      Shape(
        testDescription: "IPv6 sources of any priority", word: FlowKey.Word.ipv6Source, bits: 128,
        priority: .random),
      Shape(testDescription: "destinations and sources", priority: .random, hasSources: true, others: 1),
      Shape(
        testDescription: "IPv6 and IPv4", word: FlowKey.Word.ipv6Destination, bits: 128, hasSources: true),
      Shape(testDescription: "routes and others", priority: .random, others: 3),
      Shape(testDescription: "routes and conjunctions", priority: .random, others: 1, soft: 1),
    ]

    /// An address: few values for each byte, so that prefixes hold each other.
    private func address(_ random: inout SeededGenerator) -> [UInt64] {
      var bytes: [UInt64] = []
      for i in 0..<(bits / 8) {
        bytes.append(.random(in: i < 1 ? 0...1 : 0...255, using: &random) & (i % 3 == 1 ? 0xff : 0x83))
      }
      return bytes
    }

    func key(_ random: inout SeededGenerator) -> FlowKey {
      var key = FlowKey()
      for (i, byte) in address(&random).enumerated() {
        let bit = (word == FlowKey.Word.ipv4 ? 32 - Int(shift) : 0) + i * 8
        key.words[word + bit / 64] |= byte << UInt64(56 - bit % 64)
      }
      if hasSources {
        let source = address(&random)[..<4].reduce(0) { $0 << 8 | $1 }
        key.words[FlowKey.Word.ipv4] |= source << 32
      }
      key.words[FlowKey.Word.ethernetDestination] =
        (types.randomElement(using: &random) ?? 0) | UInt64.random(in: 0...1, using: &random) << 16
      key.words[FlowKey.Word.transport] = UInt64.random(in: 0...3, using: &random) << 32
      return key
    }

    func match(_ random: inout SeededGenerator) -> (FlowMatch, length: Int) {
      var mask = FlowKey()
      let isSource = hasSources && Bool.random(using: &random)
      let word = isSource ? FlowKey.Word.ipv4 : word
      let start = isSource || word != FlowKey.Word.ipv4 ? 0 : 32 - Int(shift)
      let length = Int.random(in: 0...(isSource ? 32 : bits), using: &random)
      for bit in start..<start + length { mask.words[word + bit / 64] |= 1 << UInt64(63 - bit % 64) }
      mask.words[FlowKey.Word.ethernetDestination] = 0xffff
      if Int.random(in: 0..<8, using: &random) < others {
        switch Int.random(in: 0..<4, using: &random) {
        case 0: mask = FlowKey()
        case 1: mask.words[FlowKey.Word.transport] = 0xffff_ffff << 32
        case 2: mask.words[FlowKey.Word.ethernetDestination] |= 1 << 16
        default: mask.words[word] = 0x5
        }
      }
      return (FlowMatch(key: key(&random), mask: mask), length)
    }

    func priority(_ length: Int, _ random: inout SeededGenerator) -> UInt16 {
      switch priority {
      case .byLength: UInt16(100 + length)
      case .random: .random(in: 0...5, using: &random)
      case .same: 7
      }
    }
  }

  private final class Table {
    var subject = FlowClassifier()
    var twin = LinearClassifier()
    private var sequence: UInt64 = 0
    let key = KeyReference.allocate()
    private let noted = KeyReference.allocate()
    private let keys = KeyBatch.allocate()
    private let answers = BatchAnswers.allocate()

    func insert(_ match: FlowMatch, priority: UInt16, isSoft: Bool = false) {
      let mask = Mask(match)
      let words = match.wordValues
      guard subject.find(mask: mask, words: words, priority: priority) == nil else { return }
      sequence += 1
      let rule = Rule.allocate(
        table: 0, priority: priority, sequence: sequence, words: words, hash: mask.hash(words),
        program: [UInt64](), annex: isSoft ? .clauses([Clause(id: 1, number: 0, of: 2)]) : .none, now: 0,
        id: 0)
      subject.insert(rule, mask: mask)
      twin.rules.append((rule, match))
    }

    func remove(_ index: Int) {
      let gone = twin.rules.remove(at: index)
      subject.remove(gone.rule, mask: Mask(gone.match))
      gone.rule.deallocate()
    }

    /// A soft rule alone fulfils no conjunction, so it says nothing.
    private func expected(_ key: FlowKey) -> Rule? {
      LinearClassifier(rules: twin.rules.filter { !$0.rule.isSoft }).lookup(key)
    }

    /// Alone and in a batch a frame has the list's answer, and so have all that agree with it in the bits that were noted.
    func check(_ shape: Shape, _ random: inout SeededGenerator, _ name: String) {
      let frames = FrameSet(bits: .random(in: 0 ... .max, using: &random))
      for i in 0..<KeyBatch.capacity { keys[i].value = shape.key(&random) }
      subject.lookup(keys, of: frames, into: answers)
      if !subject.hasSoftRules, answers.frames.bits != frames.bits { Issue.record("other frames, \(name)") }
      for i in 0..<KeyBatch.capacity {
        let wanted = expected(keys[i].value)
        if subject.lookup(keys[i]) != wanted { Issue.record("differs, \(name)") }
        noted.value = FlowKey()
        if subject.lookup(keys[i], noting: noted) != wanted { Issue.record("differs when it notes, \(name)") }
        let bits = noted.value
        key.value = alike(keys[i].value, bits, &random)
        if subject.lookup(key) != wanted { Issue.record("depends on other bits, \(name)") }
        guard answers.frames.contains(i) else { continue }
        if answers.rule(i) != wanted { Issue.record("differs in a batch, \(name)") }
        noted.value = FlowKey()
        subject.note(answers.extent(i), in: noted)
        if noted.value != bits { Issue.record("notes other bits in a batch, \(name)") }
      }
      if subject.count != twin.rules.count { Issue.record("counts differ, \(name)") }
    }

    /// A key with the same values in `bits` and any in the others.
    private func alike(_ key: FlowKey, _ bits: FlowKey, _ random: inout SeededGenerator) -> FlowKey {
      var other = key
      for word in 0..<FlowKey.Word.firstCold {
        // Half of the time a single bit, as deep as it may be.
        let free = ~bits.words[word]
        let change =
          Bool.random(using: &random)
          ? .random(in: 0 ... .max, using: &random)
          : free & (1 << (63 - UInt64(free.leadingZeroBitCount & 63)))
        other.words[word] ^= change & free
      }
      return other
    }

    deinit {
      for each in twin.rules { each.rule.deallocate() }
      key.deallocate()
      noted.deallocate()
      keys.deallocate()
      answers.deallocate()
    }
  }

  @Test(arguments: Shape.all, 0..<3 as Range<UInt64>)
  func agreesWithTheList(shape: Shape, seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let table = Table()
    var hadTree = false
    for step in 0..<480 {
      let shrinks = step / 160 == 1
      if Int.random(in: 0..<8, using: &random) < (shrinks ? 6 : 2),
        let index = table.twin.rules.indices.randomElement(using: &random)
      {
        table.remove(index)
      } else {
        let (match, length) = shape.match(&random)
        let isSoft = Int.random(in: 0..<64, using: &random) < shape.soft
        table.insert(match, priority: shape.priority(length, &random), isSoft: isSoft)
      }
      hadTree = hadTree || !table.subject.structure.trees.isEmpty
      if step % 8 == 0 { table.check(shape, &random, "seed \(seed), step \(step)") }
    }
    #expect(hadTree)
    for each in table.twin.rules {
      let found = table.subject.find(
        mask: Mask(each.match), words: each.match.wordValues, priority: each.rule.priority)
      #expect(found == each.rule)
    }
    var listed = 0
    table.subject.forEach { rule, mask in
      listed += 1
      if !table.twin.rules.contains(where: { $0.rule == rule && Mask($0.match) == mask }) {
        Issue.record("a rule that is not there")
      }
    }
    #expect(listed == table.twin.rules.count)
    while !table.twin.rules.isEmpty { table.remove(0) }
    #expect(table.subject.structure == TableStructure())
  }
}
