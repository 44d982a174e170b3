import Actions
import Match

/// Several tables: goto and resubmit, registers and metadata, the stack, exit, clone, the action set.
enum Tables: Level {
  static let name = "tables"
  static let isActive = true

  static func makeCase(dice: inout Dice) -> Case { makeCase(mayLoop: true, dice: &dice) }

  /// - Parameter mayLoop: whether rules may lead back to tables before theirs.
  static func makeCase(mayLoop: Bool, dice: inout Dice) -> Case {
    var result = Case()
    let traffic = Traffic(count: dice.number(50...150), mangled: 12, dice: &dice)
    result.steps = traffic.steps(of: Layout.ports.filter { $0.bridge == 0 }, dice: &dice)
    // In a loop every round would add its tags, and Open vSwitch forgets all but two.
    let tables = Scheme(count: dice.number(2...6), hasLoops: mayLoop && dice.oneIn(6))
    for table in 0..<tables.count {
      for _ in 0..<dice.number(3...15) {
        let match = pipelineMatch(dice.pick(traffic.keys), dice: &dice)
        let actions = list(in: table, of: tables, for: match, dice: &dice)
        result.add(match, actions, table: table, dice: &dice)
      }
      // So that few frames end where no rule is.
      if !dice.oneIn(4) {
        let match = FlowMatch()
        result.add(match, list(in: table, of: tables, for: match, dice: &dice), table: table, dice: &dice)
      }
    }
    return result
  }

  /// How tables lead to each other.
  struct Scheme {
    var count: Int
    /// Whether some rules lead back, until a limit stops the frame.
    var hasLoops: Bool
  }

  static let registers = [
    "reg0", "reg1", "reg7", "reg9", "xreg1", "xxreg0", "metadata", "reg15", "pkt_mark", "tun_id",
  ]

  /// A match of a frame's fields, of registers, or of both.
  static func pipelineMatch(_ key: FlowKey, dice: inout Dice) -> FlowMatch {
    var match = MatchMaker.match(key, atMost: 2, dice: &dice)
    for _ in 0..<dice.below(3) {
      guard let field = Field.named(dice.pick(registers)) else { continue }
      let mask = dice.oneIn(2) ? field.allOnes : UInt128(dice.number(1...7))
      match.set(field, to: UInt128(dice.below(4)), mask: mask)
    }
    return match
  }

  /// The actions of a rule of one table of several.
  static func list(in table: Int, of tables: Scheme, for match: FlowMatch, dice: inout Dice) -> [String] {
    var texts: [String] = []
    for _ in 0..<dice.number(1...5) {
      append(action(in: table, of: tables, for: match, dice: &dice), to: &texts, match, table)
    }
    if dice.oneIn(12) { append("clear_actions", to: &texts, match, table) }
    if dice.oneIn(3) {
      var written: [String] = []
      for _ in 0..<dice.number(1...4) { written.append(setAction(in: tables, dice: &dice)) }
      append("write_actions(\(written.joined(separator: ",")))", to: &texts, match, table)
    }
    if dice.oneIn(8) {
      append("write_metadata:\(dice.below(4))/\(dice.number(1...7))", to: &texts, match, table)
    }
    if table + 1 < tables.count, dice.oneIn(2) {
      append("goto_table:\(dice.number(table + 1...tables.count - 1))", to: &texts, match, table)
    }
    return texts
  }

  /// Adds an action if it may follow those that are there.
  static func append(_ text: String, to texts: inout [String], _ match: FlowMatch, _ table: Int) {
    let all = (texts + [text]).joined(separator: ",")
    guard let list = try? ActionList.parse(all[...], at: 0) else { return }
    let version = OpenFlowChannel.version
    if (try? ActionList.validate(list, for: match, table: UInt8(table), version: version)) != nil {
      texts.append(text)
    }
  }

  static func action(in table: Int, of tables: Scheme, for match: FlowMatch, depth: Int = 0, dice: inout Dice)
    -> String
  {
    switch dice.below(20) {
    case 0, 1, 2: return Matching.output(dice: &dice)
    case 3, 4: return register(dice: &dice)
    case 5: return "move:\(part(4, dice: &dice))->\(part(4, dice: &dice))"
    case 6: return Rewriting.change(for: match, dice: &dice) ?? "LOCAL"
    case 7: return dice.oneIn(2) ? "push:\(part(8, dice: &dice))" : "pop:\(part(8, dice: &dice))"
    case 8: return "push:NXM_OF_ETH_SRC[]"
    case 9: return "pop:NXM_OF_ETH_SRC[]"
    case 10 where dice.oneIn(4): return "exit"
    case 11 where depth < 3:
      let inner = (0..<dice.number(1...3)).map { _ in
        action(in: table, of: tables, for: match, depth: depth + 1, dice: &dice)
      }
      return "clone(\(inner.joined(separator: ",")))"
    case 12 where !tables.hasLoops:
      return Tagging.change(for: match, after: [], dice: &dice).first ?? "strip_vlan"
    case 13: return "output:NXM_NX_REG0[0..2]"
    case 14: return "load:0x\(dice.below(16))->NXM_NX_REG\(dice.below(2))[0..7]"
    case 15: return "resubmit(\(dice.number(1...6)),\(target(table, tables, &dice)))"
    default: return "resubmit(,\(target(table, tables, &dice)))"
    }
  }

  /// A later table, mostly: what leads back runs until a limit stops it.
  private static func target(_ table: Int, _ tables: Scheme, _ dice: inout Dice) -> Int {
    if tables.hasLoops, dice.oneIn(8) { return dice.number(0...table) }
    return dice.number(min(table + 1, tables.count)...tables.count)
  }

  private static func register(dice: inout Dice) -> String {
    "set_field:\(dice.below(4))->\(dice.pick(registers))"
  }

  private static func part(_ bits: Int, dice: inout Dice) -> String {
    let name = dice.pick([
      "NXM_NX_REG0", "NXM_NX_REG1", "NXM_NX_REG7", "OXM_OF_METADATA", "NXM_OF_ETH_SRC", "NXM_OF_ETH_DST",
    ])
    let start = dice.below(32 - bits)
    return "\(name)[\(start)..\(start + bits - 1)]"
  }

  /// What an action set can hold.
  static func setAction(in tables: Scheme, dice: inout Dice) -> String {
    switch dice.below(10) {
    case 0 where !tables.hasLoops && dice.oneIn(4): "push_vlan:0x8100"
    case 1: "pop_vlan"
    case 2: "set_field:\(0x1000 + dice.below(4))->vlan_vid"
    case 3: "set_field:02:00:00:00:00:0\(dice.below(8))->eth_src"
    case 4: "set_field:\(dice.below(4))->reg0"
    case 5: "dec_ttl"
    case 6: "set_field:02:00:00:00:00:0\(dice.below(8))->eth_dst"
    default: Matching.output(dice: &dice)
    }
  }
}
