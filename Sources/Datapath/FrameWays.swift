import Bytes
import Match
import Pipeline

/// What is known of each frame of the receive batch in case that it is dropped: a few words a frame, taken while they
/// are at hand. A copy knows by `Packet.origin` which frame it is of.
///
/// # Memory
/// One allocation of 32 ways, freed by `deinit`; an origin is taken modulo 32.
@safe struct FrameWays: ~Copyable {
  private struct Way {
    /// `eth_dst` 48 | `eth_type` 16
    var destination: UInt64 = 0
    /// `eth_src` 48 | 16 unused
    var source: UInt64 = 0
    var vlan: UInt64 = 0
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

  /// A frame that the translator has taken up.
  @inline(__always)
  mutating func begin(_ origin: Int, _ translator: inout Translator) {
    let way = unsafe ways + origin & 31
    unsafe way.pointee.destination = translator.field(word: FlowKey.Word.ethernetDestination)
    unsafe way.pointee.source = translator.field(word: FlowKey.Word.ethernetSource)
    unsafe way.pointee.vlan = translator.field(word: FlowKey.Word.vlan)
  }

  /// The translator is done with it.
  @inline(__always)
  mutating func end(_ origin: Int, _ translator: inout Translator) {
    let way = unsafe ways + origin & 31
    unsafe way.pointee.path = translator.path
    unsafe way.pointee.bridge = translator.dropBridge
    unsafe way.pointee.table = translator.dropTable
  }

  /// A frame that goes nowhere near the tables.
  mutating func begin(_ origin: Int, unread packet: Packet) {
    var layout = FrameLayout()
    var way = Way()
    if let key = FlowKey.extract(from: packet.bytes, layout: &layout) {
      way.destination = key.words[FlowKey.Word.ethernetDestination]
      way.source = key.words[FlowKey.Word.ethernetSource]
      way.vlan = key.words[FlowKey.Word.vlan]
    }
    unsafe ways[origin & 31] = way
  }

  func record(
    of origin: Int, reason: DropReason, ingress: PortIndex, isCopy: Bool, time: UInt64
  ) -> DropRecord {
    let way = unsafe ways[origin & 31]
    return DropRecord(
      ingress: ingress, isCopy: isCopy, reason: reason, time: time, bridge: way.bridge, table: way.table,
      destination: way.destination, source: way.source >> 16, tci: UInt16(truncatingIfNeeded: way.vlan >> 32),
      path: way.path)
  }
}
