import Classifier
import Match

/// Routes: rules on prefixes of the destination, the longer the higher their priority, and one for everything. Lookups one
/// by one and 32 together, of addresses that some longer prefix holds and of addresses that none does; the whole way of
/// frames to so many addresses that the flow cache has no room for each.
func routeSuite() {
  for count in [1_000, 10_000, 100_000] {
    for hits in [true, false] { lookups(count, hits: hits) }
  }
  part("route: insert and remove, 10000 routes", operations: 10_000, allocates: true) {
    let table = RouteTable(10_000)
    return {
      for i in 0..<table.rules.count {
        table.classifier.remove(table.rules[i].rule, mask: table.rules[i].mask)
        table.classifier.insert(table.rules[i].rule, mask: table.rules[i].mask)
      }
    }
  }
  let routes = RouteTable.routes(10_000).map {
    "priority=\(100 + $0.length),ip,nw_dst=\(text($0.address))/\($0.length),actions=output:2"
  }
  var random = RouteRandom()
  let addresses = (0..<50_000).map { _ in routesAddress(10_000, &random) }
  path(
    "route: 10000 routes, frames to 50,000 addresses", rules: routes + ["priority=1,actions=output:3"],
    frames: addresses.map { Frames.udp(to: $0) })
}

private func text(_ address: UInt32) -> String {
  (0..<4).map { String(address >> (24 - 8 * $0) & 0xff) }.joined(separator: ".")
}

/// An address that one of the first `count` routes has.
private func routesAddress(_ count: Int, _ random: inout RouteRandom) -> UInt32 {
  let (address, length) = RouteTable.route(Int(random.next() % UInt32(count)))
  return length == 32 ? address : address | random.next() >> UInt32(length)
}

private func lookups(_ count: Int, hits: Bool) {
  let name = "\(count) routes, \(hits ? "hit" : "miss")"
  let operations = 204_800
  let addresses = {
    var random = RouteRandom()
    return (0..<65_536).map { _ in hits ? routesAddress(count, &random) : 0xf000_0000 | random.next() >> 4 }
  }
  part("route: \(name)", operations: operations) {
    let table = RouteTable(count)
    let key = KeyReference.allocate()
    key.restore(RouteTable.key(0), hasColdWords: false)
    let wanted = addresses()
    return {
      for i in 0..<operations {
        key[FlowKey.Word.ipv4] = UInt64(wanted[i & 0xffff])
        blackHole(table.classifier.lookup(key)?.id)
      }
    }
  }
  part("route: \(name), in batches", operations: operations) {
    let table = RouteTable(count)
    let keys = KeyBatch.allocate()
    let answers = BatchAnswers.allocate()
    for i in 0..<KeyBatch.capacity { keys[i].restore(RouteTable.key(0), hasColdWords: false) }
    let wanted = addresses()
    return {
      for batch in 0..<operations / KeyBatch.capacity {
        for i in 0..<KeyBatch.capacity {
          keys[i][FlowKey.Word.ipv4] = UInt64(wanted[(batch * KeyBatch.capacity + i) & 0xffff])
        }
        table.classifier.lookup(keys, of: FrameSet(bits: .max), into: answers)
        blackHole(answers.rule(0)?.id)
      }
    }
  }
}

/// Numbers that look random, the same at each run. Xorshift: Marsaglia, 2003.
private struct RouteRandom {
  private var state: UInt32 = 2_463_534_242
  mutating func next() -> UInt32 {
    state ^= state << 13
    state ^= state >> 17
    state ^= state << 5
    return state
  }
}

private final class RouteTable {
  var classifier = FlowClassifier()
  private(set) var rules: [(rule: Rule, mask: Mask)] = []

  init(_ count: Int) {
    for (i, route) in (Self.routes(count) + [(address: 0, length: 0)]).enumerated() {
      var mask = FlowKey()
      mask.words[FlowKey.Word.ethernetDestination] = 0xffff
      mask.words[FlowKey.Word.ipv4] = (0xffff_ffff << UInt64(32 - route.length)) & 0xffff_ffff
      let match = FlowMatch(key: Self.key(route.address), mask: mask)
      let shape = Mask(match)
      let rule = Rule.allocate(
        table: 0, priority: UInt16(100 + route.length), sequence: UInt64(i), words: match.wordValues,
        hash: shape.hash(match.wordValues), program: [UInt64](), now: 0, id: UInt32(i))
      rules.append((rule, classifier.insert(rule, mask: shape)))
    }
  }

  deinit {
    for (rule, mask) in rules {
      classifier.remove(rule, mask: mask)
      rule.deallocate()
    }
  }

  /// One in two has 24 bits, the others 8 to 32. None is of class E.
  static func route(_ number: Int) -> (address: UInt32, length: Int) {
    let mixed = UInt64(number + 1) &* 0x9e37_79b9_7f4a_7c15
    let length = number % 2 == 0 ? 24 : 8 + number / 2 % 25
    let address = UInt32(truncatingIfNeeded: mixed >> 32) % 0xe000_0000
    return (address & (0xffff_ffff << UInt32(32 - length)), length)
  }

  /// Those of the first `count` that differ.
  static func routes(_ count: Int) -> [(address: UInt32, length: Int)] {
    var seen: Set<UInt64> = []
    return (0..<count).map(route).filter { seen.insert(UInt64($0.address) << 8 | UInt64($0.length)).inserted }
  }

  static func key(_ destination: UInt32) -> FlowKey {
    var key = FlowKey()
    key.words[FlowKey.Word.ethernetDestination] = 0x0200_0001_0000 << 16 | 0x0800
    key.words[FlowKey.Word.ipv4] = UInt64(destination)
    return key
  }
}
