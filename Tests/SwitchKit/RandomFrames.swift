public import Ports
public import TestKit
import Bytes

/// Frames of every kind that the switch knows, valid ones and broken ones.
public struct RandomFrames {
  public var random: SeededGenerator

  public init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  mutating func chance(of one: Int) -> Bool { Int.random(in: 0..<one, using: &random) == 0 }
  mutating func bytes(_ counts: ClosedRange<Int>) -> [UInt8] {
    (0..<Int.random(in: counts, using: &random)).map { _ in UInt8.random(in: 0...255, using: &random) }
  }
  private mutating func number<T: FixedWidthInteger & UnsignedInteger>() -> T {
    T.random(in: 0...3, using: &random)
  }

  // MARK: Valid frames

  /// A frame whose checksums are right, finished or not.
  public mutating func valid() -> MemoryFrame {
    let frame = description()
    switch Int.random(in: 0..<4, using: &random) {
    case 0 where isUnfinishable(frame): return frame.unfinished
    case 1 where isUnfinishable(frame):
      if case .udp(let header) = frame.transport, header.payload.isEmpty { return frame.unfinished }
      return frame.unfinished(segmentSize: .random(in: 100...1400, using: &random))
    default: return MemoryFrame(frame.bytes)
    }
  }

  /// TCP and UDP, whole, with nothing behind them.
  private func isUnfinishable(_ frame: TestFrame) -> Bool {
    guard frame.padding == 0, !frame.isSNAP else { return false }
    switch frame.transport {
    case .tcp: break
    case .udp(let header): if !header.hasChecksum { return false }
    default: return false
    }
    switch frame.network {
    case .ipv4(let header): return header.fragment & 0x3fff == 0
    case .ipv6(let header):
      return header.extensions.allSatisfy {
        switch $0 {
        case .hopByHop, .routing, .destination: true
        case .fragment, .authentication: false
        }
      }
    default: return false
    }
  }

  private mutating func description() -> TestFrame {
    let network = network()
    var frame = TestFrame(
      network, from: 0x0200_0000_0000 | UInt64.random(in: 0...15, using: &random),
      to: chance(of: 4) ? 0xffff_ffff_ffff : 0x0200_0000_0000 | UInt64.random(in: 0...15, using: &random))
    if chance(of: 20) { frame.destination = 0x0180_c200_0000 }
    for _ in 0..<[0, 0, 0, 1, 1, 2, 3][Int.random(in: 0..<7, using: &random)] {
      frame.tags.append(
        .init(vlan: number(), priority: number(), tpid: chance(of: 4) ? 0x88a8 : 0x8100))
    }
    if chance(of: 8) { frame.padding = Int.random(in: 1...40, using: &random) }
    if chance(of: 30), frame.bytes.count < 1400 { frame.isSNAP = true }
    return frame
  }

  private mutating func network() -> TestFrame.Network {
    switch Int.random(in: 0..<12, using: &random) {
    case 0:
      let labels: [UInt8] = [0, 1, number(), 64, 0, 2, number(), 63]
      // Base and path header of NSH with a whole context.
      let context: [UInt8] = [number(), 0xc6, 1, 3, 0, 0, 7, 255]
      switch Int.random(in: 0..<4, using: &random) {
      case 0: return .other(type: 0x8847, labels + bytes(0...40))
      case 1: return .other(type: 0x8848, bytes(0...10))
      case 2: return .other(type: 0x894f, context + bytes(10...60))
      default: return .other(type: 0x88b5, bytes(0...60))
      }
    case 1: return .length(bytes(3...60))
    case 2, 3: return .arp(.init(operation: number(), sender: number(), target: number()))
    case 4, 5, 6, 7:
      var header = TestFrame.IPv4(transport(isIPv6: false))
      (header.source, header.destination) = (0x0a00_0000 | number(), 0x0a00_0000 | number())
      (header.tos, header.ttl) = (number(), number())
      if chance(of: 6) {
        header.options = [UInt8](repeating: 1, count: 4 * Int.random(in: 1...10, using: &random))
      }
      if chance(of: 8) {
        // Often of the same packet as others.
        header.fragment = UInt16.random(in: 0...4, using: &random) | (chance(of: 3) ? 0 : 0x2000)
        if header.fragment & 0x1fff != 0 {
          header.transport = .other(number: header.transport.number, part())
        }
      }
      return .ipv4(header)
    default:
      var header = TestFrame.IPv6(transport(isIPv6: true))
      (header.source[1], header.destination[1]) = (number(), number())
      (header.trafficClass, header.hopLimit, header.label) = (number(), number(), number())
      for _ in 0..<(chance(of: 3) ? Int.random(in: 1...3, using: &random) : 0) {
        switch Int.random(in: 0..<5, using: &random) {
        case 0: header.extensions.append(.hopByHop())
        case 1: header.extensions.append(.routing([UInt8](repeating: 0, count: 14)))
        case 2: header.extensions.append(.destination())
        case 3: header.extensions.append(.authentication)
        default:
          let offset = UInt16.random(in: 0...4, using: &random)
          header.extensions.append(.fragment(offset: offset, more: !chance(of: 3)))
          if offset != 0 { header.transport = .other(number: header.transport.number, part()) }
          return .ipv6(header)
        }
      }
      return .ipv6(header)
    }
  }

  /// A part of a packet, mostly of a length that a middle part can have.
  private mutating func part() -> [UInt8] {
    chance(of: 4) ? bytes(0...60) : bytes(8...8) + (chance(of: 2) ? bytes(8...8) : [])
  }

  private mutating func transport(isIPv6: Bool) -> TestFrame.Transport {
    let payload = chance(of: 40) ? bytes(1000...4000) : bytes(0...40)
    switch Int.random(in: 0..<8, using: &random) {
    case 0, 1, 2:
      var header = TestFrame.TCP(source: number(), destination: number(), payload: payload)
      header.flags = .random(in: 0...0x1ff, using: &random)
      if chance(of: 4) { header.options = [1, 1, 1, 1] }
      return .tcp(header)
    case 3, 4:
      var header = TestFrame.UDP(source: number(), destination: number(), payload: payload)
      header.hasChecksum = isIPv6 || !chance(of: 4)
      return .udp(header)
    case 5: return .sctp(.init(source: number(), destination: number(), payload: payload))
    case 6 where isIPv6:
      return .neighbourDiscovery(
        type: chance(of: 2) ? 135 : 136, target: [0xfe80 << 48, number()],
        address: chance(of: 3) ? nil : number())
    case 6: return .other(number: 200, payload)
    default: return .icmp(type: number(), code: number(), body: [0, 0, 0, 1] + payload, isIPv6: isIPv6)
    }
  }

  // MARK: Broken frames

  /// `frame` with some of its bytes, its length or its offload header changed.
  public mutating func mangled(_ frame: MemoryFrame) -> MemoryFrame {
    var frame = frame
    let kind = Int.random(in: 0..<8, using: &random)
    if kind < 6, !frame.bytes.isEmpty {
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        // Headers are what the switch reads.
        let limit = chance(of: 4) ? frame.bytes.count : min(frame.bytes.count, 80)
        frame.bytes[Int.random(in: 0..<limit, using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
    }
    if kind >= 5 { frame.bytes.removeLast(Int.random(in: 0...frame.bytes.count, using: &random)) }
    if chance(of: 8) {
      frame.offload.flags = .random(in: 0...3, using: &random)
      frame.offload.gsoType = [0, 1, 4, 5, 3, 0x81][Int.random(in: 0..<6, using: &random)]
      frame.offload.segmentSize = .random(in: 0...2000, using: &random)
      frame.offload.headerLength = .random(in: 0...200, using: &random)
      frame.offload.checksumStart = .random(in: 0...90, using: &random)
      frame.offload.checksumOffset = [2, 6, 8, 16, 500][Int.random(in: 0..<5, using: &random)]
    }
    return frame
  }
}
