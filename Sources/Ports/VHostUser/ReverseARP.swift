import Bytes
import Wire

/// A frame that says nothing but where a station is, for FDBs to learn: a broadcast of a request of RFC 903, which nobody
/// answers.
enum ReverseARP {
  static var length: Int { 60 }

  /// Whether a station can have the address: it is no group's and not 0.
  static func takes(_ address: MACAddress) -> Bool { !address.isMulticast && address.rawValue != 0 }

  /// Makes `packet` such a frame from `address`.
  static func write(_ packet: Packet, from address: MACAddress) {
    packet.setLength(length)
    var bytes = packet.mutableBytes
    for i in 0..<length { bytes.store(UInt8(0), at: i) }
    store(.broadcast, at: 0, &bytes)
    store(address, at: 6, &bytes)
    bytes.store(EtherType.rarp.rawValue, at: 12)
    // Ethernet and IPv4, addresses of 6 and 4 bytes, a reverse request.
    bytes.store(UInt16(1), at: 14)
    bytes.store(EtherType.ipv4.rawValue, at: 16)
    bytes.store(UInt16(0x0604), at: 18)
    bytes.store(UInt16(3), at: 20)
    // Who asks, and about whom.
    store(address, at: 22, &bytes)
    store(address, at: 32, &bytes)
  }

  private static func store(_ address: MACAddress, at offset: Int, _ bytes: inout MutableRawSpan) {
    bytes.store(UInt32(truncatingIfNeeded: address.rawValue >> 16), at: offset)
    bytes.store(UInt16(truncatingIfNeeded: address.rawValue), at: offset + 4)
  }
}
