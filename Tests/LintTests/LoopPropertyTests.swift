import Actions
import Flow
import Lint
import Match
import TestKit
import Testing

/// Loops against a twin that sends every frame through the tables: what it finds to go round is reported.
@Suite struct LoopPropertyTests {
  /// Looks frames up in tables as the switch does; knows the actions of `rules`.
  private struct Twin {
    let rules: [FlowStatistics]
    var isLooping = false

    mutating func enter(_ table: UInt8, _ key: inout FlowKey, depth: Int) {
      guard depth < 64 else {
        isLooping = true
        return
      }
      let rule = rules.filter { $0.table == table && $0.match.matches(key) }.max { $0.priority < $1.priority }
      for action in rule?.actions ?? [] where !isLooping {
        switch action {
        case .setField(let set):
          set.field.store(set.field.value(in: key) & ~set.mask | set.value, in: &key)
        case .resubmit(let port, let target, _):
          let old = key.words[FlowKey.Word.ingress]
          if let port { key.words[FlowKey.Word.ingress] = FlowKey.ingress(port.rawValue) }
          enter(target ?? table, &key, depth: depth + 1)
          key.words[FlowKey.Word.ingress] = old
        default: break
        }
      }
    }
  }

  private static func rules(_ random: inout SeededGenerator) throws -> [FlowStatistics] {
    var rules: [FlowStatistics] = []
    for _ in 0..<Int.random(in: 4...12, using: &random) {
      let actions = (0..<Int.random(in: 1...3, using: &random)).map { _ in
        switch Int.random(in: 0..<6, using: &random) {
        case 0: "load:\(Int.random(in: 0..<4, using: &random))->NXM_NX_REG0[0..1]"
        case 1: "set_field:\(Int.random(in: 0..<2, using: &random))/1->reg0"
        case 2: "resubmit(,\(Int.random(in: 0..<3, using: &random)))"
        case 3: "resubmit(\(Int.random(in: 1..<3, using: &random)),\(Int.random(in: 0..<3, using: &random)))"
        default: "output:1"
        }
      }
      // No two of one priority: what of two rules wins is clear.
      var match = "table=\(Int.random(in: 0..<3, using: &random)),priority=\(rules.count + 1)"
      if Int.random(in: 0..<8, using: &random) > 0 {
        match += ",reg0=\(Int.random(in: 0..<4, using: &random))/3"
      }
      if Bool.random(using: &random) {
        match += ",in_port=\(Int.random(in: 1..<3, using: &random))"
      }
      rules.append(
        FlowStatistics(
          try FlowMod(parsing: "\(match),actions=\(actions.joined(separator: ","))"[...], command: .add)))
    }
    return LintSubject.sorted(rules)
  }

  @Test(arguments: 0..<20)
  func missesNoLoop(_ seed: Int) throws {
    var random = SeededGenerator(seed: UInt64(seed))
    var loops = 0
    for _ in 0..<50 {
      let rules = try Self.rules(&random)
      let findings = Linter.findings(in: LintSubject(rules: rules))
      var twin = Twin(rules: rules)
      for port in [1, 2] as [UInt16] {
        var key = FlowKey()
        key.words[FlowKey.Word.ingress] = FlowKey.ingress(port)
        twin.enter(0, &key, depth: 0)
      }
      guard twin.isLooping else { continue }
      loops += 1
      let texts = rules.map { $0.line(FlowDumpStyle(showsStatistics: false)) }
      #expect(findings.contains { $0.code == .resubmitLoop }, "\(texts.joined(separator: "\n"))")
    }
    #expect(loops > 0)
  }
}
