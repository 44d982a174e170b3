public import Classifier
import Match

/// What a worker has found out about frames, so that it need not go through the tables for each of them.
///
/// # Theory
/// A translation depends on some bits of the frame's key only; all frames with the same values there have the same
/// answer. Such a flow is kept under the mask of these bits. There are few masks, the most used first, and each frame
/// is looked for under one after the other. An answer holds as long as no change was made since that is about such
/// frames (`ChangeLog`) and nothing in the places of the FDB that it looked at is different (`FDBPlaces`); that is
/// asked at each use, so a change holds for the next frame and no change has anything to throw away.
///
/// The cache measures itself. When few frames find something, as when all of them are of new flows, or when many masks
/// have to be tried, it stands aside for a while: then a frame costs what the tables cost.
///
/// # Structure
/// A hash table of buckets of eight words, a cache line: 16 bits of the hash, 48 of the flow's address. Flows lie in
/// blocks of one size. When there is no room, one goes that was not used since it was last looked at.
///
/// # Memory
/// Allocated by `init`, freed by `deinit`; pages of blocks that were never used cost nothing. Indices are masked or
/// below the number of blocks. A block that is given up is used again only after the batch (`endBatch`), so that what
/// was found stays readable until then. One thread.
@safe public struct FlowCache: ~Copyable {
  /// How many flows fit; 0 for none.
  public let capacity: Int
  private let blocks: UnsafeMutableRawPointer
  private let buckets: UnsafeMutablePointer<UInt64>
  private let bucketMask: Int
  private let free: UnsafeMutablePointer<UInt32>
  private var freeCount: Int
  /// Blocks that were given up in this batch.
  private let given: UnsafeMutablePointer<UInt32>
  private var givenCount = 0
  /// Where the search for a block that is not used goes on.
  private var hand = 0
  private var masks = CacheMasks()
  private var gauge = CacheGauge()

  private static var slots: Int { 8 }
  private static var addressBits: UInt64 { 0xffff_ffff_ffff }
  /// How many blocks can be given up in one batch: for each frame one that holds no more, one to make room and one of a
  /// full bucket.
  private static var maximumGiven: Int { 128 }

  /// - Parameter capacity: is rounded up to a power of two; 0 switches the cache off.
  public init(capacity wanted: Int) {
    var capacity = wanted == 0 ? 0 : 64
    while capacity < wanted { capacity *= 2 }
    self.capacity = capacity
    let bucketCount = max(capacity / 4, 1)
    bucketMask = bucketCount - 1
    unsafe blocks = .allocate(byteCount: max(capacity, 1) * CachedFlow.byteCount, alignment: 4096)
    unsafe buckets = UnsafeMutableRawPointer.allocate(byteCount: bucketCount * 64, alignment: 64)
      .bindMemory(to: UInt64.self, capacity: bucketCount * Self.slots)
    unsafe buckets.initialize(repeating: 0, count: bucketCount * Self.slots)
    unsafe free = .allocate(capacity: max(capacity, 1))
    for i in 0..<capacity { unsafe (free + i).initialize(to: UInt32(capacity - 1 - i)) }
    freeCount = capacity
    unsafe given = .allocate(capacity: Self.maximumGiven)
  }

  deinit {
    unsafe blocks.deallocate()
    unsafe buckets.deallocate()
    unsafe free.deallocate()
    unsafe given.deallocate()
  }

  // MARK: Once a batch

  /// Whether frames of the next batch are to be looked for.
  public mutating func beginBatch(of count: Int) -> Bool { capacity > 0 && gauge.beginBatch(of: count) }

  /// What was found in the batch is no longer needed.
  public mutating func endBatch() {
    for i in 0..<givenCount { unsafe (free + freeCount + i).initialize(to: given[i]) }
    freeCount += givenCount
    givenCount = 0
    if gauge.isWindowOver { gauge.close(masks: &masks) }
  }

  // MARK: A frame

  /// The flow that a frame with this key belongs to.
  @inline(__always)
  public mutating func find(_ key: KeyReference, from port: PortIndex, in state: ForwardingState) -> FlowHit?
  {
    gauge.lookups &+= 1
    for i in 0..<masks.count {
      let mask = masks[i]
      gauge.probes &+= 1
      let hash = mask.hash(key, from: port)
      guard let position = find(hash, mask, key, from: port) else { continue }
      let flow = unsafe flow(buckets[position])
      guard flow.isCurrent(mask, in: state) else {
        drop(position)
        return nil
      }
      unsafe flow.header.pointee.isUsed = true
      mask.hits &+= 1
      gauge.hits &+= 1
      flow.countLookups()
      return FlowHit(flow)
    }
    return nil
  }

  @inline(__always)
  private func flow(_ entry: UInt64) -> CachedFlow {
    unsafe CachedFlow(UnsafeMutableRawPointer(bitPattern: UInt(entry & Self.addressBits)).unsafelyUnwrapped)
  }

  @inline(__always)
  private func find(
    _ hash: UInt64, _ mask: CacheMask, _ key: KeyReference, from port: PortIndex
  ) -> Int? {
    let start = (Int(truncatingIfNeeded: hash) & bucketMask) &* Self.slots
    let wanted = hash >> 48
    for slot in 0..<Self.slots {
      let entry = unsafe buckets[start &+ slot]
      guard entry >> 48 == wanted, entry != 0 else { continue }
      let flow = flow(entry)
      guard unsafe flow.header.pointee.hash == hash, unsafe flow.header.pointee.mask == mask.id else {
        continue
      }
      // Ports of two bridges may have the same number.
      guard unsafe flow.header.pointee.port == port else { continue }
      if unsafe mask.matches(key, flow.values) { return start &+ slot }
    }
    return nil
  }

  /// Keeps the answer that the translator has found for the frame with this key, if it can be used again.
  @inline(never)
  public mutating func insert(
    _ translator: inout Translator, _ key: KeyReference, from port: PortIndex, in state: ForwardingState
  ) {
    guard translator.notes.isReusable, let mask = masks.mask(of: translator.dependencies),
      let parts = CachedFlowParts(translator, keyCount: mask.wordCount), let block = takeBlock()
    else { return }
    let hash = mask.hash(key, from: port)
    let flow = unsafe CachedFlow(blocks + Int(block) * CachedFlow.byteCount)
    flow.fill(parts, translator, key, mask, hash: hash, port: port, version: state.changes.version)
    let start = (Int(truncatingIfNeeded: hash) & bucketMask) * Self.slots
    let position = (start..<start + Self.slots).first { unsafe buckets[$0] == 0 } ?? victim(from: start)
    if unsafe buckets[position] != 0 { drop(position) }
    unsafe buckets[position] = hash & ~Self.addressBits | UInt64(UInt(bitPattern: flow.base))
  }

  /// Which flow of a full bucket is to go: one that was not used of late.
  private func victim(from start: Int) -> Int {
    for position in start..<start + Self.slots {
      let header = unsafe flow(buckets[position]).header
      if unsafe !header.pointee.isUsed { return position }
      unsafe header.pointee.isUsed = false
    }
    return start
  }

  private mutating func takeBlock() -> UInt32? {
    if freeCount == 0 { giveUpOne() }
    guard freeCount > 0, givenCount < Self.maximumGiven - 2 else { return nil }
    freeCount -= 1
    return unsafe free[freeCount]
  }

  /// Gives up one flow that was not used of late; its block is free after the batch.
  private mutating func giveUpOne() {
    guard givenCount < Self.maximumGiven - 2 else { return }
    for _ in 0..<(2 * Self.slots * 16) {
      hand = (hand + 1) & ((bucketMask + 1) * Self.slots - 1)
      guard unsafe buckets[hand] != 0 else { continue }
      let header = unsafe flow(buckets[hand]).header
      if unsafe !header.pointee.isUsed { return drop(hand) }
      unsafe header.pointee.isUsed = false
    }
  }

  @inline(never)
  private mutating func drop(_ position: Int) {
    let offset = unsafe UInt(buckets[position] & Self.addressBits) - UInt(bitPattern: blocks)
    unsafe buckets[position] = 0
    precondition(givenCount < Self.maximumGiven, "more than three flows given up for a frame")
    unsafe (given + givenCount).initialize(to: UInt32(offset) / UInt32(CachedFlow.byteCount))
    givenCount += 1
  }

  /// What the cache has measured.
  public var statistics: FlowCacheStatistics {
    var result = FlowCacheStatistics()
    result.lookups = gauge.totalLookups
    result.hits = gauge.totalHits
    result.probes = gauge.totalProbes
    result.flows = capacity - freeCount
    result.masks = masks.count
    result.isAside = gauge.isAside
    return result
  }
}

/// A flow that a frame belongs to. Valid until `FlowCache.endBatch`.
public struct FlowHit {
  private let flow: CachedFlow
  init(_ flow: CachedFlow) { self.flow = flow }

  @inline(__always) public var program: FrameProgram { flow.program }
  public var path: RulePath { flow.path }
  /// Where `program.dropReason` was found.
  public var dropBridge: BridgeIndex { unsafe flow.header.pointee.dropBridge }
  public var dropTable: UInt8 { unsafe flow.header.pointee.dropTable }
}

/// What a worker's flow cache has measured since it was made.
public struct FlowCacheStatistics: Equatable, Sendable {
  /// Frames that were looked for, those that were found, and how many masks were tried for them.
  public var lookups: UInt64 = 0
  public var hits: UInt64 = 0
  public var probes: UInt64 = 0
  public var flows = 0
  public var masks = 0
  /// Whether it stands aside for now.
  public var isAside = false
  public init() {}
}
