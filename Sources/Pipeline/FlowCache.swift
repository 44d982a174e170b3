public import Classifier
import CLinux
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
/// Frames come in batches, and those of different flows are found together (`lookAhead`): each step of a search is done
/// for all of them and asks for the memory that the next step needs, so that they wait for it together. That is only a
/// hint: whether what was found is still there and holds is asked at the frame's turn, as frames before it may have
/// changed anything.
///
/// # Structure
/// A hash table of buckets of eight places in a cache line: the tags (`TagGroup`), then the numbers of the flows'
/// blocks. Blocks have one size, an odd number of cache lines, so that their headers do not compete for the same sets of
/// the processor's caches. When there is no room, only one frame in eight that has no flow brings one, so that flows come
/// in that have many frames; and a flow goes that was not used since it was last looked at; one that was never used
/// again goes first, so that frames that are all different push out only each other.
///
/// # Memory
/// Allocated by `init`, freed by `deinit`; pages of blocks that were never used cost nothing. Indices are masked or
/// below the number of blocks. A block that is given up is used again only after the batch (`endBatch`), so that what
/// was found stays readable until then. One thread.
@safe public struct FlowCache: ~Copyable {
  /// How many flows fit; 0 for none.
  public let capacity: Int
  private let blocks: UnsafeMutableRawPointer
  /// A line for each bucket: eight tags of 16 bits, eight block numbers of 32, for each of them a byte that says whether
  /// the flow was used of late, and 8 bytes that are not used.
  private let buckets: UnsafeMutableRawPointer
  private let bucketMask: Int
  private let free: UnsafeMutablePointer<UInt32>
  private var freeCount: Int
  /// Blocks that were given up in this batch.
  private let given: UnsafeMutablePointer<UInt32>
  private(set) var givenCount = 0
  /// Where the search for a block that is not used goes on.
  private var hand = 0
  /// By which it is drawn which flows a full cache takes up.
  private var lot: UInt64 = 1
  var masks = CacheMasks()
  var gauges = CacheGauges()
  private var joint = JointGauge()
  /// What was found ahead for each frame of the batch.
  let hints: UnsafeMutablePointer<Hint>
  /// Whether flows were added since that was done.
  private(set) var hasChanged = false

  /// Where the flow of a frame may be.
  struct Hint {
    var hash: UInt64 = 0
    /// -1 for nowhere.
    var place = -1
    var block: UInt32 = 0
    /// Number of the mask, in the order as it was then.
    var mask: UInt32 = 0
  }

  private static var slots: Int { TagGroup.count }
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
    unsafe buckets = .allocate(byteCount: bucketCount * 64, alignment: 64)
    unsafe buckets.initializeMemory(as: UInt64.self, repeating: 0, count: bucketCount * 8)
    unsafe hints = .allocate(capacity: KeyBatch.capacity)
    unsafe hints.initialize(repeating: Hint(), count: KeyBatch.capacity)
    unsafe free = .allocate(capacity: max(capacity, 1))
    for i in 0..<capacity { unsafe (free + i).initialize(to: UInt32(capacity - 1 - i)) }
    freeCount = capacity
    unsafe given = .allocate(capacity: Self.maximumGiven)
  }

  deinit {
    unsafe blocks.deallocate()
    unsafe buckets.deallocate()
    unsafe hints.deallocate()
    unsafe free.deallocate()
    unsafe given.deallocate()
  }

  // MARK: Once a batch

  /// Whether frames of the next batch, which came in by `port`, are to be looked for.
  @inline(__always)
  public mutating func beginBatch(of count: Int, from port: PortIndex) -> Bool {
    capacity > 0 && gauges.begin(of: count, from: port)
  }

  /// What was found in the batch is no longer needed.
  /// - Parameter ticks: how long the batch took.
  public mutating func endBatch(ticks: UInt64) {
    for i in 0..<givenCount { unsafe (free + freeCount + i).initialize(to: given[i]) }
    freeCount += givenCount
    givenCount = 0
    if gauges.current.endBatch(ticks: ticks) { masks.rank() }
    if joint.isDue { closeWindow() }
  }

  private mutating func closeWindow() {
    let wasOn = joint.isOn
    joint.close()
    if joint.isOn, !wasOn { masks.join() }
    if wasOn, !joint.isOn { masks.part() }
  }

  /// Looks for the flows of the frames at the places in `frames`, whose turn it is soon.
  /// - Returns: those that none was found for.
  public mutating func lookAhead(_ keys: KeyBatch, of frames: FrameSet, from port: PortIndex) -> FrameSet {
    hasChanged = false
    var open = frames
    var probes = 0
    for index in 0..<masks.count {
      if open.isEmpty { break }
      let mask = masks[index]
      probes &+= open.count
      open.forEach { frame in
        let hash = mask.hash(keys[frame], from: port)
        unsafe hints[frame].hash = hash
        unsafe clinux_prefetch(buckets + bucket(hash) &* 64)
      }
      open.forEach { frame in
        let place = unsafe firstCandidate(hints[frame].hash)
        unsafe hints[frame].place = place
        if place >= 0 { flow(at: place).prefetch() }
      }
      let rest = open
      rest.forEach { frame in
        let hint = unsafe hints[frame]
        guard hint.place >= 0 else { return }
        var place = hint.place
        if !isMeant(place, hint.hash, mask, keys[frame], from: port) {
          place = find(hint.hash, mask, keys[frame], from: port) ?? -1
          unsafe hints[frame].place = place
          if place < 0 { return }
        }
        unsafe hints[frame].block = block(place)
        unsafe hints[frame].mask = UInt32(truncatingIfNeeded: index)
        flow(at: place).prefetchRule()
        open.remove(frame)
      }
      if index == 0, masks.hasJoint { joint.jointHits &+= UInt64(frames.count &- open.count) }
    }
    if masks.count == 0 { frames.forEach { unsafe hints[$0].place = -1 } }
    gauges.current.lookups &+= UInt64(frames.count)
    gauges.current.probes &+= UInt64(probes)
    joint.lookups &+= UInt64(frames.count)
    joint.probes &+= UInt64(probes)
    joint.hits &+= UInt64(frames.count &- open.count)
    return open
  }

  // MARK: A frame

  /// The flow of a frame that `lookAhead` has looked for.
  @inline(__always)
  public mutating func find(
    ahead place: Int, _ key: KeyReference, from port: PortIndex, in state: ForwardingState,
    counting count: FrameCount, in tally: inout BatchTally
  ) -> FlowHit? {
    let hint = unsafe hints[place & 31]
    if hint.place >= 0 {
      let flow = flow(block: hint.block)
      // A block that is given up is not used again before the batch ends.
      let isThere =
        !hasChanged && givenCount == 0 || block(hint.place) == hint.block && isTaken(hint.place)
      if isThere, hint.mask < masks.count {
        let mask = masks[Int(hint.mask)]
        if unsafe flow.header.pointee.mask == mask.id {
          guard let hit = use(flow, at: hint.place, mask, in: state, count, &tally) else { return nil }
          if hint.mask > 0, masks.hasJoint { keepJoint(flow, mask, key, from: port) }
          return hit
        }
      }
    }
    return hasChanged ? search(key, from: port, in: state, count, &tally) : nil
  }

  /// The flow that a frame with this key belongs to.
  @inline(never)
  public mutating func find(
    _ key: KeyReference, from port: PortIndex, in state: ForwardingState, counting count: FrameCount,
    in tally: inout BatchTally
  ) -> FlowHit? {
    gauges.current.lookups &+= 1
    return search(key, from: port, in: state, count, &tally)
  }

  @inline(never)
  private mutating func search(
    _ key: KeyReference, from port: PortIndex, in state: ForwardingState, _ count: FrameCount,
    _ tally: inout BatchTally
  ) -> FlowHit? {
    for i in 0..<masks.count {
      let mask = masks[i]
      gauges.current.probes &+= 1
      let hash = mask.hash(key, from: port)
      guard let place = find(hash, mask, key, from: port) else { continue }
      return use(flow(at: place), at: place, mask, in: state, count, &tally)
    }
    return nil
  }

  /// What is known of the flow, if it still holds, and counts the frame; else the flow is forgotten.
  @inline(__always)
  private mutating func use(
    _ flow: CachedFlow, at place: Int, _ mask: CacheMask, in state: ForwardingState, _ count: FrameCount,
    _ tally: inout BatchTally
  ) -> FlowHit? {
    guard flow.isCurrent(mask, in: state) else {
      drop(place)
      return nil
    }
    markUsed(place)
    self.count(count, of: flow, mask, in: &tally)
    return FlowHit(flow, at: count.second)
  }

  @inline(__always)
  func count(_ count: FrameCount, of flow: CachedFlow, _ mask: CacheMask, in tally: inout BatchTally) {
    mask.hits &+= count.frames
    gauges.current.hits &+= UInt64(count.frames)
    flow.countLookups(count.frames)
    flow.count(count, in: &tally)
  }

  @inline(__always)
  private func bucket(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: hash) & bucketMask }

  @inline(__always)
  private static func tag(_ hash: UInt64) -> UInt64 { TagGroup.tag(hash >> 48) }

  @inline(__always)
  private func group(_ bucket: Int) -> TagGroup {
    let words = unsafe (buckets + bucket &* 64).assumingMemoryBound(to: UInt64.self)
    return unsafe TagGroup(low: words[0], high: words[1])
  }

  // A place is a bucket's number times eight and the number of one of its slots.

  @inline(__always)
  private func tag(at place: Int) -> UnsafeMutablePointer<UInt16> {
    let offset = (place >> 3) &* 64 &+ (place & 7) &* 2
    return unsafe (buckets + offset).assumingMemoryBound(to: UInt16.self)
  }

  @inline(__always)
  private func number(at place: Int) -> UnsafeMutablePointer<UInt32> {
    let offset = (place >> 3) &* 64 &+ 16 &+ (place & 7) &* 4
    return unsafe (buckets + offset).assumingMemoryBound(to: UInt32.self)
  }

  @inline(__always)
  private func used(at place: Int) -> UnsafeMutablePointer<UInt8> {
    let offset = (place >> 3) &* 64 &+ 48 &+ (place & 7)
    return unsafe (buckets + offset).assumingMemoryBound(to: UInt8.self)
  }

  @inline(__always)
  func markUsed(_ place: Int) {
    if unsafe used(at: place).pointee == 0 { unsafe used(at: place).pointee = 1 }
  }

  @inline(__always)
  private func isTaken(_ place: Int) -> Bool { unsafe tag(at: place).pointee != 0 }

  @inline(__always)
  private func block(_ place: Int) -> UInt32 { unsafe number(at: place).pointee }

  @inline(__always)
  func flow(block: UInt32) -> CachedFlow {
    unsafe CachedFlow(blocks + Int(block) &* CachedFlow.byteCount)
  }

  @inline(__always)
  func flow(at place: Int) -> CachedFlow { flow(block: block(place)) }

  /// Where a search for `hash` looks first; -1 for nowhere.
  @inline(__always)
  private func firstCandidate(_ hash: UInt64) -> Int {
    let bucket = bucket(hash)
    var candidates = group(bucket).candidates(Self.tag(hash))
    guard let slot = candidates.next() else { return -1 }
    return bucket &* Self.slots &+ slot
  }

  @inline(never)
  func find(
    _ hash: UInt64, _ mask: CacheMask, _ key: KeyReference, from port: PortIndex
  ) -> Int? {
    let bucket = bucket(hash)
    var candidates = group(bucket).candidates(Self.tag(hash))
    while let slot = candidates.next() {
      let place = bucket &* Self.slots &+ slot
      if isMeant(place, hash, mask, key, from: port) { return place }
    }
    return nil
  }

  /// Whether the flow at `place`, if there is one, is that of a frame with this key.
  @inline(__always)
  private func isMeant(
    _ place: Int, _ hash: UInt64, _ mask: CacheMask, _ key: KeyReference, from port: PortIndex
  ) -> Bool {
    guard isTaken(place) else { return false }
    let flow = flow(at: place)
    // Ports of two bridges may have the same number.
    return unsafe flow.header.pointee.hash == hash && flow.header.pointee.mask == mask.id
      && flow.header.pointee.port == port && mask.matches(key, flow.values)
  }

  /// Whether the flow of a frame that has none is to be kept: always while there is room.
  @inline(__always)
  public mutating func admits() -> Bool {
    freeCount > 0 || draw() & 7 == 0
  }

  /// Three bits that look random.
  private mutating func draw() -> UInt64 {
    // Knuth's MMIX generator (The Art of Computer Programming 2, section 3.3.4); its upper bits are the better ones.
    lot = lot &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return lot >> 61
  }

  /// Keeps the answer that the translator has found for the frame with this key, if it can be used again.
  @inline(never)
  public mutating func insert(
    _ translator: inout Translator, _ key: KeyReference, from port: PortIndex, in state: ForwardingState
  ) {
    translator.endNotes()
    guard translator.notes.isReusable else { return }
    guard let mask = masks.mask(of: translator.dependencies) else { return joint.refusals &+= 1 }
    guard let parts = CachedFlowParts(translator, keyCount: mask.wordCount), let block = takeBlock() else {
      return
    }
    let hash = mask.hash(key, from: port)
    flow(block: block)
      .fill(parts, translator, key, mask, hash: hash, port: port, version: state.changes.version)
    enter(block, hash)
  }

  /// Keeps a flow that was found for the frame with this key under the joint mask, too: one time in four, or in eight.
  @inline(never)
  private mutating func keepJoint(
    _ flow: CachedFlow, _ mask: CacheMask, _ key: KeyReference, from port: PortIndex
  ) {
    // Whole batches are looked for under the port's mask only.
    guard draw() & (freeCount > 0 ? 3 : 7) == 0, !mask.isOfPort, masks[0].covers(mask) else { return }
    let hash = masks[0].hash(key, from: port)
    guard find(hash, masks[0], key, from: port) == nil, let block = takeBlock() else { return }
    if self.flow(block: block).fill(copying: flow, mask, key, masks[0], hash: hash) {
      enter(block, hash)
    } else {
      unsafe free[freeCount] = block
      freeCount += 1
    }
  }

  /// Makes a flow found by its hash.
  private mutating func enter(_ block: UInt32, _ hash: UInt64) {
    let bucket = bucket(hash)
    let place: Int
    if let slot = group(bucket).firstFree {
      place = bucket * Self.slots + slot
    } else {
      place = victim(in: bucket)
      drop(place)
    }
    unsafe tag(at: place).pointee = UInt16(truncatingIfNeeded: Self.tag(hash))
    unsafe number(at: place).pointee = block
    unsafe used(at: place).pointee = 0
    hasChanged = true
  }

  /// Which flow of a full bucket is to go: one that was not used of late.
  private func victim(in bucket: Int) -> Int {
    let start = bucket * Self.slots
    for place in start..<start + Self.slots {
      if unsafe used(at: place).pointee == 0 { return place }
      unsafe used(at: place).pointee = 0
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
      guard isTaken(hand) else { continue }
      if unsafe used(at: hand).pointee == 0 { return drop(hand) }
      unsafe used(at: hand).pointee = 0
    }
  }

  @inline(never)
  private mutating func drop(_ place: Int) {
    unsafe tag(at: place).pointee = 0
    precondition(givenCount < Self.maximumGiven, "more than three flows given up for a frame")
    unsafe (given + givenCount).initialize(to: block(place))
    givenCount += 1
  }

  /// What the cache has measured.
  public var statistics: FlowCacheStatistics {
    var result = FlowCacheStatistics()
    result.add(gauges)
    result.flows = capacity - freeCount
    result.masks = masks.count
    return result
  }
}

/// A flow that a frame belongs to. Valid until `FlowCache.endBatch`.
public struct FlowHit {
  let flow: CachedFlow
  /// Where the frame leaves as it is, if that is all there is to be done; else `.none`.
  public let soleOutput: PortIndex
  /// Why nothing leaves, if nothing does.
  public let dropReason: DropReason

  init(_ flow: CachedFlow, at second: UInt32) {
    self.flow = flow
    soleOutput = flow.soleOutput(at: second)
    dropReason = unsafe flow.header.pointee.dropReason
  }

  public var program: FrameProgram { flow.program }
  public var path: RulePath { flow.path }
  /// Where `dropReason` was found.
  public var dropBridge: BridgeIndex { unsafe flow.header.pointee.dropBridge }
  public var dropTable: UInt8 { unsafe flow.header.pointee.dropTable }
}
