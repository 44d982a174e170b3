import Bytes
import Pipeline
import Ports

/// What a worker holds for one port, as a handle of one word: where frames leave, if there is a device, and what is to
/// leave by it.
///
/// # Memory
/// One block, made and freed by the `PortTable` that gives the handles out; the worker is the only thread that
/// has them, and keeps none longer than the port exists.
@safe struct PortSlot {
  @unsafe fileprivate struct Content: ~Copyable {
    var exit: PortExit?
    var queue = PacketBatch()
    var mirrored: UInt32 = 0
    var isTouched = false
    var nextTouched = PortIndex.none
    var offloads: PortOffloads = []
    let counters: PortCounters
    let drops: DropRing
  }

  private let content: UnsafeMutablePointer<Content>

  fileprivate static func allocate(counters: PortCounters, drops: DropRing) -> PortSlot {
    let content = UnsafeMutablePointer<Content>.allocate(capacity: 1)
    unsafe content.initialize(to: Content(counters: counters, drops: drops))
    return unsafe PortSlot(content: content)
  }

  private init(content: UnsafeMutablePointer<Content>) { unsafe self.content = content }

  fileprivate func deallocate() {
    unsafe content.deinitialize(count: 1)
    unsafe content.deallocate()
  }

  /// Where frames leave; `nil` when there is no device. A reference is counted for each use, so once a batch is enough.
  var exit: PortExit? {
    get { unsafe content.pointee.exit }
    nonmutating set {
      unsafe content.pointee.exit = newValue
      unsafe content.pointee.offloads = newValue?.device.offloads ?? []
    }
  }

  /// What the device takes unfinished.
  var offloads: PortOffloads { unsafe content.pointee.offloads }

  var hasExit: Bool { unsafe content.pointee.exit != nil }

  /// What is to leave.
  var queue: PacketBatch {
    @inline(__always) _read { yield unsafe content.pointee.queue }
    @inline(__always) nonmutating _modify { yield unsafe &content.pointee.queue }
  }

  /// Which of those are copies for mirrors: a bit for each, the lowest for the first.
  var mirrored: UInt32 {
    get { unsafe content.pointee.mirrored }
    nonmutating set { unsafe content.pointee.mirrored = newValue }
  }

  /// Whether the port is among those to be flushed at the end of the batch.
  var isTouched: Bool {
    get { unsafe content.pointee.isTouched }
    nonmutating set { unsafe content.pointee.isTouched = newValue }
  }

  /// The next one of those.
  var nextTouched: PortIndex {
    get { unsafe content.pointee.nextTouched }
    nonmutating set { unsafe content.pointee.nextTouched = newValue }
  }

  var counters: PortCounters { unsafe content.pointee.counters }
  /// Where the last drops are noted.
  var drops: DropRing { unsafe content.pointee.drops }
}

/// The worker's ports by index.
///
/// # Memory
/// One array, freed with its slots by `deinit`; an index is checked against `PortIndex.limit` at each access.
@safe struct PortTable: ~Copyable {
  private let slots: UnsafeMutablePointer<PortSlot?>

  init() {
    unsafe slots = .allocate(capacity: PortIndex.limit)
    unsafe slots.initialize(repeating: nil, count: PortIndex.limit)
  }

  deinit {
    for i in 0..<PortIndex.limit { unsafe slots[i]?.deallocate() }
    unsafe slots.deallocate()
  }

  @inline(__always)
  subscript(index: PortIndex) -> PortSlot? {
    guard index.value < PortIndex.limit else { return nil }
    return unsafe slots[index.value]
  }

  func add(_ index: PortIndex, counters: PortCounters, drops: DropRing) {
    guard index.value < PortIndex.limit, unsafe slots[index.value] == nil else { return }
    unsafe slots[index.value] = .allocate(counters: counters, drops: drops)
  }

  func remove(_ index: PortIndex) {
    guard index.value < PortIndex.limit else { return }
    unsafe slots[index.value]?.deallocate()
    unsafe slots[index.value] = nil
  }
}
