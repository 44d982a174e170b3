import TestKit

/// What a driver writes into its rings: more or less what belongs there, so that a device finds a lie now and then, and mostly
/// behind a good deal that is none.
struct VHostNoise {
  let memory: VHostMemory
  let isPacked: Bool
  let size: Int
  let rings: Int
  /// How many in a hundred of the values are nonsense.
  let nonsense: Int

  /// Where a ring's parts are in the file.
  struct Places {
    var descriptors: Int
    var driver: Int
    var device: Int

    /// Of a ring of `size` entries. The last one's table ends where the piece does.
    init(ring: Int, of rings: Int, size: Int) {
      let start = 0x8000 + VHostMemory.ringRoom * ring
      descriptors = ring == rings - 1 ? VHostMemory.pieces[0].upperBound - 16 * size : start
      driver = start + 0x2000
      device = start + 0x3000
    }
  }

  func places(_ ring: Int) -> Places { Places(ring: ring, of: rings, size: size) }

  private enum Flag {
    static let next: UInt16 = 1
    static let write: UInt16 = 2
    static let indirect: UInt16 = 4
    static let available: UInt16 = 1 << 7
    static let used: UInt16 = 1 << 15
  }

  private func isNonsense(_ random: inout SeededGenerator) -> Bool {
    Int.random(in: 0..<100, using: &random) < nonsense
  }

  private func buffer(_ random: inout SeededGenerator) -> (address: UInt64, length: UInt32) {
    if isNonsense(&random) {
      let edges = VHostMemory.pieces.flatMap { [$0.lowerBound, $0.upperBound] }
      let edge = VHostMemory.guestAddress(edges.randomElement(using: &random) ?? 0)
      let address: UInt64 =
        switch Int.random(in: 0..<4, using: &random) {
        case 0: .max - UInt64.random(in: 0...70_000, using: &random)
        case 1: .random(in: 0...UInt64.max, using: &random)
        default: edge &+ .random(in: 0...4096, using: &random) &- 2048
        }
      let lengths: [UInt32] = [0, 1, 2047, 65_535, 65_536, 1 << 20, 1 << 31, .max]
      return (address, lengths.randomElement(using: &random) ?? 0)
    }
    let length =
      Int.random(in: 0..<8, using: &random) == 0
      ? Int.random(in: 0...14, using: &random) : Int.random(in: 60...1600, using: &random)
    let piece = VHostMemory.pieces[Int.random(in: 0...1, using: &random)]
    // The rings themselves are as good as any place, if seldom.
    let first = Int.random(in: 0..<20, using: &random) == 0 ? piece.lowerBound : piece.lowerBound + 0x2_0000
    let offset = Int.random(in: first..<(piece.upperBound - length), using: &random)
    return (VHostMemory.guestAddress(offset), UInt32(length))
  }

  private func store(_ place: Int, _ buffer: (address: UInt64, length: UInt32), _ low: UInt16, _ high: UInt16)
  {
    memory.store(buffer.address, place)
    memory.store(buffer.length, place + 8)
    memory.store(low, place + 12)
    // What makes a packed ring's entry available, last.
    memory.store(high, place + 14)
  }

  /// A table of descriptors, for one that stands for it.
  private func table(isWritable: Bool, _ random: inout SeededGenerator) -> (address: UInt64, length: UInt32) {
    let count = Int.random(in: 1...(isNonsense(&random) ? 1100 : 8), using: &random)
    let start = Int.random(
      in: VHostMemory.tables.lowerBound..<VHostMemory.tables.upperBound - 16 * count, using: &random)
    for i in 0..<min(count, 16) {
      var flags: UInt16 = isWritable ? Flag.write : 0
      if i + 1 < count { flags |= Flag.next }
      if isNonsense(&random) { flags ^= 1 << UInt16.random(in: 0...2, using: &random) }
      let next =
        isNonsense(&random) ? UInt16.random(in: 0...UInt16(count), using: &random) : UInt16(i + 1)
      let entry = buffer(&random)
      // A packed ring's tables have no next ones.
      if isPacked {
        store(start + 16 * i, entry, 0, flags & ~Flag.next)
      } else {
        store(start + 16 * i, entry, flags, next)
      }
    }
    let extra = isNonsense(&random) ? Int.random(in: -17...17, using: &random) : 0
    return (VHostMemory.guestAddress(start), UInt32(max(0, 16 * count + extra)))
  }

  /// Makes some chains available in a ring. Even rings are those that the guest receives by.
  func offer(ring: Int, _ random: inout SeededGenerator) {
    let places = places(ring)
    let isWritable = ring % 2 == 0
    let entries = Int.random(in: 1...min(size, 64), using: &random)
    let first = Int.random(in: 0..<size, using: &random)
    let isInFirstRound = Bool.random(using: &random)
    for i in 0..<entries {
      let index = (first + i) % size
      let place = places.descriptors + 16 * index
      var flags: UInt16 = (isNonsense(&random) ? !isWritable : isWritable) ? Flag.write : 0
      var entry = buffer(&random)
      switch Int.random(in: 0..<8, using: &random) {
      case 0...1: flags |= Flag.next
      case 2:
        entry = table(isWritable: isWritable, &random)
        flags |= Flag.indirect
      default: break
      }
      if isNonsense(&random) { flags ^= 1 << UInt16.random(in: 0...2, using: &random) }
      if isPacked {
        flags |= isInFirstRound ? Flag.available : Flag.used
        if isNonsense(&random) { flags ^= Flag.available | Flag.used }
        store(place, entry, UInt16.random(in: 0...UInt16.max, using: &random), flags)
      } else {
        let next =
          isNonsense(&random)
          ? UInt16.random(in: 0...UInt16(size), using: &random) : UInt16((index + 1) % size)
        store(place, entry, flags, next)
      }
    }
    if !isPacked { publish(places, first: first, &random) }
    suppress(places, &random)
  }

  /// Moves a split ring's available index on from where the device is.
  private func publish(_ places: Places, first: Int, _ random: inout SeededGenerator) {
    let used = memory.load(UInt16.self, places.device + 2)
    for i in 0..<size {
      let head =
        isNonsense(&random)
        ? UInt16.random(in: 0...UInt16(size), using: &random) : UInt16((first + i) % size)
      memory.store(head, places.driver + 4 + 2 * i)
    }
    let count =
      isNonsense(&random)
      ? UInt16.random(in: 0...UInt16.max, using: &random)
      : UInt16.random(in: 0...UInt16(size), using: &random)
    memory.store(used &+ count, places.driver + 2)
  }

  /// Says whether it wants to be told, and of what.
  private func suppress(_ places: Places, _ random: inout SeededGenerator) {
    if isPacked {
      memory.store(UInt16.random(in: 0...UInt16.max, using: &random), places.driver)
      memory.store(UInt16.random(in: 0...3, using: &random), places.driver + 2)
    } else {
      memory.store(UInt16.random(in: 0...1, using: &random), places.driver)
      memory.store(
        memory.load(UInt16.self, places.device + 2) &+ .random(in: 0...4, using: &random),
        places.driver + 4 + 2 * size)
    }
  }

  /// Changes a value of a ring or a table, whatever it is and whoever reads it just now.
  func scribble(_ random: inout SeededGenerator) {
    let places = places(Int.random(in: 0..<rings, using: &random))
    let entry = Int.random(in: 0..<size, using: &random)
    let value = UInt16.random(in: 0...UInt16.max, using: &random) >> UInt16.random(in: 0...15, using: &random)
    switch Int.random(in: 0..<6, using: &random) {
    case 0: memory.store(value, places.descriptors + 16 * entry + 2 * Int.random(in: 0...7, using: &random))
    case 1:
      let near = memory.load(UInt16.self, places.device + 2) &+ value % UInt16(size + 2)
      memory.store(near, places.driver + 2)
    case 2: memory.store(value % UInt16(size + 1), places.driver + 4 + 2 * entry)
    case 3:
      let place = Int.random(
        in: VHostMemory.tables.lowerBound..<VHostMemory.tables.upperBound - 2, using: &random)
      memory.store(value, place)
    case 4:
      let flags = places.descriptors + 16 * entry + (isPacked ? 14 : 12)
      memory.store(
        memory.load(UInt16.self, flags) ^ 1 << UInt16.random(in: 0...15, using: &random), flags)
    default: memory.store(value, places.device + 2 * Int.random(in: 0...2, using: &random))
    }
  }
}
