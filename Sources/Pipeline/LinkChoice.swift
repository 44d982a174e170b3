import Actions

/// How a hash becomes the number of a link: `NX_MP_ALG_*`.
enum LinkChoice {
  /// A number from 0 to `lastLink`.
  static func link(
    of hash: UInt32, _ algorithm: Action.Multipath.Algorithm, lastLink: UInt16, argument: UInt32
  ) -> UInt32 {
    let count = UInt32(lastLink) + 1
    switch algorithm {
    case .moduloN: return hash % count
    case .hashThreshold: return count == 1 ? 0 : hash / (UInt32.max / count + 1)
    // Every link is asked; of many links that is too much.
    case .highestRandomWeight: return count <= 64 ? heaviest(hash, count) : iterated(hash, count, modulo: 0)
    case .iterativeHash: return iterated(hash, count, modulo: argument)
    }
  }

  /// The link whose hash with that of the frame is the greatest: when another link comes only those frames move that
  /// it gets (Thaler and Ravishankar, 1998).
  private static func heaviest(_ hash: UInt32, _ count: UInt32) -> UInt32 {
    var best: UInt32 = 0
    var bestWeight = MurmurHash.of(hash, 0)
    for link in 1..<max(count, 1) {
      let weight = MurmurHash.of(hash, link)
      if weight > bestWeight { (best, bestWeight) = (link, weight) }
    }
    return best
  }

  /// Hashes again until the number is that of a link. `modulo` counts unless it is less than the number of links or
  /// much greater: then the next power of 2 does.
  private static func iterated(_ hash: UInt32, _ count: UInt32, modulo: UInt32) -> UInt32 {
    let isUsable = modulo >= count && modulo / 2 <= count
    let modulo = isUsable ? modulo : count <= 1 ? 1 : 1 << UInt32(32 - (count - 1).leadingZeroBitCount)
    var round: UInt32 = 0
    while true {
      let link = MurmurHash.of(hash, round) % modulo
      if link < count { return link }
      round &+= 1
    }
  }
}
