import CLinux
import Glibc
import Sys
import Wire

/// A descriptor that came with a message, or is to be as lasting: closed when nobody has it any more.
final class ReceivedDescriptor: Sendable {
  let rawValue: CInt
  private let closer: ForeignCloser?

  /// Takes ownership of `rawValue`.
  ///
  /// - Parameter closer: what closes it, if it may be anything; `nil` for one of the switch's own.
  init(_ rawValue: CInt, closer: ForeignCloser? = nil) {
    self.rawValue = rawValue
    self.closer = closer
  }

  deinit {
    if let closer { closer.close(rawValue) } else { _ = Glibc.close(rawValue) }
  }
}

/// Why a request is not carried out.
enum VHostRefusal: Error, Equatable, CustomStringConvertible {
  case malformed(VHostMessage.Malformation)
  case memory(GuestMemoryError)
  case featuresNotOffered(UInt64)
  case protocolFeaturesNotOffered(UInt64)
  case notAgreedOn(VHostRequest)
  case noSuchRing(Int, of: Int)
  case badRingSize(UInt32)
  case ringIsRunning(Int)
  case ringOutsideMemory(Int)
  case misalignedRing(Int)
  case missingDescriptor(VHostRequest)
  case noEventDescriptor(VHostRequest)
  case needsKicks(Int)
  case badMTU(UInt64)
  case badAddress(MACAddress)

  var description: String {
    switch self {
    case .malformed(let error): "\(error)"
    case .memory(let error): "\(error)"
    case .featuresNotOffered(let bits): "features that were not offered: 0x\(String(bits, radix: 16))"
    case .protocolFeaturesNotOffered(let bits):
      "protocol features that were not offered: 0x\(String(bits, radix: 16))"
    case .notAgreedOn(let request): "a message \(request), which was not agreed on"
    case .noSuchRing(let ring, let count): "ring \(ring), and there are \(count)"
    case .badRingSize(let size): "a ring of \(size) entries"
    case .ringIsRunning(let ring): "ring \(ring) is changed while it runs"
    case .ringOutsideMemory(let ring): "ring \(ring) is not in the guest's memory"
    case .misalignedRing(let ring): "ring \(ring) does not begin where a ring may"
    case .missingDescriptor(let request): "a message \(request) without its descriptor"
    case .noEventDescriptor(let request): "a message \(request) whose descriptor is no eventfd"
    case .needsKicks(let ring): "ring \(ring) is to be watched without kicks, which is not supported"
    case .badMTU(let mtu): "an MTU of \(mtu)"
    case .badAddress(let address): "an announcement of \(address), which is no station's address"
    }
  }
}

/// What front end and back end have said to each other, and what follows from it for the rings. One for each connection.
///
/// Knows no socket: it is given messages and returns answers. Used by one thread.
final class VHostSession {
  /// What a ring was told to be.
  struct Ring {
    var size: UInt32 = 0
    var base: UInt32 = 0
    var addresses: Addresses?
    var kick: ReceivedDescriptor?
    var call: ReceivedDescriptor?
    var error: ReceivedDescriptor?
    var isEnabled = false
    /// Whether workers are in it.
    var runs = false
    /// What the guest lied about; until the ring is set up anew.
    var fault: RingFault?
  }

  /// Where the parts of a ring are for the front end.
  struct Addresses: Equatable {
    var descriptors: UInt64
    var device: UInt64
    var driver: UInt64
    /// Where the part that the device writes is in the log of dirty pages; `nil` when it is not logged.
    var log: UInt64?
  }

  static var mostEntries: UInt32 { 32_768 }

  let queues: [VHostQueue]
  private let offered: VHostFeatures
  private(set) var features: VHostFeatures = []
  private(set) var protocolFeatures: VHostProtocolFeatures = []
  private(set) var rings: [Ring]
  private(set) var memory = GuestMemory()
  /// The guest's MTU as the front end has it; `nil` if it never said.
  private(set) var mtu: Int?
  /// Why the first request was not carried out of which the front end was told so; set by who tells it.
  var refusal: VHostRefusal?

  /// - Parameters:
  ///   - queues: one for each pair of rings that there can be; ring 2n is what the guest receives by, 2n + 1 what it sends by.
  ///   - offers: of `VHostFeatures.offloads`.
  init(queues: [VHostQueue], offloads: VHostFeatures = .offloads) {
    self.queues = queues
    offered = VHostFeatures.basic.union(offloads)
    rings = Array(repeating: Ring(), count: 2 * queues.count)
  }

  /// Stops everything. Nothing refers to the guest's memory afterwards.
  func close() {
    for i in rings.indices {
      stop(i)
      queues[i / 2].setKick(nil, ofRing: i)
    }
    memory.removeAll()
    for pair in queues { pair.noteGuestMTU(.max) }
  }

  // MARK: State

  /// Whether the guest can send and receive by a pair of rings.
  func isUp(_ pair: Int) -> Bool { rings[2 * pair].runs && rings[2 * pair + 1].runs }

  /// Pages that are written are noted there.
  private var log: DirtyLog?
  private var inflight: InflightRecord?
  /// A file of the switch's own that an answer takes along; once.
  private var outgoingFile: ReceivedDescriptor?

  /// What a guest has lied about first.
  var fault: (ring: Int, fault: RingFault)? {
    for i in rings.indices { if let fault = rings[i].fault { return (i, fault) } }
    return nil
  }

  /// Looks whether a guest has lied since.
  func noteFaults() {
    for i in rings.indices {
      guard rings[i].runs, let fault = queues[i / 2].ring(i).fault else { continue }
      stop(i)
      rings[i].fault = fault
      if let error = rings[i].error { ForeignEvent.signal(error.rawValue) }
      // A device is stopped whole: its other rings are of the same guest.
      for other in rings.indices where other != i { stop(other) }
      return
    }
  }

  // MARK: Messages

  /// Carries a request out. Returns the answer's bytes if there is one.
  func handle(
    _ message: VHostMessage, _ descriptors: [ReceivedDescriptor]
  ) throws(VHostRefusal) -> [UInt8]? {
    guard descriptors.count <= message.request.mostDescriptors else {
      throw .malformed(.tooManyDescriptors(message.request, descriptors.count))
    }
    var answer: [UInt8]?
    do throws(VHostRefusal) {
      answer = try carryOut(message, descriptors)
    } catch {
      // What was stopped for it goes on as it was.
      for i in rings.indices { try settle(i) }
      throw error
    }
    for i in rings.indices { try settle(i) }
    if let answer { return VHostMessage.reply(to: message.request, answer) }
    return wantsAcknowledgement(message) ? Self.acknowledgement(of: message.request, isDone: true) : nil
  }

  /// Whether the front end is to be told that its request was carried out or refused.
  func wantsAcknowledgement(_ message: VHostMessage) -> Bool {
    message.needsReply && protocolFeatures.contains(.replyAck) && !message.request.hasAnswer
  }

  static func acknowledgement(of request: VHostRequest, isDone: Bool) -> [UInt8] {
    VHostMessage.reply(to: request, number(isDone ? 0 : 1))
  }

  private static func number(_ value: UInt64) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(integer: value)
    return bytes
  }

  private func carryOut(
    _ message: VHostMessage, _ descriptors: [ReceivedDescriptor]
  ) throws(VHostRefusal) -> [UInt8]? {
    switch message.request {
    case .getFeatures: return Self.number(offered.rawValue)
    case .setFeatures: try setFeatures(VHostFeatures(rawValue: message.number))
    case .getProtocolFeatures: return Self.number(VHostProtocolFeatures.offered.rawValue)
    case .setProtocolFeatures: try setProtocolFeatures(VHostProtocolFeatures(rawValue: message.number))
    case .getQueueCount: return Self.number(UInt64(queues.count))
    case .getMemorySlots:
      try require(.memorySlots, message)
      return Self.number(UInt64(GuestMemory.mostRegions))
    case .setOwner: break
    case .setLogBase: return try setLog(message, descriptors.first)
    // Told when something was logged; whoever migrates looks by himself.
    case .setLogDescriptor: break
    case .getInflight: return try makeInflight(message)
    case .setInflight: try setInflight(message, descriptors.first)
    case .resetOwner: for i in rings.indices { stop(i) }
    case .setMemoryTable: try setMemory(message, descriptors)
    case .addMemoryRegion:
      try require(.memorySlots, message)
      guard let file = descriptors.first else { throw .missingDescriptor(message.request) }
      try add(message.region(at: 8), file)
    case .removeMemoryRegion:
      try require(.memorySlots, message)
      try remove(message.region(at: 8))
    case .setMTU:
      try require(.mtu, message)
      guard (68...65_535).contains(message.number) else { throw .badMTU(message.number) }
      mtu = Int(message.number)
      for pair in queues { pair.noteGuestMTU(Int(message.number)) }
    case .sendRARP:
      try require(.rarp, message)
      let address = message.address
      guard ReverseARP.takes(address) else { throw .badAddress(address) }
      queues.first?.announce(address)
    case .setRingSize, .setRingBase, .getRingBase, .setRingAddresses, .setRingEnabled, .setRingKick,
      .setRingCall, .setRingError:
      return try changeRing(message, descriptors)
    }
    return nil
  }

  private func require(_ feature: VHostProtocolFeatures, _ message: VHostMessage) throws(VHostRefusal) {
    guard protocolFeatures.contains(feature) else { throw .notAgreedOn(message.request) }
  }

  private func setFeatures(_ wanted: VHostFeatures) throws(VHostRefusal) {
    guard wanted.isSubset(of: offered) else {
      throw .featuresNotOffered(wanted.subtracting(offered).rawValue)
    }
    guard wanted != features else { return }
    // Those that run are started anew: all but logging is settled before a driver starts them.
    for i in rings.indices { stop(i) }
    features = wanted
  }

  private func setProtocolFeatures(_ wanted: VHostProtocolFeatures) throws(VHostRefusal) {
    guard wanted.isSubset(of: VHostProtocolFeatures.offered) else {
      throw .protocolFeaturesNotOffered(wanted.subtracting(VHostProtocolFeatures.offered).rawValue)
    }
    protocolFeatures = wanted
  }

  // MARK: Memory

  /// Changes the guest's memory while no worker is in a ring. Rings that are still in it go on where they were.
  private func changeMemory(_ body: () throws(GuestMemoryError) -> Void) throws(VHostRefusal) {
    for i in rings.indices where rings[i].runs { stop(i) }
    do throws(GuestMemoryError) { try body() } catch { throw .memory(error) }
  }

  private func setMemory(
    _ message: VHostMessage, _ files: [ReceivedDescriptor]
  ) throws(VHostRefusal) {
    let regions: [MemoryRegionDescription]
    do throws(VHostMessage.Malformation) { regions = try message.regions() } catch { throw .malformed(error) }
    guard files.count == regions.count else { throw .missingDescriptor(message.request) }
    let new = GuestMemory()
    try changeMemory { () throws(GuestMemoryError) in
      for (region, file) in zip(regions, files) { try new.add(region, file: file.rawValue) }
      memory = new
    }
  }

  private func add(_ region: MemoryRegionDescription, _ file: ReceivedDescriptor) throws(VHostRefusal) {
    try changeMemory { () throws(GuestMemoryError) in try memory.add(region, file: file.rawValue) }
  }

  private func remove(_ region: MemoryRegionDescription) throws(VHostRefusal) {
    try changeMemory { () throws(GuestMemoryError) in try memory.remove(region) }
  }

  // MARK: Memory of the front end's own

  private func setLog(
    _ message: VHostMessage, _ file: ReceivedDescriptor?
  ) throws(VHostRefusal) -> [UInt8]? {
    try require(.logMemory, message)
    guard let file else { throw .missingDescriptor(message.request) }
    let payload = message.payload[...]
    for i in rings.indices { stop(i) }
    do throws(GuestMemoryError) {
      log = try DirtyLog(
        file: file.rawValue, offset: payload.integer(at: 8), length: payload.integer(at: 0))
    } catch {
      throw .memory(error)
    }
    return Self.number(0)
  }

  /// Makes the memory that is to outlive this switch, for the front end to keep.
  private func makeInflight(_ message: VHostMessage) throws(VHostRefusal) -> [UInt8] {
    try require(.inflight, message)
    let (rings, entries) = try inflightSize(message)
    let isPacked = features.contains(.packedRing)
    let length = InflightRecord.length(rings: rings, entries: entries, isPacked: isPacked)
    let file = unsafe clinux_sealed_memory("apus-inflight", length)
    guard file >= 0 else { throw .memory(.system(SysError(call: "memfd_create", errno: -file))) }
    outgoingFile = ReceivedDescriptor(file)
    var answer: [UInt8] = []
    answer.append(integer: length)
    answer.append(integer: UInt64(0))
    return answer + message.payload[16...]
  }

  private func setInflight(
    _ message: VHostMessage, _ file: ReceivedDescriptor?
  ) throws(VHostRefusal) {
    try require(.inflight, message)
    guard let file else { throw .missingDescriptor(message.request) }
    let (rings, entries) = try inflightSize(message)
    for i in self.rings.indices { stop(i) }
    do throws(GuestMemoryError) {
      inflight = try InflightRecord(
        file: file.rawValue, offset: message.payload[...].integer(at: 8), rings: rings, entries: entries,
        isPacked: features.contains(.packedRing))
    } catch {
      throw .memory(error)
    }
  }

  private func inflightSize(_ message: VHostMessage) throws(VHostRefusal) -> (rings: Int, entries: Int) {
    let count: UInt16 = message.payload[...].integer(at: 16)
    let entries: UInt16 = message.payload[...].integer(at: 18)
    guard count > 0, Int(count) <= rings.count else { throw .noSuchRing(Int(count), of: rings.count) }
    guard entries > 0, UInt32(entries) <= Self.mostEntries else { throw .badRingSize(UInt32(entries)) }
    return (Int(count), Int(entries))
  }

  /// A file that the answer to the last request takes along.
  func takeFile() -> ReceivedDescriptor? {
    defer { outgoingFile = nil }
    return outgoingFile
  }

  // MARK: Rings

  private func changeRing(
    _ message: VHostMessage, _ descriptors: [ReceivedDescriptor]
  ) throws(VHostRefusal) -> [UInt8]? {
    let (number, value) = message.ringState
    let hasDescriptor = [.setRingKick, .setRingCall, .setRingError].contains(message.request)
    // Those have the number in 8 bits of a longer field.
    let ring = hasDescriptor ? number & 0xff : number
    guard rings.indices.contains(ring) else { throw .noSuchRing(ring, of: rings.count) }
    switch message.request {
    case .setRingSize:
      guard !rings[ring].runs else { throw .ringIsRunning(ring) }
      guard value > 0, value <= Self.mostEntries else { throw .badRingSize(value) }
      rings[ring].size = value
    case .setRingBase:
      guard !rings[ring].runs else { throw .ringIsRunning(ring) }
      rings[ring].base = value
    case .setRingAddresses:
      let payload = message.payload[...]
      let addresses = Addresses(
        descriptors: payload.integer(at: 8), device: payload.integer(at: 16), driver: payload.integer(at: 24),
        log: value & 1 != 0 ? payload.integer(at: 32) : nil)
      if rings[ring].addresses != addresses {
        stop(ring)
        rings[ring].addresses = addresses
      }
    case .setRingEnabled:
      rings[ring].isEnabled = value != 0
      if value == 0 { stop(ring) }
    case .getRingBase:
      stop(ring)
      queues[ring / 2].setKick(nil, ofRing: ring)
      rings[ring].kick = nil
      rings[ring].fault = nil
      return Array(message.payload.prefix(4)) + Self.number(UInt64(rings[ring].base)).prefix(4)
    default: try setDescriptor(of: ring, message, descriptors.first, hasNone: number & 0x100 != 0)
    }
    return nil
  }

  private func setDescriptor(
    of ring: Int, _ message: VHostMessage, _ descriptor: ReceivedDescriptor?, hasNone: Bool
  ) throws(VHostRefusal) {
    if hasNone, message.request == .setRingKick { throw .needsKicks(ring) }
    let descriptor = hasNone ? nil : descriptor
    if !hasNone {
      guard let descriptor else { throw .missingDescriptor(message.request) }
      guard ForeignEvent.adopts(descriptor.rawValue) else { throw .noEventDescriptor(message.request) }
    }
    switch message.request {
    case .setRingKick:
      stop(ring)
      rings[ring].fault = nil
      queues[ring / 2].setKick(descriptor, ofRing: ring)
      rings[ring].kick = descriptor
    case .setRingCall:
      queues[ring / 2].ring(ring).setCall(descriptor?.rawValue ?? -1)
      rings[ring].call = descriptor
    default: rings[ring].error = descriptor
    }
  }

  /// Starts the ring if all is there that it needs.
  private func settle(_ index: Int) throws(VHostRefusal) {
    let ring = rings[index]
    let isEnabled = ring.isEnabled || !features.contains(.protocolFeatures)
    guard !ring.runs, fault == nil, ring.kick != nil, isEnabled, ring.size > 0, memory.count > 0,
      let addresses = ring.addresses
    else { return }
    let isPacked = features.contains(.packedRing)
    let size = Int(ring.size)
    let driverLength = isPacked ? PackedRing.eventLength : SplitRing.driverLength(size)
    let deviceLength = isPacked ? PackedRing.eventLength : SplitRing.deviceLength(size)
    guard
      let descriptors = unsafe memory.place(
        ofUser: addresses.descriptors, length: UInt64(size * Descriptor.byteCount)),
      let driver = unsafe memory.place(ofUser: addresses.driver, length: UInt64(driverLength)),
      let device = unsafe memory.place(ofUser: addresses.device, length: UInt64(deviceLength))
    else { throw .ringOutsideMemory(index) }
    // Where they lie here counts: a region may begin anywhere.
    guard unsafe Self.isAligned(descriptors, 16), unsafe Self.isAligned(driver, isPacked ? 4 : 2),
      unsafe Self.isAligned(device, 4)
    else { throw .misalignedRing(index) }
    guard isPacked || size & (size - 1) == 0, Int(ring.base & 0x7fff) < size || !isPacked else {
      throw .badRingSize(ring.size)
    }
    let isLogged = features.contains(.logAll)
    let progress = inflight.flatMap { record in
      record.isPacked == isPacked && record.entries >= size ? record.progress(ofRing: index) : nil
    }
    let setup = unsafe RingSetup(
      size: size, descriptors: descriptors, driver: driver, device: device,
      regions: memory.regions(isLogged ? log?.pages ?? DirtyPages() : DirtyPages()), features: features,
      base: UInt16(truncatingIfNeeded: ring.base), log: isLogged ? ringLog(addresses, isPacked) : RingLog(),
      progress: progress ?? RingProgress())
    queues[index / 2].ring(index).start(
      VHostRing.Settings(setup: setup, call: ring.call?.rawValue ?? -1))
    rings[index].runs = true
    queues[index / 2].nudge()
  }

  private func ringLog(_ addresses: Addresses, _ isPacked: Bool) -> RingLog {
    guard let device = addresses.log else { return RingLog() }
    return RingLog(
      device: device,
      descriptors: isPacked ? memory.guestAddress(ofUser: addresses.descriptors) : nil)
  }

  private static func isAligned(_ place: UnsafeMutableRawPointer, _ alignment: UInt) -> Bool {
    UInt(bitPattern: place) % alignment == 0
  }

  private func stop(_ index: Int) {
    guard rings[index].runs else { return }
    if let base = queues[index / 2].ring(index).stop() { rings[index].base = base }
    rings[index].runs = false
  }
}
