import Classifier
import Match

/// Hashes of a frame's fields, which choose among buckets and links.
enum FlowHash {
  /// Mixes `word` into `state`. Every bit of both changes half of the result's bits.
  @inline(__always)
  static func mix(_ state: UInt64, _ word: UInt64) -> UInt64 {
    let product = (state ^ word ^ 0x9e37_79b9_7f4a_7c15).multipliedFullWidth(by: 0xd6e8_feb8_6659_fd93)
    let folded = product.high ^ product.low
    return folded ^ folded >> 29
  }

  /// What `candidate` draws for a frame with that hash: draws of similar candidates have nothing in common.
  static func draw(_ hash: UInt64, _ candidate: UInt64) -> UInt64 {
    mix(mix(hash, candidate &* 0xa076_1d64_78bd_642f), hash)
  }

  /// Of the connection that the frame is part of: addresses, protocol and ports, the same in both directions.
  /// Frames that are not IP count by their Ethernet addresses, fragments without ports.
  static func connection(_ key: KeyReference, basis: UInt64) -> UInt64 {
    typealias W = FlowKey.Word
    let type = UInt64(key.networkType)
    var state = mix(basis, type)
    guard type == 0x0800 || type == 0x86dd else {
      return mix(state, (key[W.ethernetDestination] ^ key[W.ethernetSource]) >> 16)
    }
    if type == 0x0800 {
      let addresses = key[W.ipv4]
      state = mix(state, (addresses >> 32) ^ (addresses & 0xffff_ffff))
    } else {
      state = mix(state, key[W.ipv6Source] ^ key[W.ipv6Destination])
      state = mix(state, key[W.ipv6Source + 1] ^ key[W.ipv6Destination + 1])
    }
    let ip = key[W.ip]
    let proto = ip >> 24 & 0xff
    state = mix(state, proto)
    guard ip & FlowKey.Fragment.any == 0, proto == 6 || proto == 17 || proto == 132 else { return state }
    let ports = key[W.transport] >> 32
    return mix(state, (ports >> 16) ^ (ports & 0xffff))
  }

  /// Of the fields that the group names.
  static func fields(_ key: KeyReference, of group: GroupRecord) -> UInt64 {
    var state = mix(group.basis, 0)
    for i in 0..<group.hashWordCount {
      let part = group.hashWord(i)
      state = mix(state, key[part.word] & part.bits)
    }
    return state
  }
}
