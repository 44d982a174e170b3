import Match
import Testing

/// Rules as text: the same are taken, and the same is printed of them. Needs Debian's openvswitch-common.
@Suite struct FlowTextTests {
  /// Whatever format the real program chooses.
  @Test(arguments: [(seed: UInt64(1), mutates: false), (2, false), (3, true), (4, true)])
  func generatedRules(seed: UInt64, mutates: Bool) {
    compare(Self.rules(600, seed: seed, mutates: mutates)).check(atLeast: 240)
  }

  /// The same rules in one format each.
  @Test(arguments: ["OpenFlow11", "OpenFlow12", "OpenFlow13", "OpenFlow14", "OpenFlow15"])
  func generatedRules(version: String) {
    compare(Self.rules(250, seed: 5, mutates: false), options: ["-O", version]).check(atLeast: 12)
  }

  static func rules(_ count: Int, seed: UInt64, mutates: Bool) -> [String] {
    var random = RandomText(seed: seed)
    let texts = (0..<count).map { _ in
      let text = random.flow()
      return mutates ? random.mutated(text) : text
    }
    return texts.filter { !$0.allSatisfy(\.isWhitespace) }
  }
}

/// What both programs make of the rules.
func compare(_ texts: [String], options: [String] = []) -> Differences {
  var differences = Differences()
  for (text, verdict) in zip(texts, FlowOracle.parseFlows(texts, options: options)) {
    let ours = OurText.parseFlow(text)
    switch (verdict, ours) {
    case (.printed(let real, let format), .success(let mod)):
      differences.compare(text, real: .printed(real), ours: .printed(OurText.printed(mod, as: format)))
    case (.printed(let real, _), .failure(let error)):
      differences.compare(text, real: .printed(real), ours: .refused("\(error)"))
    case (.refused(let reason), .success(let mod)):
      differences.compare(
        text, real: .refused(reason), ours: .printed(OurText.printed(mod, as: "NXM+table_id")))
    case (.refused(let reason), .failure(let error)):
      differences.compare(text, real: .refused(reason), ours: .refused("\(error)"))
    case (.noFormat, _): continue
    }
  }
  return differences
}
