// Memory: a ring does not own the guest's memory; its three parts lie there whole, as `RingSetup`'s maker has checked for
// its size. Entries are touched only at an index masked by the size or checked against it. `opened` and `staged` are
// allocated by `init` and freed by deinit.
import CLinux

/// A split virtqueue: a table of descriptors, a ring of those that the guest has made available, a ring of those that the
/// device is done with. Virtual I/O Device specification 1.2, section 2.7.
@safe struct SplitRing: Virtqueue, ~Copyable {
  let setup: RingSetup
  let opened: UnsafeMutablePointer<SplitChain>
  private let staged: UnsafeMutablePointer<StagedChain>
  private(set) var stagedCount = 0
  private let mask: UInt16
  private let hasEventIndex: Bool
  /// The available entry that is opened next.
  private var cursor: UInt16
  /// Behind the last available entry that is known of.
  private var end: UInt16
  /// The first available entry that was not given back visibly.
  private(set) var base: UInt16
  private var used: UInt16
  /// What `used` was when it was last decided whether to tell the guest.
  private var told: UInt16

  /// A ring that goes on at what its memory says: all that came before was given back, as chains are given back in order.
  init(_ setup: RingSetup) {
    let base = unsafe clinux_load16(setup.device + 2)
    setup.progress.begin(PackedRing.Position(0))
    setup.progress.note(used: base)
    self.init(setup, base: base)
  }

  private init(_ setup: RingSetup, base: UInt16) {
    self.setup = setup
    unsafe opened = .allocate(capacity: 32)
    unsafe staged = .allocate(capacity: setup.size)
    mask = UInt16(truncatingIfNeeded: setup.size - 1)
    hasEventIndex = setup.features.contains(.eventIndex)
    cursor = base
    end = base
    self.base = base
    used = base
    told = base
  }

  deinit {
    unsafe opened.deallocate()
    unsafe staged.deallocate()
  }

  /// Bytes of the available ring and of the used ring of so many entries.
  static func driverLength(_ size: Int) -> Int { 6 + 2 * size }
  static func deviceLength(_ size: Int) -> Int { 6 + 8 * size }

  @inline(__always) var regions: GuestRegions { setup.regions }

  // MARK: Opening

  @inline(__always)
  mutating func open(_ fault: inout RingFault?) -> SplitChain? {
    if cursor == end {
      guard look(&fault), cursor != end else { return nil }
    }
    let head = unsafe clinux_load16(setup.driver + 4 + 2 * Int(cursor & mask))
    guard head <= mask else {
      fault = .headOutsideTable
      return nil
    }
    let first = unsafe Descriptor(at: setup.descriptors + Int(head) * Descriptor.byteCount)
    cursor &+= 1
    if first.flags & Descriptor.Flag.indirect != 0 { return openTable(first, head, &fault) }
    return unsafe SplitChain(
      head: head, first: first, table: setup.descriptors, count: setup.size)
  }

  /// Asks the guest's memory how many chains there are.
  private mutating func look(_ fault: inout RingFault?) -> Bool {
    let told = unsafe clinux_load16_acquire(setup.driver + 2)
    // Chains that are open may have been taken back meanwhile: there are never more open than the ring has entries.
    guard told &- cursor <= mask &+ 1 &- (cursor &- base) else {
      fault = .tooManyAvailable
      return false
    }
    end = told
    return true
  }

  @inline(never)
  private func openTable(_ entry: Descriptor, _ head: UInt16, _ fault: inout RingFault?) -> SplitChain? {
    guard setup.features.contains(.indirectDescriptors) else {
      fault = .tableNotAgreedOn
      return nil
    }
    guard entry.flags & Descriptor.Flag.next == 0 else {
      fault = .tableInChain
      return nil
    }
    guard let table = IndirectTable(entry, regions, &fault) else { return nil }
    let first = unsafe Descriptor(at: table.start)
    guard first.flags & Descriptor.Flag.indirect == 0 else {
      fault = .tableInTable
      return nil
    }
    return unsafe SplitChain(head: head, first: first, table: table.start, count: table.count)
  }

  @inline(__always)
  mutating func rewind(to chain: SplitChain, staged: Int) {
    cursor = base &+ UInt16(truncatingIfNeeded: staged)
    stagedCount = staged
  }

  // MARK: Giving back

  @inline(__always)
  mutating func stage(_ chain: SplitChain, written: Int) {
    // As many as were opened, and those are no more than the ring has.
    unsafe staged[stagedCount] = StagedChain(
      buffer: chain.head, entries: 0, written: UInt32(truncatingIfNeeded: written))
    stagedCount += 1
  }

  @inline(__always)
  mutating func publish() -> Bool {
    guard stagedCount > 0 else { return false }
    for i in 0..<stagedCount {
      let place = unsafe setup.device + 4 + 8 * Int((used &+ UInt16(truncatingIfNeeded: i)) & mask)
      let chain = unsafe staged[i]
      unsafe clinux_store64(place, UInt64(chain.buffer) | UInt64(chain.written) << 32)
    }
    let chains = UInt16(truncatingIfNeeded: stagedCount)
    base &+= chains
    used &+= chains
    stagedCount = 0
    unsafe clinux_store16_release(setup.device + 2, used)
    setup.progress.note(used: used)
    if setup.regions.dirty.isOn { noteDirty(chains) }
    clinux_full_fence()
    let before = told
    told = used
    if hasEventIndex {
      let event = unsafe clinux_load16(setup.driver + 4 + 2 * setup.size)
      return used &- event &- 1 < used &- before
    }
    return unsafe clinux_load16(setup.driver) & 1 == 0
  }

  /// The guest's pages in which the last `chains` entries and the index are were written.
  @inline(never)
  private func noteDirty(_ chains: UInt16) {
    setup.log.noteDevice(2, 2, regions)
    for i in 1...chains { setup.log.noteDevice(4 + 8 * Int((used &- i) & mask), 8, regions) }
  }

  mutating func setKicks(_ isOn: Bool) -> Bool {
    if hasEventIndex {
      // Without a wish the index stays where it is: the guest is past it.
      if isOn {
        unsafe clinux_store16(setup.device + 4 + 8 * setup.size, cursor)
        setup.log.noteDevice(4 + 8 * setup.size, 2, regions)
      }
    } else {
      unsafe clinux_store16(setup.device, isOn ? 0 : 1)
      setup.log.noteDevice(0, 2, regions)
    }
    clinux_full_fence()
    return hasMore
  }

  /// Whether a chain is available that was not opened.
  var hasMore: Bool { unsafe clinux_load16_acquire(setup.driver + 2) != cursor }
}

/// A chain of a split ring, or one in an indirect table of it.
@safe struct SplitChain: DescriptorChain, BitwiseCopyable {
  let head: UInt16
  private(set) var address: UInt64
  private(set) var length: Int
  private var flags: UInt16
  private var next: UInt16
  private let table: UnsafeRawPointer
  /// Entries of the table.
  private let count: UInt32
  /// How many more buffers the chain may have.
  private var budget: Int32

  @inline(__always)
  init(head: UInt16, first: Descriptor, table: UnsafeRawPointer, count: Int) {
    self.head = head
    address = first.address
    length = first.length
    flags = first.flags
    next = first.next
    unsafe self.table = table
    self.count = UInt32(truncatingIfNeeded: count)
    budget = Int32(truncatingIfNeeded: min(count, RingSetup.longestChain) - 1)
  }

  @inline(__always) var isWritable: Bool { flags & Descriptor.Flag.write != 0 }

  @inline(__always)
  mutating func advance(_ fault: inout RingFault?) -> Bool {
    guard flags & Descriptor.Flag.next != 0 else { return false }
    return step(&fault)
  }

  @inline(never)
  private mutating func step(_ fault: inout RingFault?) -> Bool {
    guard UInt32(next) < count else {
      fault = .nextOutsideTable
      return false
    }
    guard budget > 0 else {
      fault = .chainTooLong
      return false
    }
    budget -= 1
    let entry = unsafe Descriptor(at: table + Int(next) * Descriptor.byteCount)
    guard entry.flags & Descriptor.Flag.indirect == 0 else {
      fault = .tableInChain
      return false
    }
    address = entry.address
    length = entry.length
    flags = entry.flags
    next = entry.next
    return true
  }
}

/// A table of descriptors that one descriptor stands for. It lies in the guest's memory whole.
@safe struct IndirectTable {
  let start: UnsafeMutableRawPointer
  let count: Int

  init?(_ entry: Descriptor, _ regions: GuestRegions, _ fault: inout RingFault?) {
    let length = entry.length
    guard length > 0, length % Descriptor.byteCount == 0,
      length <= Descriptor.byteCount * RingSetup.longestChain
    else {
      fault = .badTableLength
      return nil
    }
    guard let start = unsafe regions.place(entry.address, length) else {
      fault = .tableOutsideMemory
      return nil
    }
    unsafe self.start = start
    count = length / Descriptor.byteCount
  }
}
