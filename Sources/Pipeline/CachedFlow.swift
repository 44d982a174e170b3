import CLinux
import Classifier
import Match

/// What is known of all frames that agree in some bits: the translator's answer, and what it depends on, as a handle
/// of one word.
///
/// # Memory
/// One block of `byteCount` bytes that belongs to a `FlowCache`: a header, the values of the key's bits, and behind them
/// what the program consists of. `CachedFlowParts` finds out whether everything fits; all offsets come from there. Rules, groups
/// and meters are those of the forwarding state in the version `stamp`: nothing but the header is looked at before
/// `isCurrent` has said that they are still there.
@safe struct CachedFlow {
  struct Header: BitwiseCopyable {
    var hash: UInt64
    var stamp: UInt64
    /// Tables that were looked up, and words that a lookup saw other than they arrived: see `FlowNotes`.
    var tables: UInt64
    var changedWords: UInt64
    /// A rule of a lower priority has nothing to say: see `FlowNotes`.
    var leastPriority: Int32
    var mask: UInt32
    var port: PortIndex
    var dropBridge: BridgeIndex
    /// Where the frame leaves as it is, if that is all there is to do but learning where its source is.
    var soleOutput: PortIndex
    var dropReason: DropReason
    var dropTable: UInt8
    var hasSource: Bool
    var placeCount: UInt8
    var lookupCount: UInt8
    var opCount: UInt16
    var ruleCount: UInt16
    var trafficCount: UInt16
    var pathCount: UInt32
    /// Where the parts begin, in bytes from the header.
    var opsAt: UInt16
    var rulesAt: UInt16
    var bytesAt: UInt16
    var trafficsAt: UInt16
    var lookupsAt: UInt16
    var placesAt: UInt16
    var sourceAt: UInt16
    var pathAt: UInt16

    /// The parts begin so much later.
    mutating func move(by distance: UInt16) {
      opsAt += distance
      rulesAt += distance
      bytesAt += distance
      trafficsAt += distance
      lookupsAt += distance
      placesAt += distance
      sourceAt += distance
      pathAt += distance
    }
  }

  /// Nine cache lines.
  static var byteCount: Int { 576 }

  let base: UnsafeMutableRawPointer

  @unsafe init(_ base: UnsafeMutableRawPointer) { unsafe self.base = base }

  var header: UnsafeMutablePointer<Header> {
    @inline(__always) get { unsafe base.assumingMemoryBound(to: Header.self) }
  }

  @inline(__always)
  private func part<T: BitwiseCopyable>(_: T.Type, at offset: UInt16) -> UnsafeMutablePointer<T> {
    unsafe (base + Int(offset)).assumingMemoryBound(to: T.self)
  }

  /// The values of the mask's words.
  @inline(__always)
  var values: UnsafeMutablePointer<UInt64> {
    unsafe part(UInt64.self, at: UInt16(MemoryLayout<Header>.stride))
  }

  // MARK: Use

  /// Asks for what is read of most flows.
  @inline(__always)
  func prefetch() {
    unsafe clinux_prefetch(base)
    unsafe clinux_prefetch(base + 64)
    unsafe clinux_prefetch(base + 128)
    unsafe clinux_prefetch(base + 192)
  }

  /// Asks for what a frame counts and for where its address is. The rule may be gone: it is not touched.
  @inline(__always)
  func prefetchRule() {
    if unsafe header.pointee.ruleCount > 0 {
      unsafe part(Rule.self, at: header.pointee.rulesAt).pointee.prefetch()
    }
  }

  /// Whether the answer holds in `state`.
  @inline(__always)
  func isCurrent(_ mask: CacheMask, in state: ForwardingState) -> Bool {
    if unsafe header.pointee.stamp != state.changes.version {
      guard stands(mask, state.changes) else { return false }
    }
    let places = unsafe part(FDBPlace.self, at: header.pointee.placesAt)
    for i in unsafe 0..<Int(header.pointee.placeCount) {
      guard unsafe places[i].isUnchanged else { return false }
    }
    return true
  }

  /// Whether no change since `stamp` is about frames like these. If so, that need not be asked again.
  @inline(never)
  private func stands(_ mask: CacheMask, _ changes: ChangeLog) -> Bool {
    let isUntouched = unsafe changes.isUntouched(since: header.pointee.stamp) { record in
      guard unsafe record.pointee.table & header.pointee.tables != 0,
        unsafe record.pointee.priority >= header.pointee.leastPriority
      else { return false }
      for i in unsafe 0..<record.pointee.count {
        let part = unsafe record.pointee.parts[i]
        guard unsafe header.pointee.changedWords >> UInt64(part.word) & 1 == 0 else { continue }
        if let value = value(ofWord: part.word, mask, covering: part.mask), value != part.value {
          return false
        }
      }
      return true
    }
    guard isUntouched else { return false }
    unsafe header.pointee.stamp = changes.version
    return true
  }

  /// What all these frames have in those bits; `nil` when they need not be alike there.
  private func value(ofWord word: Int, _ mask: CacheMask, covering bits: UInt64) -> UInt64? {
    for i in 0..<mask.wordCount {
      let part = mask.part(i)
      if part.word == word { return bits & ~part.bits == 0 ? unsafe values[i] & bits : nil }
    }
    // Words behind the hot ones are 0 in all frames that are cached, unless nobody looks.
    return word >= FlowKey.Word.firstCold && !mask.isOfPort ? 0 : nil
  }

  /// Counts what the lookups of the translation counted, for so many frames.
  @inline(__always)
  func countLookups(_ frames: Int) {
    let lookups = unsafe part(TableLookup.self, at: header.pointee.lookupsAt)
    for i in unsafe 0..<Int(header.pointee.lookupCount) { unsafe lookups[i].count(frames) }
  }

  /// Counts frames for all that took part.
  @inline(__always)
  func count(_ count: FrameCount, in tally: inout BatchTally) {
    let h = unsafe header
    let rules = unsafe part(Rule.self, at: h.pointee.rulesAt)
    let more = unsafe part(Int32.self, at: h.pointee.bytesAt)
    for i in unsafe 0..<Int(h.pointee.ruleCount) {
      let bytes = unsafe count.bytes &+ Int(more[i]) &* count.frames
      unsafe tally.count(rules[i], frames: count.frames, bytes: bytes, now: count.now)
    }
    let traffics = unsafe part(TrafficCounter.self, at: h.pointee.trafficsAt)
    for i in unsafe 0..<Int(h.pointee.trafficCount) {
      unsafe tally.count(traffics[i], frames: count.frames, bytes: count.bytes, now: count.now)
    }
  }

  /// Where the frame leaves, if nothing else is to be done with it in this second; else `.none`.
  @inline(__always)
  func soleOutput(at second: UInt32) -> PortIndex {
    guard unsafe header.pointee.hasSource else { return unsafe header.pointee.soleOutput }
    let source = unsafe part(LearnedSource.self, at: header.pointee.sourceAt)
    guard unsafe source.pointee.second == second, unsafe source.pointee.place.isUnchanged else {
      return .none
    }
    return unsafe header.pointee.soleOutput
  }

  @inline(__always)
  var program: FrameProgram {
    let h = unsafe header
    return unsafe FrameProgram(
      ops: part(FrameOp.self, at: h.pointee.opsAt), count: Int(h.pointee.opCount),
      rules: part(Rule.self, at: h.pointee.rulesAt), bytes: part(Int32.self, at: h.pointee.bytesAt),
      count: Int(h.pointee.ruleCount), traffics: part(TrafficCounter.self, at: h.pointee.trafficsAt),
      count: Int(h.pointee.trafficCount), dropReason: h.pointee.dropReason,
      source: h.pointee.hasSource ? part(LearnedSource.self, at: h.pointee.sourceAt) : nil)
  }

  /// The rules that the frames go by.
  var path: RulePath {
    let count = unsafe Int(header.pointee.pathCount)
    let words = unsafe part(UInt64.self, at: header.pointee.pathAt)
    return RulePath(count: count) { unsafe words[$0] }
  }
}
