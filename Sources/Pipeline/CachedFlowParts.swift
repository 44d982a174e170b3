import Classifier
import Match

/// Where the parts of a flow lie in its block.
struct CachedFlowParts {
  var ops = 0
  var rules = 0
  var bytes = 0
  var traffics = 0
  var lookups = 0
  var places = 0
  var source = 0
  var path = 0

  /// `nil` when the answer does not fit.
  init?(_ translator: borrowing Translator, keyCount: Int) {
    let notes = translator.notes
    var end = MemoryLayout<CachedFlow.Header>.stride + keyCount * 8
    func place<T>(_ count: Int, of _: T.Type) -> Int {
      defer { end += (count * MemoryLayout<T>.stride + 7) & ~7 }
      return end
    }
    guard translator.opCount <= 64, translator.ruleCount <= 64, translator.trafficCount <= 64 else {
      return nil
    }
    ops = place(translator.opCount, of: FrameOp.self)
    rules = place(translator.ruleCount, of: Rule.self)
    bytes = place(translator.ruleCount, of: Int32.self)
    traffics = place(translator.trafficCount, of: TrafficCounter.self)
    lookups = place(notes.lookupCount, of: TableLookup.self)
    places = place(notes.placeCount, of: FDBPlace.self)
    source = place(notes.source == nil ? 0 : 1, of: LearnedSource.self)
    path = place(min(translator.path.count, RulePath.capacity), of: UInt64.self)
    guard end <= CachedFlow.byteCount else { return nil }
  }
}

extension CachedFlow {
  /// Makes the block hold the answer that the translator has found for the frame with this key.
  func fill(
    _ parts: CachedFlowParts, _ translator: borrowing Translator, _ key: KeyReference, _ mask: CacheMask,
    hash: UInt64, port: PortIndex, version: UInt64
  ) {
    let notes = translator.notes
    unsafe base.initializeMemory(
      as: Header.self,
      to: Header(
        hash: hash, stamp: version, tables: notes.tables, changedWords: notes.changedWords,
        leastPriority: notes.leastPriority, mask: mask.id,
        port: port, dropBridge: translator.dropBridge, soleOutput: Self.soleOutput(of: translator),
        dropReason: translator.dropReason,
        dropTable: translator.dropTable, hasSource: notes.source != nil,
        placeCount: UInt8(notes.placeCount),
        lookupCount: UInt8(notes.lookupCount), opCount: UInt16(translator.opCount),
        ruleCount: UInt16(translator.ruleCount), trafficCount: UInt16(translator.trafficCount),
        pathCount: UInt32(translator.path.count), opsAt: UInt16(parts.ops), rulesAt: UInt16(parts.rules),
        bytesAt: UInt16(parts.bytes), trafficsAt: UInt16(parts.traffics), lookupsAt: UInt16(parts.lookups),
        placesAt: UInt16(parts.places), sourceAt: UInt16(parts.source), pathAt: UInt16(parts.path)))
    for i in 0..<mask.wordCount {
      let part = mask.part(i)
      unsafe values[i] = key[part.word] & part.bits
    }
    store(translator.opCount, at: parts.ops) { translator.op($0) }
    store(translator.ruleCount, at: parts.rules) { unsafe translator.rules[$0] }
    store(translator.ruleCount, at: parts.bytes) { unsafe translator.ruleBytes[$0] }
    store(translator.trafficCount, at: parts.traffics) { unsafe translator.traffics[$0] }
    store(notes.lookupCount, at: parts.lookups) { notes.lookup($0) }
    store(notes.placeCount, at: parts.places) { notes.place($0) }
    if let place = notes.source {
      // The first frame to use it learns.
      store(1, at: parts.source) { _ in LearnedSource(place: place, second: .max) }
    }
    store(min(translator.path.count, RulePath.capacity), at: parts.path) { translator.path.word($0) }
  }

  /// Where the frame leaves as it is, if that is all there is to do, besides learning its source's address once a
  /// second.
  private static func soleOutput(of translator: borrowing Translator) -> PortIndex {
    let count = translator.opCount
    guard count == 1 || count == 2, case .output(let port, maximumLength: 0) = translator.op(count - 1) else {
      return .none
    }
    if count == 1 { return translator.notes.source == nil ? port : .none }
    guard case .learn = translator.op(0), translator.notes.source != nil else { return .none }
    return port
  }

  /// Makes the block hold what `flow`, which is kept under `mask`, says of the frame with this key, under a mask that has
  /// all bits of that one.
  /// - Returns: `false` when there is no room for the values.
  func fill(
    copying flow: CachedFlow, _ mask: CacheMask, _ key: KeyReference, _ wider: CacheMask, hash: UInt64
  ) -> Bool {
    let start = MemoryLayout<Header>.stride
    let (from, to) = (start + mask.wordCount * 8, start + wider.wordCount * 8)
    let old = unsafe flow.header.pointee
    let end = Int(old.pathAt) + min(Int(old.pathCount), RulePath.capacity) * 8
    guard from <= end, end + to - from <= Self.byteCount else { return false }
    unsafe base.initializeMemory(as: Header.self, to: old)
    unsafe header.pointee.move(by: UInt16(to - from))
    unsafe header.pointee.hash = hash
    unsafe header.pointee.mask = wider.id
    for i in 0..<wider.wordCount {
      let part = wider.part(i)
      unsafe values[i] = key[part.word] & part.bits
    }
    unsafe (base + to).copyMemory(from: flow.base + from, byteCount: end - from)
    return true
  }

  private func store<T: BitwiseCopyable>(_ count: Int, at offset: Int, _ value: (Int) -> T) {
    for i in 0..<count {
      unsafe (base + offset + i * MemoryLayout<T>.stride).initializeMemory(as: T.self, to: value(i))
    }
  }
}
