import Bytes
import Classifier
import Match
import Pipeline

/// What is known of each frame of the receive batch in case that it is dropped: which rules it went by, and where
/// the reason was found. A copy knows by `Packet.origin` which frame it is of.
///
/// # Memory
/// One allocation of 32 ways, freed by `deinit`; an origin is taken modulo 32.
@safe struct FrameWays: ~Copyable {
  private struct Way {
    /// Of a frame whose flow was found; the rest says nothing then.
    var hit: FlowHit?
    var bridge = BridgeIndex(rawValue: 0)
    var table: UInt8 = 0
    var path = RulePath()
  }

  private let ways: UnsafeMutablePointer<Way>

  init() {
    unsafe ways = .allocate(capacity: 32)
    unsafe ways.initialize(repeating: Way(), count: 32)
  }

  deinit { unsafe ways.deallocate() }

  /// The frame goes as others of its flow went. Until the end of the batch.
  @inline(__always)
  mutating func set(_ origin: Int, _ hit: FlowHit) { unsafe ways[origin & 31].hit = hit }

  /// The translator is done with the frame.
  @inline(__always)
  mutating func set(_ origin: Int, _ translator: inout Translator) {
    let way = unsafe ways + origin & 31
    unsafe way.pointee.hit = nil
    unsafe way.pointee.path = translator.path
    unsafe way.pointee.bridge = translator.dropBridge
    unsafe way.pointee.table = translator.dropTable
  }

  /// The frame goes by one rule.
  @inline(__always)
  mutating func set(_ origin: Int, _ sole: SoleOutput) {
    let way = unsafe ways + origin & 31
    unsafe way.pointee.hit = nil
    unsafe way.pointee.bridge = sole.bridge
    unsafe way.pointee.table = 0
    unsafe way.pointee.path.set(sole.step)
  }

  /// The frame goes nowhere near the tables.
  mutating func clear(_ origin: Int) { unsafe ways[origin & 31] = Way() }

  func record(
    of origin: Int, _ arrivals: borrowing Arrivals, reason: DropReason, ingress: PortIndex, isCopy: Bool,
    time: UInt64
  ) -> DropRecord {
    let way = unsafe ways[origin & 31]
    let key = arrivals.key(origin)
    return DropRecord(
      ingress: ingress, isCopy: isCopy, reason: reason, time: time, bridge: way.hit?.dropBridge ?? way.bridge,
      table: way.hit?.dropTable ?? way.table, destination: key[FlowKey.Word.ethernetDestination],
      source: key[FlowKey.Word.ethernetSource] >> 16,
      tci: UInt16(truncatingIfNeeded: key[FlowKey.Word.vlan] >> 32), path: way.hit?.path ?? way.path)
  }
}
