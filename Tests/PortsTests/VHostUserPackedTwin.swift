import Bytes
@testable import Ports

/// The driver of a packed ring: Virtual I/O Device specification 1.2, section 2.8.
final class PackedTwin: TwinDriver {
  let memory: GuestTwin
  let size: Int
  let base: Int
  let hasEventIndex: Bool
  private var next = 0
  private var wrap = true
  private var used = 0
  private var usedWrap = true
  private var freeNumbers: [UInt16]
  private var freeEntries: Int
  private var entriesOf: [UInt16: Int] = [:]
  /// Entries made available since `wantsKick` was asked.
  private var added = 0

  var driver: Int { base + 16 * size }
  var device: Int { driver + 4 }

  init(_ memory: GuestTwin, at base: Int, size: Int, hasEventIndex: Bool) {
    self.memory = memory
    self.base = base
    self.size = size
    self.hasEventIndex = hasEventIndex
    freeNumbers = (0..<UInt16(size)).reversed()
    freeEntries = size
  }

  var addresses: VHostSession.Addresses {
    VHostSession.Addresses(
      descriptors: GuestTwin.userAddress(base), device: GuestTwin.userAddress(device),
      driver: GuestTwin.userAddress(driver))
  }

  func setDescriptor(_ place: Int, _ buffer: TwinBuffer, number: UInt16 = 0, flags: UInt16 = 0) {
    memory.store(buffer.guestAddress, place)
    memory.store(UInt32(buffer.length), place + 8)
    memory.store(number, place + 12)
    memory.store(buffer.flags | flags, place + 14)
  }

  func offer(_ chain: [TwinBuffer], table: Int?) -> UInt16 {
    let number = freeNumbers.removeLast()
    var entries = chain
    if let table {
      for (i, buffer) in chain.enumerated() { setDescriptor(table + 16 * i, buffer, number: 0, flags: 0) }
      entries = [TwinBuffer(offset: table, length: 16 * chain.count, extraFlags: 4)]
    }
    precondition(entries.count <= freeEntries, "the ring is full")
    var places: [(Int, TwinBuffer, UInt16)] = []
    for (i, buffer) in entries.enumerated() {
      let isAvailable: UInt16 = wrap ? 1 << 7 : 1 << 15
      places.append((base + 16 * next, buffer, isAvailable | (i + 1 < entries.count ? 1 : 0)))
      next += 1
      if next == size {
        next = 0
        wrap.toggle()
      }
    }
    // The first one last, as all are available by it.
    for (place, buffer, flags) in places.reversed() {
      setDescriptor(place, buffer, number: number, flags: flags)
    }
    entriesOf[number] = entries.count
    freeEntries -= entries.count
    added += entries.count
    return number
  }

  func takeUsed() -> [(buffer: UInt16, written: Int)] {
    var result: [(UInt16, Int)] = []
    while true {
      let place = base + 16 * used
      let flags = memory.load(UInt16.self, place + 14)
      guard (flags >> 7 & 1 != 0) == usedWrap, (flags >> 15 & 1 != 0) == usedWrap,
        let count = entriesOf.removeValue(forKey: memory.load(UInt16.self, place + 12))
      else { return result }
      let number = memory.load(UInt16.self, place + 12)
      result.append((number, flags & 2 != 0 ? Int(memory.load(UInt32.self, place + 8)) : 0))
      freeNumbers.append(number)
      freeEntries += count
      used += count
      if used >= size {
        used -= size
        usedWrap.toggle()
      }
    }
  }

  func setCalls(_ isOn: Bool) {
    if isOn, hasEventIndex {
      memory.store(UInt16(used) | (usedWrap ? 1 << 15 : 0), driver)
      memory.store(UInt16(2), driver + 2)
    } else {
      memory.store(UInt16(isOn ? 0 : 1), driver + 2)
    }
  }

  var wantsKick: Bool {
    defer { added = 0 }
    let wish = memory.load(UInt16.self, device + 2)
    guard wish == 2 else { return wish == 0 }
    let word = memory.load(UInt16.self, device)
    var event = Int(word & 0x7fff)
    if (word >> 15 != 0) != wrap { event -= size }
    return event >= next - added && event < next
  }
}
