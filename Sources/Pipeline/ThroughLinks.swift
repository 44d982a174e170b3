import Actions
import Bytes
import Classifier
import Match

/// `multipath`, `bundle`, `bundle_load` and `check_pkt_larger`: what they choose goes to a port, or into the accumulator
/// and from there to a field.
extension Translator {
  mutating func chooseLink(
    _ hash: LinkHash, basis: UInt16, _ algorithm: Action.Multipath.Algorithm, lastLink: UInt16,
    argument: UInt32
  ) {
    let hash = hash.hash(of: key, basis: basis)
    accumulator = UInt128(LinkChoice.link(of: hash, algorithm, lastLink: lastLink, argument: argument))
  }

  /// The number of the member that is chosen of those which the ops of `list` from `start` up to `end` name; 0xffff when
  /// none is up.
  func chooseMember(
    _ list: OpList, from start: Int, to end: Int, _ algorithm: Action.Bundle.Algorithm, _ hash: LinkHash,
    basis: UInt16
  ) -> UInt16 {
    let hash = algorithm == .highestRandomWeight ? hash.hash(of: key, basis: basis) : 0
    var best = PortNumber.none.rawValue
    var bestWeight: UInt32 = 0
    var isFirst = true
    for place in start..<end {
      guard case .member(let port) = list[place], isUp(member: port) else { continue }
      if algorithm == .activeBackup { return port }
      let weight = MurmurHash.of(UInt32(truncatingIfNeeded: place - start), hash)
      if isFirst || weight > bestWeight { (best, bestWeight) = (port, weight) }
      isFirst = false
    }
    return best
  }

  /// Reserved ports are always up.
  private func isUp(member port: UInt16) -> Bool {
    port > PortNumber.maximum.rawValue && port != PortNumber.local.rawValue || isLive(port: port)
  }

  /// Sends the frame to the member that was chosen.
  mutating func output(member port: UInt16) {
    guard port != PortNumber.none.rawValue else { return because(.bundleHasNoLiveMember) }
    output(number: port, maximumLength: 0)
  }

  /// 1 for a frame that is longer than `length` bytes, what pads its IP packet not counted; of one that is to be segmented
  /// each segment counts.
  mutating func compareLength(with length: UInt16) {
    commit()
    guard let arrived else { return accumulator = 0 }
    let offload = arrived.offload
    let padding =
      layers.base == .arrived
      ? FlowKey.paddingLength(layers.readType, in: arrived.bytes, at: layers.offset) : 0
    let bytes =
      offload.isGSO
      ? min(arrived.length, Int(offload.headerLength) + Int(offload.segmentSize)) : arrived.length - padding
    accumulator = bytes + lengthChange.now > Int(length) ? 1 : 0
  }

  /// To a port with a priority of its own.
  mutating func enqueue(port: UInt16, priority: UInt32) {
    let word = FlowKey.Word.packetMark
    let old = key[word]
    key[word] = old & ~0xffff_ffff | UInt64(priority)
    isDirty = true
    output(number: port, maximumLength: 0)
    key[word] = old
    isDirty = true
  }

  /// Gives the frame the priority that the key says.
  mutating func commitPriority() {
    let difference = (key[FlowKey.Word.packetMark] ^ frame[FlowKey.Word.packetMark]) & 0xffff_ffff
    guard difference != 0 else { return }
    frame[FlowKey.Word.packetMark] ^= difference
    emit(.setPriority(UInt32(truncatingIfNeeded: key[FlowKey.Word.packetMark])))
  }
}

/// The kernel's number of a queue: its class, the child of number `queue` + 1 of the root queueing discipline 1:.
enum QueuePriority {
  /// `nil` for a queue that cannot have a class; as in Open vSwitch it is not set then.
  static func priority(of queue: UInt32) -> UInt32? { queue < 0xf000 ? 1 << 16 | (queue + 1) : nil }
}
