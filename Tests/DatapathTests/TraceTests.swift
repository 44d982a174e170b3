import Bytes
import Datapath
import Flow
import Match
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// Trying frames out, and what the answer depends on.
@Suite struct TraceTests {
  private static func key(of frame: MemoryFrame, port: UInt16) -> FlowKey? {
    var layout = FrameLayout()
    guard var key = FlowKey.extract(from: frame.bytes.rawSpan, layout: &layout) else { return nil }
    key.words[FlowKey.Word.ingress] = FlowKey.ingress(port)
    return key
  }

  /// All that must be the same for frames that agree in the megaflow.
  private static func answer(_ trace: Trace) -> [String] {
    let ops = trace.ops.map { op in
      // Bits that are not set do not matter.
      if case .set(let value, let mask, let word) = op {
        "set \(word) \(value & mask) \(mask)"
      } else {
        "\(op)"
      }
    }
    return trace.events.map { "\($0)" } + ops + ["\(trace.dropReason.map(\.name) ?? "delivered")"]
  }

  /// A switch of two bridges, patched together, with random groups and rules on both.
  private static func world(seed: UInt64, keys: [FlowKey]) throws -> TestSwitch {
    let subject = try TestSwitch()
    var rules = RandomRules(seed: seed, keys: keys, hasLoops: seed % 4 == 3, hasNonsense: seed % 3 == 2)
    for name in ["br0", "br1"] {
      let bridge = try subject.addBridge(name, failMode: .secure)
      for number in 1...4 as ClosedRange<UInt16> {
        var settings = PortSettings()
        settings.vlan.mode = VLANSettings.Mode.allCases[Int((seed + UInt64(number)) % 5)]
        settings.vlan.tag = number % 4
        try subject.addPort(number, to: bridge, settings: settings)
      }
      for group in (1...6 as ClosedRange<UInt32>).reversed() {
        try? bridge.commit([.group(rules.group(group))])
      }
      for _ in 0..<24 { _ = bridge.applyEach([rules.rule()]) }
    }
    _ = try subject.addPatch(7, of: subject.core.bridges[0], 8, of: subject.core.bridges[1])
    if seed % 3 == 0 {
      subject.core.bridges[0].settings.mirrors = [
        MirrorSettings(name: "m0", selectsAll: true, vlans: [UInt16(seed % 4)], output: .port("br0-4")),
        MirrorSettings(name: "m1", destinations: ["br0-1"], output: .vlan(2)),
      ]
    }
    return subject
  }

  /// Any frame that agrees with the given one in the bits of its megaflow has the same answer.
  @Test(arguments: 0..<40 as Range<UInt64>)
  func framesThatAgreeInTheMegaflowFareTheSame(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed &+ 77)
    var frames = RandomFrames(seed: seed)
    let keys = (0..<32).compactMap { _ in
      Self.key(of: frames.valid(), port: .random(in: 1...4, using: &random))
    }
    let subject = try Self.world(seed: seed, keys: keys)
    let bridge = subject.core.bridges[0]
    for key in keys {
      let trace = bridge.trace(key)
      let expected = Self.answer(trace)
      for _ in 0..<8 {
        // Another frame, or noise, wherever the answer did not look.
        let other = keys[Int.random(in: 0..<keys.count, using: &random)]
        let isNoise = Bool.random(using: &random)
        var twin = key
        for word in 0..<FlowKey.wordCount {
          let free = ~trace.megaflow.words[word]
          let bits = isNoise ? UInt64.random(in: 0...UInt64.max, using: &random) : other.words[word]
          twin.words[word] = key.words[word] & ~free | bits & free
        }
        // The key of a bridge's own making.
        twin.words[FlowKey.Word.conjunction] = 0
        let found = Self.answer(bridge.trace(twin))
        guard found == expected else {
          let place = zip(expected, found).enumerated().first { $0.element.0 != $0.element.1 }
          Issue.record(
            "seed \(seed): \(FlowMatch(of: key)) and \(FlowMatch(of: twin)): \(String(describing: place))")
          return
        }
      }
    }
  }

  /// The rules that a trace shows are those that a real frame goes by, and nothing is counted but for the latter.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func realFramesGoByTheRulesOfTheTrace(seed: UInt64) throws {
    var frames = RandomFrames(seed: seed)
    let sample = (0..<32).map { _ in frames.valid() }
    let keys = sample.compactMap { Self.key(of: $0, port: 1) }
    let subject = try Self.world(seed: seed, keys: keys)
    let bridge = subject.core.bridges[0]
    for frame in sample {
      guard let key = Self.key(of: frame, port: 1) else { continue }
      let before = subject.core.bridges.map { $0.flows() }
      let trace = bridge.trace(key)
      #expect(subject.core.bridges.map { $0.flows().map(\.packets) } == before.map { $0.map(\.packets) })
      var expected: [BridgeIndex: [UInt32: UInt64]] = [:]
      var place: [BridgeIndex?] = []
      for event in trace.events {
        switch event {
        case .bridge(let index, _): place.append(index)
        case .table(_, let rule, _):
          let index = place.last.flatMap(\.self) ?? bridge.index
          expected[index, default: [:]][rule.id, default: 0] += 1
          place.append(index)
        case .miss, .bucket, .actionSet: place.append(place.last.flatMap(\.self))
        case .end: place.removeLast()
        case .op, .looseOp, .remark, .putAside, .reason: break
        }
      }
      let counts = subject.core.bridges.map { Self.counts(of: $0) }
      subject.feed([frame], to: subject.attachments[0])
      for (index, each) in subject.core.bridges.enumerated() {
        let after = Self.counts(of: each)
        for (id, count) in after {
          let wanted = expected[each.index]?[id] ?? 0
          if count - (counts[index][id] ?? 0) != wanted {
            Issue.record(
              "seed \(seed): rule \(id) of \(each.name) counts \(count), the trace shows \(wanted) more")
            return
          }
        }
      }
      _ = subject.takeAll()
    }
  }

  private static func counts(of bridge: Bridge) -> [UInt32: UInt64] {
    var result: [UInt32: UInt64] = [:]
    for id in 0..<64 as Range<UInt32> { if let entry = bridge.flow(id: id) { result[id] = entry.packets } }
    return result
  }

  @Test func countsNoLookupsAndLearnsNothing() throws {
    let one = try OneBridge(rules: ["actions=NORMAL"])
    let key = try #require(Self.key(of: MemoryFrame(TestFrame.udp().bytes), port: 1))
    let trace = one.bridge.trace(key)
    #expect(trace.dropReason == nil)
    #expect(one.bridge.tables[0].lookups == 0)
    #expect(one.bridge.fdb.all.isEmpty)
    #expect(one.subject.takeAll().isEmpty)
  }

  @Test func saysWhyNothingLeaves() throws {
    let one = try OneBridge(rules: ["table=0 actions=resubmit(,3)", "table=3,udp actions=dec_ttl,output:2"])
    var key = try #require(Self.key(of: MemoryFrame(TestFrame.udp().bytes), port: 1))
    key.words[FlowKey.Word.ip] &= ~(0xff << 8)
    let trace = one.bridge.trace(key)
    #expect(trace.dropReason == .ttlExpired)
    #expect(trace.ops.isEmpty)
  }
}
