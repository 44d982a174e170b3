import Flow
import Lint
import Match
import TestKit

/// A universe of few frames, which can be listed: all that differ in two bits of the port and three of a register,
/// and of those with other VLAN tags some.
enum TinyUniverse {
  static let port = Slot(FlowKey.Word.ingress, 48, 16)
  static let register = Slot(FlowKey.Word.registers, 32, 32)
  static let tag = Slot(FlowKey.Word.vlan, 32, 16)

  /// 4 ports, 8 values of the register, and no tag or one of 2 VLANs.
  static let frames: [FlowKey] = (0..<4).flatMap { port in
    (0..<8).flatMap { register in
      [0, 0x1000, 0x1001].map { tag in
        var key = FlowKey()
        key[Self.port] = UInt64(port)
        key[Self.register] = UInt64(register)
        key[Self.tag] = UInt64(tag)
        return key
      }
    }
  }

  /// A match with random bits of these.
  static func match(hasTag: Bool, _ random: inout SeededGenerator) -> FlowMatch {
    var match = FlowMatch()
    let masks: [UInt64] = [0, 1, 2, 3]
    match.set(port, to: .random(in: 0..<4, using: &random), mask: masks.randomElement(using: &random) ?? 0)
    match.set(
      register, to: .random(in: 0..<8, using: &random), mask: .random(in: 0..<8, using: &random))
    guard hasTag else { return match }
    let tags: [(UInt64, UInt64)] = [
      (0, 0), (0, 0), (0, 0xffff), (0x1000, 0x1000), (0x1001, 0x1fff), (0, 0x1000),
    ]
    let (value, mask) = tags.randomElement(using: &random) ?? (0, 0)
    match.set(tag, to: value, mask: mask)
    return match
  }

  /// As many rules of one table, no two of one match and one priority, as a bridge has them.
  static func rules(
    _ count: Int, priorities: ClosedRange<UInt16>, haveTags: Bool, _ random: inout SeededGenerator,
    actions: (inout SeededGenerator) -> String = { _ in "drop" }
  ) throws -> [FlowStatistics] {
    var seen: Set<FlowMod> = []
    var rules: [FlowStatistics] = []
    for _ in 0..<count {
      let key = FlowMod(
        command: .add, priority: .random(in: priorities, using: &random),
        match: match(hasTag: haveTags, &random))
      guard seen.insert(key).inserted else { continue }
      var mod = key
      mod.actions = try FlowMod(parsing: "actions=\(actions(&random))", command: .add).actions
      // Tells rules apart whose ports have masks, which are not printed.
      mod.newCookie = UInt64(rules.count + 1)
      rules.append(FlowStatistics(mod))
    }
    return LintSubject.sorted(rules)
  }
}
