import Actions
import Bytes
import Datapath
import Flow
import Match
import Pipeline
import Ports
import TestKit

/// A switch with random bridges, ports, patches and rules, and the laws that hold for it whatever they are:
///
/// - A frame that was received is delivered at least once, dropped for exactly one reason, or waits for the other
///   fragments of its packet. Those that become one packet share its fate.
/// - What a port counts as sent is what its device took.
/// - A frame whose checksums are right leaves with checksums that are right.
public final class RandomWorld {
  /// What worlds are made of.
  public struct Traits: Sendable {
    /// Patches and resubmits may form loops, so that a frame may cost thousands of lookups.
    public var hasLoops: Bool
    /// Rules that a validation would refuse are there as well; checksums are not looked at then.
    public var hasNonsense: Bool
    /// Meters have rates that frames can be above, so that it depends on the time what becomes of them.
    public var hasLowRates = true
    /// Ports may take less than a whole batch. How frames come together in batches depends on the time that they take, and
    /// so does what becomes of them then.
    public var hasFullQueues = true
    /// Many rules send on whatever comes in by a port.
    public var hasWires = false
    /// How many flows the switch's cache holds.
    public var flowCapacity = 65_536

    public init(hasLoops: Bool, hasNonsense: Bool) {
      self.hasLoops = hasLoops
      self.hasNonsense = hasNonsense
    }
  }

  var random: SeededGenerator
  private var rules: RandomRules
  private var frames: RandomFrames
  private let valid: [MemoryFrame]
  let subject: TestSwitch
  private let traits: Traits
  /// Whether packets may be made of fragments, whose payloads are nothing that would have a checksum.
  private var reassembles = false
  /// Which laws were broken, in words.
  public private(set) var violations: [String] = []

  public init(seed: UInt64, traits: Traits) throws {
    random = SeededGenerator(seed: seed)
    frames = RandomFrames(seed: seed &+ 1)
    self.traits = traits
    var frames = frames
    valid = (0..<256).map { _ in frames.valid() }
    self.frames = frames
    subject = try TestSwitch(flowCapacity: traits.flowCapacity)
    let keys = valid.compactMap { frame in
      var layout = FrameLayout()
      return FlowKey.extract(from: frame.bytes.rawSpan, layout: &layout)
    }
    rules = RandomRules(
      seed: seed &+ 2, keys: keys, hasLoops: traits.hasLoops, hasNonsense: traits.hasNonsense,
      hasWires: traits.hasWires)
    for i in 0..<(1 + below(3)) { try addBridge(i) }
    try addPatches()
  }

  func below(_ count: Int) -> Int { Int.random(in: 0..<count, using: &random) }
  func chance(of one: Int) -> Bool { below(one) == 0 }

  // MARK: Building

  private func addBridge(_ index: Int) throws {
    let bridge = try subject.addBridge("br\(index)", failMode: chance(of: 4) ? .secure : .standalone)
    for number in 1...UInt16(3 + below(4)) {
      if chance(of: 12) {
        _ = try subject.addBarePort(number, to: bridge, settings: settings())
        continue
      }
      let budget = chance(of: 6) ? below(8) : PacketBatch.capacity
      let attachment = try subject.addPort(
        number, to: bridge, settings: settings(),
        offloads: PortOffloads(rawValue: chance(of: 2) ? 0 : UInt8(below(8))),
        mtu: chance(of: 6) ? 100 : chance(of: 2) ? 1500 : 65_535, sink: .keep,
        through: { ConstrainedPort($0, framesPerBatch: traits.hasFullQueues ? budget : PacketBatch.capacity) }
      )
      if chance(of: 20) { attachment.device.setUp(false) }
    }
    try addMeters(to: bridge)
    try bridge.commit((1...RandomRules.groupCount).reversed().map { .group(rules.group($0)) })
    try bridge.apply((0..<below(16)).map { _ in rules.rule() })
    bridge.settings.fragments = FragmentHandling.allCases[below(4)]
    if bridge.settings.fragments == .reassemble { reassembles = true }
    for table in 0..<4 as Range<UInt8> where chance(of: 4) {
      let misses: [BridgeRecord.Miss] = [.controller, .next, .drop]
      bridge.settings.tableMisses[table] = misses[below(3)]
    }
    if chance(of: 2) { subject.core.packetIns.setListening(true, at: bridge.index) }
  }

  /// Those that rules name, and at times those of all packet-ins.
  private func addMeters(to bridge: Bridge) throws {
    for meter in [1, 2, 3, MeterID.controller, MeterID.slowPath] where meter <= 3 || chance(of: 6) {
      let bands = (0..<(1 + below(2))).map { _ in
        MeterBand(
          chance(of: 2) ? .drop : .remarkDSCP(precedenceLevel: UInt8(below(4))),
          rate: traits.hasLowRates ? UInt32(1 + below(200)) : .max, burstSize: UInt32(1 + below(200)))
      }
      let config = MeterConfig(
        meter: meter, flags: [chance(of: 2) ? .kilobits : .packets, .burst], bands: bands)
      try bridge.apply(MeterMod(command: .add, config: config))
    }
  }

  func settings() -> PortSettings {
    var settings = PortSettings()
    settings.vlan.mode = VLANSettings.Mode.allCases[chance(of: 2) ? 1 : below(5)]
    settings.vlan.tag = UInt16(below(4))
    if chance(of: 3) { settings.vlan.trunks = [UInt16(below(4)), UInt16(below(4))] }
    if chance(of: 3) { settings.vlan.customerVLANs = [UInt16(below(4))] }
    settings.vlan.priorityTags = VLANSettings.PriorityTags.allCases[below(3)]
    settings.isProtected = chance(of: 6)
    for flag in [PortFlags.down, .noReceive, .noFlood, .noForward, .noPacketIn] where chance(of: 16) {
      settings.flags.insert(flag)
    }
    return settings
  }

  private func addPatches() throws {
    let bridges = subject.core.bridges
    var number: UInt16 = 7
    for i in bridges.indices.dropFirst() {
      for _ in 0..<(traits.hasLoops ? 1 + below(2) : 1) {
        _ = try subject.addPatch(number, of: bridges[i - 1], number + 1, of: bridges[i])
        number += 2
      }
    }
    if chance(of: 4), let bridge = bridges.first {
      try subject.addBarePort(number, to: bridge).connect(to: nil)
    }
  }

  /// One more rule for one of the bridges.
  func rule() -> FlowMod { rules.rule() }

  // MARK: Running

  func frame() -> (frame: MemoryFrame, isValid: Bool) {
    let frame = valid[below(valid.count)]
    return chance(of: 3) ? (frames.mangled(frame), false) : (frame, true)
  }

  /// Sums over all ports.
  private struct Totals: Equatable {
    var received: UInt64 = 0
    var dropped: UInt64 = 0
    var refused: UInt64 = 0
    var sent: UInt64 = 0
    var held: UInt64 = 0
  }

  private var totals: Totals {
    var result = Totals()
    for each in subject.attachments {
      let statistics = each.port.statistics
      result.received += statistics.receivedPackets
      result.dropped += statistics.receiveDrops
      result.refused += statistics.receiveErrors
      result.sent += statistics.sentPackets
      result.held &+= statistics.heldFragments
      if statistics.sentPackets != each.device.transmittedCount {
        violations.append(
          "\(each.port.name) counts \(statistics.sentPackets), sent \(each.device.transmittedCount)")
      }
    }
    return result
  }

  /// Feeds frames one by one and checks what became of each.
  public func feedSingly(_ count: Int) {
    var fed = 0
    while fed < count, violations.count < 10 {
      guard let port = subject.attachments.randomElement(using: &random) else { return }
      let batch = chance(of: 8) ? fragments().map { (frame: $0, isValid: false) } : [frame()]
      for (frame, isValid) in batch { feed(frame, isValid: isValid, to: port) }
      fed += batch.count
    }
  }

  /// All fragments of one packet, at times one of them twice.
  private func fragments() -> [MemoryFrame] {
    let payload = [UInt8](repeating: 5, count: 8 + below(200))
    let whole = TestFrame(.ipv4(.init(.udp(.init(source: 1, destination: 2, payload: payload)))))
    var parts = TestFragments.cut(
      whole.bytes, at: below(2) == 0 ? [8] : [8, 16], identification: UInt32(below(65_536)))
    if chance(of: 3) { parts.append(parts[0]) }
    parts.shuffle(using: &random)
    return parts.map { MemoryFrame($0) }
  }

  private func feed(_ frame: MemoryFrame, isValid: Bool, to port: TestSwitch.Attachment) {
    let before = totals
    subject.feed([frame], to: port)
    let after = totals
    let messages = subject.core.packetIns.takeAll().count
    let isDelivered = after.sent > before.sent || messages > 0
    let drops = after.dropped - before.dropped
    let received = after.received - before.received
    // Fragments that waited come to an end with this one.
    let held = Int(truncatingIfNeeded: after.held &- before.held)
    let ended = Int(received) - held
    if received + after.refused - before.refused != 1 || ended < 0 || drops != (isDelivered ? 0 : ended) {
      violations.append(
        "received \(received), delivered \(isDelivered), dropped \(drops), held \(held): \(frame)")
    }
    look(at: frame, isValid: isValid)
  }

  /// Checks the frames that left.
  private func look(at frame: MemoryFrame, isValid: Bool) {
    for each in subject.attachments {
      for copy in each.take() {
        guard each.device.offloads.takes(copy.offload) else {
          violations.append("\(each.port.name) cannot take \(copy.offload)")
          continue
        }
        guard isValid, !traits.hasNonsense, !reassembles, !copy.offload.needsChecksum else { continue }
        if let problem = FrameVerifier.problem(in: copy.bytes) {
          violations.append("\(problem) of \(copy.bytes) is wrong; it arrived as \(frame)")
        }
      }
    }
  }

  /// Feeds frames many at a time and checks the sums.
  public func feedInBatches(_ count: Int) {
    let before = totals
    var fed = 0
    while fed < count {
      guard let port = subject.attachments.randomElement(using: &random) else { return }
      let batch = (0..<min(1024, count - fed)).map { _ in frame().frame }
      subject.feed(batch, to: port)
      for each in subject.attachments { _ = each.take() }
      _ = subject.core.packetIns.takeAll()
      fed += batch.count
    }
    let after = totals
    let received = after.received - before.received
    if received + after.refused - before.refused != UInt64(fed) {
      violations.append("of \(fed) fed, \(received) arrived")
    }
    let held = Int(truncatingIfNeeded: after.held &- before.held)
    if Int(after.dropped - before.dropped) + held > Int(received) {
      violations.append("more frames were dropped than came")
    }
  }
}
