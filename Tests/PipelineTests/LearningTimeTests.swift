import Bytes
import Classifier
import Flow
import Match
import TestKit
import Testing

@testable import Pipeline

/// When rules end that were learned again and again. Milliseconds; the rules' timeouts are seconds.
@Suite struct LearningTimeTests {
  /// A bridge with one rule, and a translator that runs frames through it.
  private struct Bench: ~Copyable {
    let state = FlowTablesTests.makeState()
    let tables: FlowTables
    var translator = Translator()
    var pool = PacketPool(capacity: 1)

    init(rule: String) throws {
      tables = FlowTables(bridge: FlowTablesTests.bridge, state: state)
      state.update { state in
        var port = PortRecord()
        port.bridge = FlowTablesTests.bridge
        port.number = 1
        state.setPort(PortIndex(rawValue: 1), to: port, vlan: VLANSettings())
      }
      _ = try tables.apply([FlowMod(parsing: rule[...], command: .add)], now: 0)
      translator.learns = true
    }

    /// A frame comes in. How many rules it asked for.
    mutating func feed(_ frame: TestFrame, now: UInt64) -> Int {
      var layout = FrameLayout()
      let bytes = frame.bytes
      guard let packet = pool.take() else { return -1 }
      defer { pool.give(packet) }
      packet.copy(from: bytes.rawSpan)
      let key = KeyReference.allocate()
      defer { key.deallocate() }
      guard key.fill(from: packet.bytes, layout: &layout) else { return -1 }
      key[FlowKey.Word.ingress] = FlowKey.ingress(1)
      translator.begin(packet, key, payload: layout.payload)
      translator.now = now
      let reader = state.makeReader()
      let requests = state.read(as: reader) { state in
        translator.translate(from: PortIndex(rawValue: 1), in: state)
        var tally = BatchTally(isShared: false)
        translator.program.count(bytes: bytes.count, now: now, in: &tally)
        return translator.takeLearnRequests()
      }
      _ = tables.learn(requests, now: now)
      return requests.count
    }

    /// Tables of the rules that are left.
    func left(at now: UInt64) -> [UInt8] {
      _ = tables.expire(now: now)
      return tables.entries(FlowFilter()).map(\.rule.table)
    }
  }

  private static let first = TestFrame.udp(to: 0x0200_0000_0002)
  private static let second = TestFrame.udp(to: 0x0200_0000_0003)

  /// The hard timeout begins anew, whether the rule is only confirmed or changed; the idle timeout does not.
  @Test func learningAgainIsNotUse() throws {
    var bench = try Bench(
      rule: """
        table=0,actions=learn(table=1,hard_timeout=10,NXM_OF_ETH_SRC[]),\
        learn(table=2,idle_timeout=10,NXM_OF_ETH_SRC[]),\
        learn(table=3,hard_timeout=10,NXM_OF_IN_PORT[],load:NXM_OF_ETH_DST[]->OXM_OF_PKT_REG0[0..47])
        """)
    #expect(bench.feed(Self.first, now: 0) == 3)
    #expect(bench.left(at: 7000) == [0, 1, 2, 3])
    #expect(bench.feed(Self.second, now: 8000) == 1)
    #expect(bench.left(at: 9999) == [0, 1, 2, 3])
    #expect(bench.left(at: 10_000) == [0, 1, 3])
    #expect(bench.left(at: 17_999) == [0, 1, 3])
    #expect(bench.left(at: 18_000) == [0])
  }

  /// Once a rule is there nobody is asked, until it is another one.
  @Test func asksOnlyForWhatIsNotThere() throws {
    var bench = try Bench(
      rule: "table=0,actions=learn(table=1,NXM_OF_ETH_SRC[],load:NXM_OF_ETH_DST[]->OXM_OF_PKT_REG0[0..47])")
    #expect(
      [Self.first, Self.first, Self.second, Self.second, Self.first].map { bench.feed($0, now: 1) } == [
        1, 0, 1, 0, 1,
      ])
    _ = try bench.tables.apply([FlowMod(parsing: "table=1", command: .delete)], now: 2)
    #expect(bench.feed(Self.first, now: 3) == 1)
    // The same rule, made by somebody else, is confirmed once.
    let match = "table=1,dl_src=02:00:00:00:00:01"
    let same = try FlowMod(
      parsing: "\(match),actions=load:0x20000000002->OXM_OF_PKT_REG0[0..47]"[...], command: .add)
    _ = try bench.tables.apply([same], now: 4)
    #expect((0..<2).map { bench.feed(Self.first, now: 5 + UInt64($0)) } == [1, 0])
    // A rule with the same action, added anew, knows what was learned.
    let learner =
      "table=0,actions=learn(table=1,NXM_OF_ETH_SRC[],load:NXM_OF_ETH_DST[]->OXM_OF_PKT_REG0[0..47])"
    _ = try bench.tables.apply(
      [FlowMod(parsing: "table=0", command: .delete), FlowMod(parsing: learner[...], command: .add)], now: 8)
    #expect(bench.feed(Self.first, now: 9) == 0)
  }

  /// What is refused leaves no trace: neither a count nor an orphan.
  @Test func takenBackChangesLearnNothing() throws {
    let bench = try Bench(rule: "table=1,cookie=7,actions=drop")
    let learner = try FlowMod(
      parsing: "table=0,actions=learn(table=1,delete_learned,cookie=7)", command: .add)
    let refused = FlowMod(command: .add, table: 254)
    #expect(throws: FlowModRefused.self) { try bench.tables.apply([learner, refused], now: 1) }
    _ = try bench.tables.apply([FlowMod(parsing: "table=5", command: .delete)], now: 1)
    #expect(bench.left(at: 1) == [1])
    _ = try bench.tables.apply([learner], now: 2)
    let gone = try FlowMod(parsing: "table=0", command: .delete)
    #expect(throws: FlowModRefused.self) { try bench.tables.apply([gone, refused], now: 3) }
    #expect(bench.left(at: 3) == [0, 1])
    _ = try bench.tables.apply([gone], now: 4)
    #expect(bench.left(at: 4) == [])
  }

  @Test func shortensTimeoutsOfTheRuleThatIsMeant() throws {
    let bench = try Bench(rule: "table=0,hard_timeout=9,actions=drop")
    let rule = try #require(bench.tables.entry(id: 0)).rule
    bench.tables.shortenTimeouts(ofRule: 0, sequence: rule.sequence &+ 1, idle: 1, hard: 1)
    bench.tables.shortenTimeouts(ofRule: 5, sequence: rule.sequence, idle: 1, hard: 1)
    #expect(bench.left(at: 8999) == [0])
    bench.tables.shortenTimeouts(ofRule: 0, sequence: rule.sequence, idle: 20, hard: 4)
    bench.tables.shortenTimeouts(ofRule: 0, sequence: rule.sequence, idle: 3, hard: 5)
    #expect(bench.left(at: 2999) == [0])
    #expect(bench.left(at: 3000) == [])
  }
}
