import Actions
import Classifier
import Match

/// The hash by which `multipath` and `bundle` choose, of the fields that they name: the number that Open vSwitch has on
/// a little-endian machine, so that both choose the same links.
extension LinkHash {
  private typealias W = FlowKey.Word

  func hash(of key: KeyReference, basis: UInt16) -> UInt32 {
    let basis = UInt32(basis)
    let isIPv4 = key.networkType == 0x0800
    let isIPv6 = key.networkType == 0x86dd
    switch self {
    case .ethernetSource:
      var bytes = HashedBytes()
      bytes.append(key[W.ethernetSource] >> 16, count: 6)
      return bytes.hash(basis)
    case .networkSource, .networkDestination:
      guard isIPv4 || isIPv6 else { return basis }
      let isSource = self == .networkSource
      var bytes = HashedBytes()
      if isIPv4 {
        bytes.append(isSource ? key[W.ipv4] >> 32 : key[W.ipv4], count: 4)
      } else {
        let word = isSource ? W.ipv6Source : W.ipv6Destination
        bytes.append(key[word], count: 8)
        bytes.append(key[word + 1], count: 8)
      }
      return bytes.hash(basis)
    case .symmetricL4, .symmetricL3:
      var bytes = HashedBytes()
      bytes.append(isIPv4 ? Self.addresses(key) << 32 : isIPv6 ? Self.addresses(key, 0) : 0, count: 8)
      bytes.append(isIPv6 ? Self.addresses(key, 1) : 0, count: 8)
      bytes.append(UInt64(key.networkType), count: 2)
      if self == .symmetricL4 { Self.appendL4(of: key, isIP: isIPv4 || isIPv6, to: &bytes) }
      bytes.pad()
      return bytes.hash(basis)
    case .symmetricL3L4, .symmetricL3L4UDP:
      guard isIPv4 || isIPv6 else { return Self.symmetricL2(key, basis) }
      return symmetricL3L4(key, isIPv4: isIPv4, basis)
    }
  }

  /// IPv4 addresses, combined so that both directions are the same.
  private static func addresses(_ key: KeyReference) -> UInt64 {
    (key[W.ipv4] >> 32 ^ key[W.ipv4]) & 0xffff_ffff
  }

  /// A half of the IPv6 addresses, likewise.
  private static func addresses(_ key: KeyReference, _ half: Int) -> UInt64 {
    key[W.ipv6Source + half] ^ key[W.ipv6Destination + half]
  }

  private static func proto(_ key: KeyReference) -> UInt64 { key[W.ip] >> 24 & 0xff }

  private static func ports(_ key: KeyReference) -> UInt64 {
    (key[W.transport] >> 48 ^ key[W.transport] >> 32) & 0xffff
  }

  private static func hardware(_ key: KeyReference) -> UInt64 {
    (key[W.ethernetSource] ^ key[W.ethernetDestination]) >> 16
  }

  /// VLANs, ports of TCP and SCTP, Ethernet addresses and protocol.
  private static func appendL4(of key: KeyReference, isIP: Bool, to bytes: inout HashedBytes) {
    let tags = key[W.vlan]
    bytes.append((tags >> 32 ^ tags) & 0xfff, count: 2)
    let proto = isIP ? proto(key) : 0
    bytes.append(proto == 6 || proto == 132 ? ports(key) : 0, count: 2)
    bytes.append(hardware(key), count: 6)
    bytes.append(proto, count: 1)
  }

  private func symmetricL3L4(_ key: KeyReference, isIPv4: Bool, _ basis: UInt32) -> UInt32 {
    var hash = basis
    func add(_ word: UInt64) { hash = MurmurHash.add(hash, UInt32(truncatingIfNeeded: word)) }
    if isIPv4 {
      add(UInt64(UInt32(truncatingIfNeeded: Self.addresses(key)).byteSwapped))
    } else {
      for half in 0..<2 {
        let word = Self.addresses(key, half).byteSwapped
        add(word)
        add(word >> 32)
      }
    }
    let proto = Self.proto(key)
    add(proto)
    let isFragment = key[W.ip] & FlowKey.Fragment.any != 0
    if !isFragment, proto == 6 || proto == 132 || proto == 17 && self == .symmetricL3L4UDP {
      add(UInt64(UInt16(truncatingIfNeeded: Self.ports(key)).byteSwapped))
    }
    return MurmurHash.finish(hash, basis)
  }

  private static func symmetricL2(_ key: KeyReference, _ basis: UInt32) -> UInt32 {
    guard key.isEthernet else { return 0 }
    let tags = key[W.vlan]
    let vlans = UInt32(truncatingIfNeeded: tags >> 32 ^ tags) & 0xfff
    let mac = (hardware(key) << 16).byteSwapped
    var hash = MurmurHash.add(basis, (UInt32(key.networkType) << 16 | vlans).byteSwapped)
    hash = MurmurHash.add(hash, UInt32(truncatingIfNeeded: mac))
    hash = MurmurHash.add(hash, UInt32(truncatingIfNeeded: mac >> 32))
    return MurmurHash.finish(hash, basis)
  }
}

/// Up to 32 bytes, of which the hash is taken as of words in memory.
private struct HashedBytes {
  private var words = InlineArray<8, UInt32>(repeating: 0)
  private var count = 0

  /// Adds the low `count` bytes of `value`, the most significant one first.
  mutating func append(_ value: UInt64, count added: Int) {
    for i in 0..<added {
      let byte = UInt32(truncatingIfNeeded: value >> UInt64(8 * (added - 1 - i))) & 0xff
      words[count >> 2] |= byte << UInt32(8 * (count & 3))
      count += 1
    }
  }

  /// Fills up to words of 4 bytes.
  mutating func pad() { count = (count + 3) & ~3 }

  func hash(_ basis: UInt32) -> UInt32 { JenkinsHash.of(words, byteCount: count, basis: basis) }
}
