import Classifier
import Match

/// The rule tables: a lookup among rules of few and many masks. Lookups of frames with a rule, and of frames without.
func classifierSuite() {
  for masks in [1, 8, 32] {
    for rules in [1_000, 100_000] {
      for hits in [true, false] {
        lookup(rules: rules, masks: masks, hits: hits)
      }
    }
  }
  part("classifier: insert and remove, 8 masks", operations: 10_000, allocates: true) {
    let table = Table(rules: 10_000, masks: 8)
    return {
      for i in 0..<10_000 {
        table.classifier.remove(table.rules[i].rule, mask: table.rules[i].mask)
        table.classifier.insert(table.rules[i].rule, mask: table.rules[i].mask)
      }
    }
  }
}

private func lookup(rules: Int, masks: Int, hits: Bool) {
  let count = 200_000
  part("classifier: \(rules) rules of \(masks) masks, \(hits ? "hit" : "miss")", operations: count) {
    let table = Table(rules: rules, masks: masks)
    let key = KeyReference.allocate()
    key.restore(Table.key(0), hasColdWords: false)
    // A fixed sequence that looks random: each lookup meets another rule.
    return {
      var flow = 1
      for _ in 0..<count {
        flow = (flow * 48_271) % 2_147_483_647
        let wanted = Table.key(flow % rules + (hits ? 0 : 1 << 24))
        key[FlowKey.Word.ipv4] = wanted.words[FlowKey.Word.ipv4]
        key[FlowKey.Word.transport] = wanted.words[FlowKey.Word.transport]
        blackHole(table.classifier.lookup(key)?.id)
      }
    }
  }
}

private final class Table {
  var classifier = FlowClassifier()
  private(set) var rules: [(rule: Rule, mask: Mask)] = []

  init(rules count: Int, masks: Int) {
    let shapes = (0..<masks).map { Self.mask($0) }
    for flow in 0..<count {
      let match = FlowMatch(key: Self.key(flow), mask: shapes[flow % masks])
      let mask = Mask(match)
      let rule = Rule.allocate(
        table: 0, priority: 100, sequence: UInt64(flow), words: match.wordValues,
        hash: mask.hash(match.wordValues),
        program: [UInt64](), now: 0, id: UInt32(flow))
      rules.append((rule, classifier.insert(rule, mask: mask)))
    }
  }

  deinit {
    for (rule, mask) in rules {
      classifier.remove(rule, mask: mask)
      rule.deallocate()
    }
  }

  /// The key of a UDP frame whose destination and ports say the flow.
  static func key(_ flow: Int) -> FlowKey {
    var key = FlowKey()
    key.words[FlowKey.Word.ethernetDestination] = 0x0200_0001_0000 << 16 | 0x0800
    key.words[FlowKey.Word.ipv4] = UInt64(0x0a00_0001) << 32 | UInt64(0x0a00_0000 + flow)
    key.words[FlowKey.Word.transport] = UInt64(flow) << 32
    return key
  }

  /// All of these bits; each further mask leaves out one more of the destination.
  private static func mask(_ number: Int) -> FlowKey {
    var mask = FlowKey()
    mask.words[FlowKey.Word.ethernetDestination] = 0xffff
    mask.words[FlowKey.Word.ipv4] = 0xffff_ffff << UInt64(number) & 0xffff_ffff
    mask.words[FlowKey.Word.transport] = 0xffff_ffff << 32
    return mask
  }
}
