import Bytes
import Match
import Pipeline
import Wire

/// A fragment of an IP packet as its headers describe it. RFC 791, section 3.2; RFC 8200, section 4.5.
struct Fragment {
  /// Which packet it is a part of: what fragments of one packet have in common.
  struct Key: Equatable {
    var port: PortIndex
    /// The VLANs of up to two tags, without priorities.
    var vlan: UInt64
    var source: UInt128
    var destination: UInt128
    /// For IPv4 16 bits, and the protocol, which is 0 for IPv6.
    var identification: UInt32
    var proto: UInt8
    var isIPv6: Bool
  }

  var key: Key
  /// Where the network header starts in the frame.
  var network: Int
  /// Bytes of the network header and of all that stands before the fragment header of IPv6.
  var headerLength: Int
  /// Of IPv6, the header behind the fragment header, and where in the frame the one before it says so.
  var nextHeader: UInt8 = 0
  var nextHeaderField = 0
  /// Where the payload starts in the frame, and how long it is.
  var payload: Int
  var length: Int
  /// Where it belongs in the packet's payload.
  var offset: Int
  var isLast: Bool
  /// RFC 3168, section 5.
  var ecn: UInt8
  /// Bytes of the IP packet that the fragment is.
  var size: Int

  var end: Int { offset + length }

  /// Reads the fragment in `packet`, whose network header was found to be whole. `nil` when its headers contradict
  /// themselves: a middle part whose length is no multiple of 8, no payload, a packet longer than IP allows, an
  /// IPv4 header whose checksum is wrong.
  init?(_ packet: Packet, layout: FrameLayout, port: PortIndex, vlan: UInt64) {
    let bytes = packet.bytes
    network = layout.network
    guard network >= 14 else { return nil }
    // The priority is not part of a VLAN, and the frames of one packet may differ in it.
    let vlan = vlan & ~0xe000_0000_e000
    switch bytes.load(UInt16.self, at: network - 2) {
    case 0x0800:
      headerLength = Int(bytes.load(UInt8.self, at: network) & 15) * 4
      guard InternetChecksum.sum(bytes.extracting(network..<(network + headerLength))) == 0xffff else {
        return nil
      }
      size = Int(bytes.load(UInt16.self, at: network + 2))
      payload = network + headerLength
      length = size - headerLength
      let field = bytes.load(UInt16.self, at: network + 6)
      offset = Int(field & 0x1fff) * 8
      isLast = field & 0x2000 == 0
      ecn = bytes.load(UInt8.self, at: network + 1) & 3
      key = Key(
        port: port, vlan: vlan, source: UInt128(bytes.load(UInt32.self, at: network + 12)),
        destination: UInt128(bytes.load(UInt32.self, at: network + 16)),
        identification: UInt32(bytes.load(UInt16.self, at: network + 4)),
        proto: bytes.load(UInt8.self, at: network + 9), isIPv6: false)
      guard headerLength + end <= 65_535 else { return nil }
    case 0x86dd:
      guard let place = Self.fragmentHeader(in: bytes, network: network) else { return nil }
      headerLength = place.offset - network
      nextHeaderField = place.field
      nextHeader = bytes.load(UInt8.self, at: place.offset)
      size = 40 + Int(bytes.load(UInt16.self, at: network + 4))
      payload = place.offset + 8
      length = network + size - payload
      let field = bytes.load(UInt16.self, at: place.offset + 2)
      offset = Int(field & 0xfff8)
      isLast = field & 1 == 0
      ecn = UInt8(truncatingIfNeeded: bytes.load(UInt16.self, at: network) >> 4 & 3)
      key = Key(
        port: port, vlan: vlan, source: Self.address(in: bytes, at: network + 8),
        destination: Self.address(in: bytes, at: network + 24),
        identification: bytes.load(UInt32.self, at: place.offset + 4), proto: 0, isIPv6: true)
      guard headerLength - 40 + end <= 65_535 else { return nil }
    default: return nil
    }
    guard length > 0, isLast || length & 7 == 0 else { return nil }
  }

  private static func address(in bytes: RawSpan, at offset: Int) -> UInt128 {
    UInt128(bytes.load(UInt64.self, at: offset)) << 64 | UInt128(bytes.load(UInt64.self, at: offset + 8))
  }

  /// Where the fragment header of an IPv6 packet is, and which byte says that it follows.
  private static func fragmentHeader(in bytes: RawSpan, network: Int) -> (offset: Int, field: Int)? {
    var field = network + 6
    var offset = network + 40
    while offset + 8 <= bytes.byteCount {
      switch bytes.load(UInt8.self, at: field) {
      case 44: return (offset, field)
      case 0, 43, 60:
        field = offset
        offset += Int(bytes.load(UInt8.self, at: offset + 1)) * 8 + 8
      case 51:
        field = offset
        offset += Int(bytes.load(UInt8.self, at: offset + 1)) * 4 + 8
      default: return nil
      }
    }
    return nil
  }

  /// Whether the frame has an EtherType: the length that others have cannot say how long a whole packet is.
  static func hasEtherType(_ packet: Packet) -> Bool {
    let bytes = packet.bytes
    var offset = 12
    while offset + 6 <= bytes.byteCount {
      let type = bytes.load(UInt16.self, at: offset)
      guard type == 0x8100 || type == 0x88a8 else { return type >= 0x600 }
      offset += 4
    }
    return false
  }
}

extension Fragment.Key {
  /// - Parameter seed: of the process's choice, so that nobody can choose packets that collide.
  func hash(seed: UInt64) -> UInt64 {
    var state = seed
    func mix(_ value: UInt64) {
      state = (state ^ value) &* 0x9e37_79b9_7f4a_7c15
      state ^= state >> 29
    }
    mix(UInt64(truncatingIfNeeded: source))
    mix(UInt64(truncatingIfNeeded: source >> 64))
    mix(UInt64(truncatingIfNeeded: destination))
    mix(UInt64(truncatingIfNeeded: destination >> 64))
    mix(vlan)
    mix(UInt64(identification) << 32 | UInt64(port.rawValue) << 16 | UInt64(proto) << 8 | (isIPv6 ? 1 : 0))
    return state
  }
}
