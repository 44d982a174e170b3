// Memory: a ring does not own the guest's memory; its three parts lie there whole, as `RingSetup`'s maker has checked for its
// size, and positions stay below that. `opened` and `staged` are allocated by `init` and freed by deinit.
import CLinux

/// A packed virtqueue: one ring of descriptors that driver and device write in turn. Virtual I/O Device specification 1.2,
/// section 2.8.
///
/// Each chain that is given back is one store of 8 bytes, so that a switch that dies leaves no half of one behind.
@safe struct PackedRing: Virtqueue, ~Copyable {
  /// A place in the ring, and how often the ring was gone round, modulo 2.
  struct Position: BitwiseCopyable {
    var index: UInt16
    var wrap: Bool

    init(index: UInt16, wrap: Bool) {
      self.index = index
      self.wrap = wrap
    }

    /// As messages have it.
    init(_ word: UInt16) { self.init(index: word & 0x7fff, wrap: word >> 15 != 0) }
    var word: UInt16 { index | (wrap ? 1 << 15 : 0) }

    @inline(__always)
    func advanced(by count: UInt16, in size: UInt16) -> Position {
      let sum = index + count
      return sum >= size ? Position(index: sum - size, wrap: !wrap) : Position(index: sum, wrap: wrap)
    }
  }

  /// What the driver and the device say of when they want to be told.
  private enum Event {
    static var enable: UInt16 { 0 }
    static var disable: UInt16 { 1 }
    static var at: UInt16 { 2 }
  }

  static var eventLength: Int { 4 }

  let setup: RingSetup
  let opened: UnsafeMutablePointer<PackedChain>
  private let staged: UnsafeMutablePointer<StagedChain>
  private(set) var stagedCount = 0
  private let size: UInt16
  private let hasEventIndex: Bool
  /// What is opened next.
  private var cursor: Position
  /// What is given back next.
  private var used: Position
  /// Entries that are opened and not given back visibly.
  private var pending: UInt16 = 0
  /// Entries given back since it was last decided whether to tell the guest.
  private var untold: UInt16 = 0

  /// A ring that goes on where its record says or else its entries do, or at `base`: all that came before was given back, as
  /// chains are given back in order.
  init(_ setup: RingSetup, base: UInt16) {
    let start =
      setup.progress.resume(ringOf: setup.size) { unsafe Self.isGivenBack($0, setup.descriptors) }
      ?? Self.position(in: setup) ?? Position(base)
    setup.progress.begin(start)
    self.setup = setup
    unsafe opened = .allocate(capacity: 32)
    unsafe staged = .allocate(capacity: setup.size)
    size = UInt16(truncatingIfNeeded: setup.size)
    hasEventIndex = setup.features.contains(.eventIndex)
    cursor = start
    used = start
  }

  deinit {
    unsafe opened.deallocate()
    unsafe staged.deallocate()
  }

  /// Whether the entry was given back by whoever served the ring before. The guest may have made it available for the next
  /// round since, which leaves the flag of the device as it is.
  private static func isGivenBack(_ position: Position, _ descriptors: UnsafeMutableRawPointer) -> Bool {
    let flags = unsafe clinux_load16(descriptors + Int(position.index) * Descriptor.byteCount + 14)
    return (flags & Descriptor.Flag.used != 0) == position.wrap
  }

  /// Where a ring goes on as its entries say: their flags of the device turn over with each round, so those that were given back
  /// in this round differ from the others. Front ends know it only of a switch that has told them: QEMU says of a ring whose
  /// switch was killed where it once began.
  ///
  /// `nil` when chains may have several entries, as only the first of those is written.
  private static func position(in setup: RingSetup) -> Position? {
    guard setup.features.contains(.indirectDescriptors) else { return nil }
    var first = false
    var end: Int?
    for index in 0..<setup.size {
      let flags = unsafe clinux_load16(setup.descriptors + index * Descriptor.byteCount + 14)
      guard flags & Descriptor.Flag.next == 0 else { return nil }
      let isUsed = flags & Descriptor.Flag.used != 0
      if index == 0 { first = isUsed }
      if isUsed != first {
        if end == nil { end = index }
      } else if end != nil {
        return nil
      }
    }
    guard let end else { return Position(index: 0, wrap: !first) }
    return Position(index: UInt16(truncatingIfNeeded: end), wrap: first)
  }

  /// Where it goes on.
  var base: UInt16 { used.word }

  @inline(__always) var regions: GuestRegions { setup.regions }

  @inline(__always)
  private func place(_ index: UInt16) -> UnsafeMutableRawPointer {
    unsafe setup.descriptors + Int(index) * Descriptor.byteCount
  }

  // MARK: Opening

  /// Whether the entry at `position` was made available.
  @inline(__always)
  private func isAvailable(_ position: Position) -> Bool {
    let flags = unsafe clinux_load16_acquire(place(position.index) + 14)
    let isAvailable = flags & Descriptor.Flag.available != 0
    let isUsed = flags & Descriptor.Flag.used != 0
    return isAvailable == position.wrap && isUsed != position.wrap
  }

  @inline(__always)
  mutating func open(_ fault: inout RingFault?) -> PackedChain? {
    // A ring whose entries are all open is at its end, whatever its flags say.
    guard pending < size, isAvailable(cursor) else { return nil }
    let first = unsafe Descriptor(at: place(cursor.index))
    if first.packedFlags & (Descriptor.Flag.next | Descriptor.Flag.indirect) != 0 {
      return openChain(first, &fault)
    }
    let chain = PackedChain(
      start: cursor, pendingBefore: pending, first: first, entries: 1, buffer: first.buffer)
    advance(by: 1)
    return chain
  }

  private mutating func advance(by count: UInt16) {
    cursor = cursor.advanced(by: count, in: size)
    pending += count
  }

  @inline(never)
  private mutating func openChain(_ first: Descriptor, _ fault: inout RingFault?) -> PackedChain? {
    let start = cursor
    guard first.packedFlags & Descriptor.Flag.indirect == 0 else {
      guard setup.features.contains(.indirectDescriptors) else {
        fault = .tableNotAgreedOn
        return nil
      }
      guard first.packedFlags & Descriptor.Flag.next == 0 else {
        fault = .tableInChain
        return nil
      }
      guard let table = IndirectTable(first, regions, &fault) else { return nil }
      let entry = unsafe Descriptor(at: table.start)
      guard entry.packedFlags & Descriptor.Flag.indirect == 0 else {
        fault = .tableInTable
        return nil
      }
      let chain = unsafe PackedChain(
        start: start, pendingBefore: pending, first: entry, buffer: first.buffer, table: table.start,
        count: table.count)
      advance(by: 1)
      return chain
    }
    // The number of the buffer is in the chain's last entry.
    var entries: UInt16 = 1
    var last = first
    while last.packedFlags & Descriptor.Flag.next != 0 {
      guard entries < size - pending, entries < RingSetup.longestChain else {
        fault = .chainTooLong
        return nil
      }
      last = unsafe Descriptor(at: place(start.advanced(by: entries, in: size).index))
      entries += 1
    }
    let chain = unsafe PackedChain(
      start: start, pendingBefore: pending, first: first, entries: entries, buffer: last.buffer,
      ring: setup.descriptors, size: size)
    advance(by: entries)
    return chain
  }

  @inline(__always)
  mutating func rewind(to chain: PackedChain, staged: Int) {
    cursor = chain.start
    pending = chain.pendingBefore
    stagedCount = staged
  }

  // MARK: Giving back

  @inline(__always)
  mutating func stage(_ chain: PackedChain, written: Int) {
    // As many as were opened, and those are no more than the ring has.
    unsafe staged[stagedCount] = StagedChain(
      buffer: chain.buffer, entries: chain.entries, written: UInt32(truncatingIfNeeded: written))
    stagedCount += 1
  }

  @inline(__always)
  mutating func publish() -> Bool {
    guard stagedCount > 0 else { return false }
    for i in 0..<stagedCount {
      let chain = unsafe staged[i]
      let next = used.advanced(by: chain.entries, in: size)
      setup.progress.announce(next, after: used)
      var flags: UInt16 = used.wrap ? Descriptor.Flag.available | Descriptor.Flag.used : 0
      if chain.written > 0 { flags |= Descriptor.Flag.write }
      let word = UInt64(chain.written) | UInt64(chain.buffer) << 32 | UInt64(flags) << 48
      unsafe clinux_store64_release(place(used.index) + 8, word)
      setup.log.noteDescriptor(used.index, setup.regions)
      setup.progress.confirm(next)
      used = next
      pending -= chain.entries
      untold = untold &+ chain.entries
    }
    stagedCount = 0
    clinux_full_fence()
    let count = untold
    untold = 0
    let wish = unsafe clinux_load16(setup.driver + 2)
    guard wish == Event.at, hasEventIndex else { return wish != Event.disable }
    let event = Position(unsafe clinux_load16(setup.driver))
    let place = event.wrap == used.wrap ? event.index : event.index &- size
    return used.index &- place &- 1 < count
  }

  mutating func setKicks(_ isOn: Bool) -> Bool {
    if isOn, hasEventIndex {
      unsafe clinux_store16(setup.device, cursor.word)
      unsafe clinux_store16_release(setup.device + 2, Event.at)
    } else {
      unsafe clinux_store16(setup.device + 2, isOn ? Event.enable : Event.disable)
    }
    setup.log.noteDevice(0, Self.eventLength, regions)
    clinux_full_fence()
    return hasMore
  }

  var hasMore: Bool { pending < size && isAvailable(cursor) }
}

/// A chain of a packed ring, or one in an indirect table of it.
@safe struct PackedChain: DescriptorChain, BitwiseCopyable {
  let start: PackedRing.Position
  /// Entries that were open before it.
  let pendingBefore: UInt16
  /// Entries of the ring that it takes.
  let entries: UInt16
  let buffer: UInt16
  private(set) var address: UInt64
  private(set) var length: Int
  private(set) var isWritable: Bool
  /// Where the next buffers are: the ring, or a table.
  private let table: UnsafeRawPointer?
  private var place: UInt16
  /// Entries of the ring; 0 for a table, which does not wrap.
  private let size: UInt16
  private var left: UInt16

  @inline(__always)
  private init(
    start: PackedRing.Position, pendingBefore: UInt16, first: Descriptor, entries: UInt16, buffer: UInt16,
    table: UnsafeRawPointer?, place: UInt16, size: UInt16, left: UInt16
  ) {
    self.start = start
    self.pendingBefore = pendingBefore
    self.entries = entries
    self.buffer = buffer
    address = first.address
    length = first.length
    isWritable = first.packedFlags & Descriptor.Flag.write != 0
    unsafe self.table = table
    self.place = place
    self.size = size
    self.left = left
  }

  /// One entry.
  @inline(__always)
  init(start: PackedRing.Position, pendingBefore: UInt16, first: Descriptor, entries: UInt16, buffer: UInt16)
  {
    unsafe self.init(
      start: start, pendingBefore: pendingBefore, first: first, entries: 1, buffer: buffer, table: nil,
      place: 0,
      size: 0, left: 0)
  }

  /// Several entries of the ring.
  init(
    start: PackedRing.Position, pendingBefore: UInt16, first: Descriptor, entries: UInt16, buffer: UInt16,
    ring: UnsafeRawPointer, size: UInt16
  ) {
    unsafe self.init(
      start: start, pendingBefore: pendingBefore, first: first, entries: entries, buffer: buffer, table: ring,
      place: start.index, size: size, left: entries - 1)
  }

  /// A table of `count` entries.
  init(
    start: PackedRing.Position, pendingBefore: UInt16, first: Descriptor, buffer: UInt16,
    table: UnsafeRawPointer, count: Int
  ) {
    unsafe self.init(
      start: start, pendingBefore: pendingBefore, first: first, entries: 1, buffer: buffer, table: table,
      place: 0, size: 0, left: UInt16(truncatingIfNeeded: count - 1))
  }

  @inline(__always)
  mutating func advance(_ fault: inout RingFault?) -> Bool { left > 0 && step(&fault) }

  @inline(never)
  private mutating func step(_ fault: inout RingFault?) -> Bool {
    guard let table = unsafe table else { return false }
    left -= 1
    place += 1
    if place == size { place = 0 }
    let entry = unsafe Descriptor(at: table + Int(place) * Descriptor.byteCount)
    guard entry.packedFlags & Descriptor.Flag.indirect == 0 else {
      fault = size == 0 ? .tableInTable : .tableInChain
      return false
    }
    address = entry.address
    length = entry.length
    isWritable = entry.packedFlags & Descriptor.Flag.write != 0
    return true
  }
}
