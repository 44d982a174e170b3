// Memory: one shared mapping of a memfd, made by `GuestTwin` and given back by it; offsets are checked against its length.
import CLinux
import Glibc
@testable import Ports
import Sys

/// A guest's memory with its front end in the same process: the twin that drives rings as a driver does, and lies when it is
/// told to.
@safe final class GuestTwin {
  static let length = 4 << 20
  /// The memory is two regions whose addresses meet, each from another place of the file.
  static let half = length / 2
  static let guestBase: UInt64 = 0x1_0000_0000
  static let userBase: UInt64 = 0x7000_0000_0000

  let file: ReceivedDescriptor
  private let start: UnsafeMutableRawPointer

  init() throws {
    file = ReceivedDescriptor(
      try SysError.check(unsafe clinux_libc_memfd_create("guest", 1), call: "memfd_create"))
    try SysError.check(ftruncate(file.rawValue, GuestTwin.length) == 0 ? 0 : -errno, call: "ftruncate")
    var error: CInt = 0
    guard let start = unsafe clinux_map_file(file.rawValue, 0, UInt64(GuestTwin.length), &error) else {
      throw SysError(call: "mmap", errno: -error)
    }
    unsafe self.start = start
  }

  deinit { unsafe munmap(start, Self.length) }

  /// Where the guest sees an offset of the file: the halves are exchanged.
  static func guestAddress(_ offset: Int) -> UInt64 { guestBase + UInt64((offset + half) % length) }
  static func userAddress(_ offset: Int) -> UInt64 { userBase + UInt64((offset + half) % length) }

  static let regions = [
    MemoryRegionDescription(
      guestAddress: guestBase, length: UInt64(half), userAddress: userBase, fileOffset: UInt64(half)),
    MemoryRegionDescription(
      guestAddress: guestBase + UInt64(half), length: UInt64(half), userAddress: userBase + UInt64(half),
      fileOffset: 0),
  ]

  /// Another descriptor of the same file.
  func duplicate() -> ReceivedDescriptor { ReceivedDescriptor(dup(file.rawValue)) }

  func load<T: FixedWidthInteger & BitwiseCopyable>(_: T.Type, _ offset: Int) -> T {
    precondition(offset >= 0 && offset + MemoryLayout<T>.size <= Self.length)
    return unsafe start.loadUnaligned(fromByteOffset: offset, as: T.self)
  }

  func store<T: FixedWidthInteger & BitwiseCopyable>(_ value: T, _ offset: Int) {
    precondition(offset >= 0 && offset + MemoryLayout<T>.size <= Self.length)
    unsafe start.storeBytes(of: value, toByteOffset: offset, as: T.self)
  }

  func write(_ bytes: [UInt8], _ offset: Int) {
    for (i, byte) in bytes.enumerated() { store(byte, offset + i) }
  }
  func read(_ offset: Int, _ count: Int) -> [UInt8] { (0..<count).map { load(UInt8.self, offset + $0) } }

  /// All of it.
  var content: [UInt8] { unsafe [UInt8](UnsafeRawBufferPointer(start: start, count: Self.length)) }
  func clear() { unsafe memset(start, 0, Self.length) }

  /// The offsets of pages that are not as they were.
  func pagesChanged(since before: [UInt8]) -> [Int] {
    unsafe before.withUnsafeBytes { before in
      guard let old = before.baseAddress, before.count == Self.length else { return [] }
      return stride(from: 0, to: Self.length, by: 4096).filter {
        unsafe memcmp(start + $0, old + $0, 4096) != 0
      }
    }
  }
}

/// A buffer of a chain, by its offset in the file.
struct TwinBuffer: Equatable {
  var offset: Int
  var length: Int
  var isWritable = false
  /// Instead of the address that the offset has.
  var address: UInt64?
  var extraFlags: UInt16 = 0

  var guestAddress: UInt64 { address ?? GuestTwin.guestAddress(offset) }
  var flags: UInt16 { (isWritable ? 2 : 0) | extraFlags }
}

/// A driver of one ring.
protocol TwinDriver: AnyObject {
  var memory: GuestTwin { get }
  /// Where the ring's parts are, as SET_VRING_ADDR has them.
  var addresses: VHostSession.Addresses { get }
  /// Makes a chain available, in a table at `table` if that is not `nil`. Returns what it is called when it comes back.
  func offer(_ chain: [TwinBuffer], table: Int?) -> UInt16
  /// Chains that came back, with the bytes that were written.
  func takeUsed() -> [(buffer: UInt16, written: Int)]
  /// Wants to be told of the next chain that comes back, or of none.
  func setCalls(_ isOn: Bool)
  /// Whether the device wants to be told of the next chain.
  var wantsKick: Bool { get }
}

/// The driver of a split ring: Virtual I/O Device specification 1.2, section 2.7.
final class SplitTwin: TwinDriver {
  let memory: GuestTwin
  let size: Int
  let base: Int
  let hasEventIndex: Bool
  var available: UInt16 = 0
  private var used: UInt16 = 0
  private var free: [UInt16]
  private var chains: [UInt16: [UInt16]] = [:]
  private var kickedAt: UInt16 = 0

  var driver: Int { base + 16 * size }
  var device: Int { (driver + 6 + 2 * size + 3) / 4 * 4 }

  init(_ memory: GuestTwin, at base: Int, size: Int, hasEventIndex: Bool) {
    self.memory = memory
    self.base = base
    self.size = size
    self.hasEventIndex = hasEventIndex
    free = (0..<UInt16(size)).reversed()
  }

  var addresses: VHostSession.Addresses {
    VHostSession.Addresses(
      descriptors: GuestTwin.userAddress(base), device: GuestTwin.userAddress(device),
      driver: GuestTwin.userAddress(driver))
  }

  func setDescriptor(_ place: Int, _ buffer: TwinBuffer, next: UInt16?) {
    memory.store(buffer.guestAddress, place)
    memory.store(UInt32(buffer.length), place + 8)
    memory.store(buffer.flags | (next == nil ? 0 : 1), place + 12)
    memory.store(next ?? 0, place + 14)
  }

  func offer(_ chain: [TwinBuffer], table: Int?) -> UInt16 {
    var entries: [UInt16]
    if let table {
      entries = [free.removeLast()]
      for (i, buffer) in chain.enumerated() {
        setDescriptor(table + 16 * i, buffer, next: i + 1 < chain.count ? UInt16(i + 1) : nil)
      }
      setDescriptor(
        base + 16 * Int(entries[0]), TwinBuffer(offset: table, length: 16 * chain.count, extraFlags: 4),
        next: nil)
    } else {
      entries = chain.map { _ in free.removeLast() }
      for (i, buffer) in chain.enumerated() {
        setDescriptor(
          base + 16 * Int(entries[i]), buffer, next: i + 1 < chain.count ? entries[i + 1] : nil)
      }
    }
    chains[entries[0]] = entries
    publish(entries[0])
    return entries[0]
  }

  /// Makes a descriptor available, whatever it is.
  func publish(_ head: UInt16) {
    memory.store(head, driver + 4 + 2 * (Int(available) % size))
    available &+= 1
    memory.store(available, driver + 2)
  }

  func takeUsed() -> [(buffer: UInt16, written: Int)] {
    var result: [(UInt16, Int)] = []
    while used != memory.load(UInt16.self, device + 2) {
      let place = device + 4 + 8 * (Int(used) % size)
      let head = UInt16(memory.load(UInt32.self, place))
      result.append((head, Int(memory.load(UInt32.self, place + 4))))
      for entry in chains.removeValue(forKey: head) ?? [] { free.append(entry) }
      used &+= 1
    }
    return result
  }

  func setCalls(_ isOn: Bool) {
    if hasEventIndex {
      memory.store(isOn ? used : used &- 1, driver + 4 + 2 * size)
    } else {
      memory.store(UInt16(isOn ? 0 : 1), driver)
    }
  }

  var wantsKick: Bool {
    defer { kickedAt = available }
    if hasEventIndex {
      let event = memory.load(UInt16.self, device + 4 + 8 * size)
      return available &- event &- 1 < available &- kickedAt
    }
    return memory.load(UInt16.self, device) & 1 == 0
  }
}

/// A session with one pair of rings, their twins, and the queue that a worker would have.
final class TwinDevice {
  let memory: GuestTwin
  private(set) var queue: VHostQueue
  private(set) var session: VHostSession
  /// What the guest receives by, and sends by.
  let receiving: any TwinDriver
  let sending: any TwinDriver
  let features: VHostFeatures
  let kick: TwinEvent
  let call: TwinEvent
  let faults: TwinEvent
  var bench = Bench()

  static let size = 64
  /// Where the rings are in the file: descriptors end with a page, and what follows them is on the next one.
  static let rings = [0x1c00, 0x9c00]
  static let usual: VHostFeatures = [.version1, .mergeableBuffers, .indirectDescriptors, .protocolFeatures]

  init(_ features: VHostFeatures = TwinDevice.usual, mtu: Int = 65_535) throws {
    memory = try GuestTwin()
    self.features = features
    kick = try TwinEvent()
    call = try TwinEvent()
    let faults = try TwinEvent()
    self.faults = faults
    queue = try VHostQueue(mtu: mtu) { faults.event.signal() }
    session = VHostSession(queues: [queue])
    let hasEventIndex = features.contains(.eventIndex)
    if features.contains(.packedRing) {
      receiving = PackedTwin(memory, at: Self.rings[0], size: Self.size, hasEventIndex: hasEventIndex)
      sending = PackedTwin(memory, at: Self.rings[1], size: Self.size, hasEventIndex: hasEventIndex)
    } else {
      receiving = SplitTwin(memory, at: Self.rings[0], size: Self.size, hasEventIndex: hasEventIndex)
      sending = SplitTwin(memory, at: Self.rings[1], size: Self.size, hasEventIndex: hasEventIndex)
    }
  }

  /// Another switch takes over.
  func replace(_ session: VHostSession, _ queue: VHostQueue) {
    self.session = session
    self.queue = queue
  }

  /// All that a front end says before frames flow.
  func start() throws {
    try tell(.setOwner)
    _ = try ask(.getFeatures)
    try tell(.setFeatures, number: features.rawValue)
    try tell(.setProtocolFeatures, number: VHostProtocolFeatures.offered.rawValue)
    try setMemory()
    for ring in 0..<2 { try start(ring) }
  }

  func setMemory() throws {
    var table: [UInt8] = []
    table.append(integer: UInt32(GuestTwin.regions.count))
    table.append(integer: UInt32(0))
    for region in GuestTwin.regions { table.append(region: region) }
    try tell(.setMemoryTable, payload: table, GuestTwin.regions.map { _ in memory.duplicate() })
  }

  func start(_ ring: Int) throws {
    // A packed ring begins in its first round.
    let base: UInt32 = features.contains(.packedRing) ? 1 << 15 | 1 << 31 : 0
    let twin = ring == 0 ? receiving : sending
    try tell(.setRingSize, ring, UInt32(Self.size))
    try tell(.setRingBase, ring, base)
    try setAddresses(ring, twin.addresses)
    try tell(.setRingKick, number: UInt64(ring), [kick.duplicate()])
    try tell(.setRingCall, number: UInt64(ring), [call.duplicate()])
    try tell(.setRingEnabled, ring, 1)
  }

  func setAddresses(_ ring: Int, _ addresses: VHostSession.Addresses) throws {
    var payload: [UInt8] = []
    payload.append(integer: UInt32(ring))
    payload.append(integer: UInt32(addresses.log == nil ? 0 : 1))
    for address in [addresses.descriptors, addresses.device, addresses.driver, addresses.log ?? 0] {
      payload.append(integer: address)
    }
    try tell(.setRingAddresses, payload: payload)
  }

  @discardableResult
  func tell(
    _ request: VHostRequest, payload: [UInt8] = [], _ descriptors: [ReceivedDescriptor] = []
  ) throws -> [UInt8]? {
    try session.handle(VHostMessage(request, payload: payload), descriptors)
  }

  func tell(_ request: VHostRequest, number: UInt64, _ descriptors: [ReceivedDescriptor] = []) throws {
    var payload: [UInt8] = []
    payload.append(integer: number)
    try tell(request, payload: payload, descriptors)
  }

  func tell(_ request: VHostRequest, _ ring: Int, _ value: UInt32) throws {
    try tell(request, number: UInt64(ring) | UInt64(value) << 32)
  }

  /// The number in the answer.
  func ask(_ request: VHostRequest, number: UInt64? = nil) throws -> UInt64? {
    var payload: [UInt8] = []
    if let number { payload.append(integer: number) }
    return try tell(request, payload: payload)?[12...].integer(at: 0)
  }

  /// What a worker receives now.
  func receive() throws -> (frames: [Bench.Frame], outcome: ReceiveOutcome) {
    try bench.receive(fromQueue: queue)
  }
}

/// An event whose descriptor is given away more than once.
final class TwinEvent: Sendable {
  let event: EventFD
  init() throws { event = try EventFD() }
  func duplicate() -> ReceivedDescriptor { ReceivedDescriptor(dup(event.descriptor)) }
  func clear() -> Bool { event.clear() }
}

extension [UInt8] {
  mutating func append(region: MemoryRegionDescription) {
    for value in [region.guestAddress, region.length, region.userAddress, region.fileOffset] {
      append(integer: value)
    }
  }
}
