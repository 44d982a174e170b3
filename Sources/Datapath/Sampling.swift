import Bytes
import Match
import Pipeline

/// Decides which frames are reported. Each worker has its own.
struct SamplingDice {
  /// Of a Weyl sequence, whose bits are mixed for each number that is drawn.
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// True in so many of 65535 cases.
  mutating func takes(_ probability: UInt16) -> Bool {
    guard probability < .max else { return true }
    state &+= 0x9e37_79b9_7f4a_7c15
    var bits = (state ^ state >> 32) &* 0xd6e8_feb8_6659_fd93
    bits = (bits ^ bits >> 32) &* 0xd6e8_feb8_6659_fd93
    return ((bits >> 32) * 65_535) >> 32 < UInt64(probability)
  }
}

extension PacketPath {
  /// Reports the frame, or not, as chance has it.
  /// - Parameter program: what is done to the frame.
  @inline(never)
  mutating func sample(_ packet: Packet, _ sampling: FrameSampling, of program: FrameProgram) {
    guard dice.takes(sampling.probability) else { return }
    var layout = FrameLayout()
    // What is no Ethernet frame is not forwarded, but rules may have cut this one.
    guard let key = FlowKey.extract(from: packet.bytes, layout: &layout) else { return }
    var sample = FrameSample(
      sampling: sampling, length: UInt32(truncatingIfNeeded: packet.length), packetLength: 0,
      headerLength: Self.headerLength(key), isForwarded: Self.isForwarding(program),
      time: microseconds)
    for i in sample.headers.indices { sample.headers[i] = key.words[FlowKey.Word.firstOfFrame + i] }
    if layout.network > 0 { sample.packetLength = Self.packetLength(packet, at: layout.network, key) }
    if !sampling.isEthernet {
      sample.length -= UInt32(sample.headerLength)
      sample.headerLength = 0
    }
    samples.append(sample, from: translator.lane)
  }

  /// Whether a program sends its frame anywhere.
  private static func isForwarding(_ program: FrameProgram) -> Bool {
    var areCopies = false
    for i in 0..<program.opCount {
      switch program.op(i) {
      case .output, .controller: if !areCopies { return true }
      // What mirrors get is no way for the frame.
      case .mirroring(let isOn): areCopies = isOn
      default: continue
      }
    }
    return false
  }

  /// Of the Ethernet header with the tags that a key shows, in bytes.
  private static func headerLength(_ key: FlowKey) -> UInt8 {
    let tags = key.words[FlowKey.Word.vlan]
    let isTagged = (tags >> 32 & FlowKey.vlanPresent != 0, tags & FlowKey.vlanPresent != 0)
    return 14 + (isTagged.0 ? 4 : 0) + (isTagged.1 ? 4 : 0)
  }

  /// What the header at `offset` says of its packet's length.
  private static func packetLength(_ packet: Packet, at offset: Int, _ key: FlowKey) -> UInt32 {
    let bytes = packet.bytes
    return switch key.words[FlowKey.Word.ethernetDestination] & 0xffff {
    case 0x0800: UInt32(bytes.load(UInt16.self, at: offset + 2))
    case 0x86dd: UInt32(bytes.load(UInt16.self, at: offset + 4)) + 40
    default: 0
    }
  }
}
