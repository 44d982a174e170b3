import Actions
import Match
import TestKit

/// Valid actions that remember something or hold others, from a seed, in the form in which texts give them.
struct RandomStatefulActions {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  /// - Parameters:
  ///   - depth: in how many others an action may hold actions.
  mutating func action(depth: Int = 3) -> Action {
    switch number(12) {
    case 0, 1: .learn(learn())
    case 2, 3: .connectionTrack(connectionTrack())
    case 4: .clearConnection
    case 5 where depth > 0: .clone((0..<number(4)).map { _ in inner(depth: depth - 1) })
    case 6: .multipath(multipath())
    case 7: .bundle(bundle())
    case 8: .sample(sample())
    case 9: .finTimeout(Action.FinTimeout(idleTimeout: number16(), hardTimeout: number16()))
    case 10:
      .checkPacketLarger(Action.CheckPacketLarger(length: number16(), target: bits(1, of: writableField())))
    default: .note(Action.Note((0..<number(20)).map { _ in UInt8(number(256)) }))
    }
  }

  /// Conjunctions stand only beside notes.
  mutating func conjunctions() -> [Action] {
    (0...number(4)).map { _ in
      let clauses = 2 + number(63)
      let id = UInt32(truncatingIfNeeded: generator.next())
      return flip()
        ? .note(Action.Note([UInt8(number(256))]))
        : .conjunction(Action.Conjunction(id: id, clause: UInt8(1 + number(clauses)), of: UInt8(clauses)))
    }
  }

  private mutating func inner(depth: Int) -> Action {
    if flip() { return action(depth: depth) }
    return flip()
      ? .output(PortNumber(rawValue: UInt16(number(0xff00))))
      : .resubmit(port: nil, table: UInt8(number(255)))
  }

  private mutating func learn() -> Action.Learn {
    var learn = Action.Learn(table: UInt8(number(255)), priority: number16())
    if flip() { learn.idleTimeout = number16() }
    if flip() { learn.hardTimeout = number16() }
    if flip() { learn.finIdleTimeout = number16() }
    if flip() { learn.finHardTimeout = number16() }
    if flip() { learn.cookie = generator.next() }
    learn.sendsFlowRemoved = flip()
    learn.deletesLearned = flip()
    if flip() { learn.limit = UInt32(truncatingIfNeeded: generator.next()) }
    if flip() { learn.result = bits(1, of: writableField()) }
    learn.specifications = (0..<number(6)).map { _ in specification() }
    return learn
  }

  private mutating func specification() -> Action.Learn.Specification {
    let source = bits(1 + number(32), of: field())
    if number(4) == 0 { return Action.Learn.Specification(.field(source), to: .output) }
    if flip() {
      let target = bits(source.bits, of: field(atLeast: source.bits))
      return Action.Learn.Specification(.field(source), to: .match(target))
    }
    let target = bits(1 + number(64), of: writableField())
    let value = UInt128(generator.next()) & ((1 << UInt128(target.bits)) - 1)
    return Action.Learn.Specification(.value(value), to: .load(target))
  }

  private mutating func connectionTrack() -> Action.ConnectionTrack {
    var ct = Action.ConnectionTrack(commits: flip())
    ct.forces = ct.commits && flip()
    ct.zone = flip() ? .number(number16()) : .field(bits(16, of: field(atLeast: 16)))
    if flip() { ct.table = UInt8(number(255)) }
    ct.helper = [0, 21, 69][number(3)]
    if flip() { ct.actions.append(.nat(ct.commits ? nat() : Action.NAT())) }
    guard ct.commits else { return ct }
    for _ in 0..<number(3) {
      let fields = ["ct_mark", "ct_label"].compactMap { Field.named($0) }
      let target = bits(1 + number(32), of: fields[number(2)])
      let ones: UInt128 = (1 << UInt128(target.bits)) - 1
      let shift = UInt128(target.offset)
      let value = UInt128(generator.next()) & ones
      ct.actions.append(
        flip()
          ? .move(from: bits(target.bits, of: field(atLeast: target.bits)), to: target)
          : .setField(
            .init(field: target.field, value: value << shift, mask: ones << shift, isLoad: true)))
    }
    return ct
  }

  private mutating func nat() -> Action.NAT {
    guard number(4) > 0 else { return Action.NAT() }
    var nat = Action.NAT(direction: flip() ? .source : .destination)
    guard flip() else { return nat }
    let isIPv6 = flip()
    let largest: UInt128 = isIPv6 ? ~0 : 0xffff_ffff
    let first = max(1, UInt128(generator.next()) << (isIPv6 ? 64 : 0) & largest)
    let last = flip() ? first : first + min(largest - first, UInt128(number(1000)))
    nat.addresses = Action.NAT.Addresses(isIPv6: isIPv6, range: first...last)
    if flip() {
      let port = UInt16(1 + number(0xffff))
      nat.ports = port...(flip() ? port : port + UInt16(number(0x10000 - Int(port))))
    }
    nat.isPersistent = flip()
    nat.hashesPorts = flip()
    nat.randomizesPorts = !nat.hashesPorts && flip()
    return nat
  }

  private mutating func multipath() -> Action.Multipath {
    let target = bits(1 + number(32), of: writableField())
    return Action.Multipath(
      hash: LinkHash.allCases[number(LinkHash.allCases.count)], basis: number16(),
      algorithm: Action.Multipath.Algorithm.allCases[number(4)],
      lastLink: UInt16(number(1 << min(16, target.bits))),
      argument: UInt32(truncatingIfNeeded: generator.next()), target: target)
  }

  private mutating func bundle() -> Action.Bundle {
    Action.Bundle(
      algorithm: flip() ? .activeBackup : .highestRandomWeight,
      hash: LinkHash.allCases[number(LinkHash.allCases.count)], basis: number16(),
      members: (0..<number(9)).map { _ in PortNumber(rawValue: UInt16(number(0xff00))) },
      target: flip() ? nil : bits(16 + number(17), of: writableField(atLeast: 32)))
  }

  private mutating func sample() -> Action.Sample {
    Action.Sample(
      probability: UInt16(1 + number(0xffff)), collectorSetID: UInt32(truncatingIfNeeded: generator.next()),
      observationDomainID: UInt32(truncatingIfNeeded: generator.next()),
      observationPointID: UInt32(number(9)),
      samplingPort: flip() ? nil : PortNumber(rawValue: UInt16(number(0xff00))),
      direction: [.unspecified, .ingress, .egress][number(3)])
  }

  /// That many bits of a field, or as many as it has.
  private mutating func bits(_ count: Int, of field: Field) -> Subfield {
    let width = Self.width(of: field)
    let count = min(count, width)
    return Subfield(field: field, offset: number(width - count + 1), bits: count)
  }

  /// A VLAN number has 12 bits in subfields.
  private static func width(of field: Field) -> Int { field.name == "vlan_vid" ? 12 : field.bits }

  /// A field whose name takes 32 bits, as most actions here need it.
  private mutating func field(atLeast bits: Int = 1) -> Field {
    let fields = Self.fields.filter { Self.width(of: $0) >= bits }
    return fields[number(fields.count)]
  }

  private mutating func writableField(atLeast bits: Int = 1) -> Field {
    let fields = Self.fields.filter { $0.isWritable && Self.width(of: $0) >= bits }
    return fields[number(fields.count)]
  }

  private static let fields = Field.all.filter { field in
    field.header(in: .v10).map { !$0.isExperimenter } ?? false
  }

  private mutating func number16() -> UInt16 { UInt16(number(65536)) }
  private mutating func number(_ count: Int) -> Int { Int(generator.next() % UInt64(count)) }
  private mutating func flip() -> Bool { number(2) == 0 }
}
