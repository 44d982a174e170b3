import Sys
import Synchronization
import TestKit
import Testing

@testable import Pipeline

/// The simple twin: entries in the order of their last use.
struct FDBTwin {
  struct Entry {
    var mac: UInt64
    var vlan: UInt16
    var port: PortIndex
    var isStatic: Bool
    var second: UInt32
    var lockedUntil: UInt32 = 0
  }

  let capacity: Int
  var entries: [Entry] = []

  func index(_ mac: UInt64, _ vlan: UInt16) -> Int? {
    entries.firstIndex { $0.mac == mac && $0.vlan == vlan }
  }

  mutating func learn(
    _ mac: UInt64, _ vlan: UInt16, _ port: PortIndex, _ second: UInt32, announces: Bool, onTrunk: Bool
  ) {
    if let old = index(mac, vlan) {
      var entry = entries[old]
      if entry.isStatic || entry.port == port && entry.second == second && !announces { return }
      if entry.port != port, announces, onTrunk, second < entry.lockedUntil { return }
      entries.remove(at: old)
      (entry.port, entry.second) = (port, second)
      if announces { entry.lockedUntil = second + 5 }
      entries.append(entry)
    } else if entries.count < capacity {
      let lock = announces ? second + 5 : 0
      entries.append(
        Entry(mac: mac, vlan: vlan, port: port, isStatic: false, second: second, lockedUntil: lock))
    }
  }

  var sorted: [FDBEntry] {
    entries.map {
      FDBEntry(mac: $0.mac, vlan: $0.vlan, port: $0.port, isStatic: $0.isStatic, lastUsed: $0.second)
    }
    .sorted { ($0.mac, $0.vlan) < ($1.mac, $1.vlan) }
  }
}

@Suite struct FDBTests {
  static func port(_ number: Int) -> PortIndex { PortIndex(rawValue: UInt16(number)) }

  /// Whatever is learned, added, removed and expired, the table holds what the twin holds.
  @Test(arguments: 0..<30 as Range<UInt64>)
  func agreesWithTheTwin(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let subject = FDB(capacity: 64)
    var twin = FDBTwin(capacity: 64)
    var second: UInt32 = 100
    for step in 0..<600 {
      let mac = UInt64.random(in: 1...12, using: &random)
      let vlan = UInt16.random(in: 0...3, using: &random)
      let port = Self.port(.random(in: 0...3, using: &random))
      switch Int.random(in: 0..<40, using: &random) {
      case 0..<30:
        let announces = Int.random(in: 0..<4, using: &random) == 0
        let onTrunk = Bool.random(using: &random)
        subject.learn(
          mac: mac, vlan: vlan, port: port, second: second, announces: announces, onTrunk: onTrunk)
        twin.learn(mac, vlan, port, second, announces: announces, onTrunk: onTrunk)
      case 30, 31:
        _ = subject.addStatic(mac: mac, vlan: vlan, port: port)
        twin.entries.removeAll { $0.mac == mac && $0.vlan == vlan }
        twin.entries.append(.init(mac: mac, vlan: vlan, port: port, isStatic: true, second: 0))
      case 32, 33:
        let wasThere = subject.remove(mac: mac, vlan: vlan)
        let isThere = twin.index(mac, vlan) != nil
        if wasThere != isThere { Issue.record("removal differs in step \(step), seed \(seed)") }
        twin.entries.removeAll { $0.mac == mac && $0.vlan == vlan }
      case 34:
        subject.flush { $0.vlan == vlan }
        twin.entries.removeAll { !$0.isStatic && $0.vlan == vlan }
      case 35:
        subject.removeAll(on: port)
        twin.entries.removeAll { $0.port == port }
      case 36:
        subject.expire(at: second, after: 10)
        let now = second
        twin.entries.removeAll { !$0.isStatic && Int(now) - Int($0.second) > 10 }
      default: second += UInt32.random(in: 1...4, using: &random)
      }
      let found = subject.all.sorted { ($0.mac, $0.vlan) < ($1.mac, $1.vlan) }
      if found != twin.sorted { Issue.record("contents differ in step \(step), seed \(seed)") }
      let known = twin.index(mac, vlan).map { twin.entries[$0].port }
      if subject.lookup(mac: mac, vlan: vlan) != known {
        Issue.record("lookup differs in step \(step), seed \(seed)")
      }
    }
  }

  /// A port that floods addresses evicts only its own.
  @Test func aFloodEvictsOnlyItsOwn() {
    let subject = FDB(capacity: 100)
    for mac in 1...20 as ClosedRange<UInt64> {
      subject.learn(mac: mac, vlan: 1, port: Self.port(1), second: 1)
    }
    for mac in 100..<10_000 as Range<UInt64> {
      subject.learn(mac: mac, vlan: 1, port: Self.port(2), second: 2)
    }
    for mac in 1...20 as ClosedRange<UInt64> { #expect(subject.lookup(mac: mac, vlan: 1) == Self.port(1)) }
    // The oldest go first: what is left are the last eighty.
    let left = subject.all.filter { $0.port == Self.port(2) }.map(\.mac).sorted()
    #expect(left == Array(9_920..<10_000))
    #expect(subject.statistics.evicted == 9_900 - 80)
  }

  @Test func staticEntriesAreNeverEvicted() {
    let subject = FDB(capacity: 16)
    for mac in 1...16 as ClosedRange<UInt64> {
      #expect(subject.addStatic(mac: mac, vlan: 0, port: Self.port(1)))
    }
    #expect(!subject.addStatic(mac: 17, vlan: 0, port: Self.port(1)))
    subject.learn(mac: 18, vlan: 0, port: Self.port(2), second: 1)
    #expect(subject.all.map(\.mac).sorted() == Array(1...16))
    subject.flush()
    #expect(subject.all.count == 16)
  }

  /// One thread learns and looks up, another changes: an address is found where it was learned, or not at all.
  /// Meant to be run with `--sanitize=thread` as well.
  @Test func oneLearnerAndOneControlThread() throws {
    let subject = FDB(capacity: 256)
    let isDone = Atomic(false)
    let wrong = Atomic(0)
    let box = Shared(isDone: isDone, wrong: wrong)
    let learner = try Thread(name: "learner") {
      var random = SeededGenerator(seed: 1)
      while !box.isDone.load(ordering: .relaxed) {
        let mac = UInt64.random(in: 1...600, using: &random)
        // An address has one port only, so that a lookup can be checked.
        subject.learn(mac: mac, vlan: 1, port: Self.port(Int(mac % 7)), second: UInt32(mac))
        let other = UInt64.random(in: 1...600, using: &random)
        if let found = subject.lookup(mac: other, vlan: 1), found != Self.port(Int(other % 7)) {
          box.wrong.add(1, ordering: .relaxed)
        }
      }
    }
    var random = SeededGenerator(seed: 2)
    for round in 0..<1500 {
      let mac = UInt64.random(in: 1...600, using: &random)
      switch round % 4 {
      case 0: _ = subject.remove(mac: mac, vlan: 1)
      case 1: _ = subject.addStatic(mac: mac, vlan: 1, port: Self.port(Int(mac % 7)))
      case 2: subject.expire(at: 600, after: Int(mac))
      default: subject.removeAll(on: Self.port(Int(mac % 7)))
      }
    }
    box.isDone.store(true, ordering: .relaxed)
    learner.join()
    #expect(box.wrong.load(ordering: .relaxed) == 0)
    // The structure is whole: each entry is found, and room for all is left.
    for entry in subject.all { #expect(subject.lookup(mac: entry.mac, vlan: 1) == entry.port) }
    for port in 0..<7 { subject.removeAll(on: Self.port(port)) }
    #expect(subject.all.isEmpty)
  }

  private final class Shared: Sendable {
    let isDone: Atomic<Bool>
    let wrong: Atomic<Int>
    init(isDone: consuming Atomic<Bool>, wrong: consuming Atomic<Int>) {
      self.isDone = isDone
      self.wrong = wrong
    }
  }
}
