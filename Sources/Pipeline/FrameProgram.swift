import Classifier

/// What is to be done with a frame, and who is to count it: the translator's answer, as it lies there or in a
/// `FlowCache`.
///
/// # Memory
/// A view of memory that belongs to the translator or to the cache: valid until the translator takes up another frame,
/// and for one of the cache until `FlowCache.endBatch`.
@safe public struct FrameProgram {
  private let ops: UnsafePointer<FrameOp>
  private let rules: UnsafePointer<Rule>
  /// How many bytes more than arrived each of them counts.
  private let ruleBytes: UnsafePointer<Int32>
  private let traffics: UnsafePointer<TrafficCounter>
  public let opCount: Int
  private let ruleCount: Int
  private let trafficCount: Int
  /// Why nothing leaves, if nothing does.
  public let dropReason: DropReason
  /// When the address of the frame's source was learned last; `nil` when that is not known.
  private let source: UnsafeMutablePointer<LearnedSource>?

  @unsafe
  init(
    ops: UnsafePointer<FrameOp>, count: Int, rules: UnsafePointer<Rule>, bytes: UnsafePointer<Int32>,
    count ruleCount: Int, traffics: UnsafePointer<TrafficCounter>, count trafficCount: Int,
    dropReason: DropReason, source: UnsafeMutablePointer<LearnedSource>? = nil
  ) {
    unsafe self.ops = ops
    opCount = count
    unsafe self.rules = rules
    unsafe ruleBytes = bytes
    self.ruleCount = ruleCount
    unsafe self.traffics = traffics
    self.trafficCount = trafficCount
    self.dropReason = dropReason
    unsafe self.source = source
  }

  @inline(__always)
  public func op(_ index: Int) -> FrameOp {
    precondition(index < opCount, "an op behind the last one")
    return unsafe ops[index]
  }

  /// Counts a frame of that length for everything that took part.
  /// - Parameter now: monotonic milliseconds.
  @inline(__always)
  public func count(bytes: Int, now: UInt64, in tally: inout BatchTally) {
    for i in 0..<ruleCount { unsafe tally.count(rules[i], bytes: bytes &+ Int(ruleBytes[i]), now: now) }
    for i in 0..<trafficCount { unsafe tally.count(traffics[i], bytes: bytes, now: now) }
  }

  /// Whether the source's address has to be learned: unless that was done in this second and nothing has changed in
  /// its part of the FDB. If so, that is taken as done.
  @inline(__always)
  public func mustLearn(at second: UInt32) -> Bool {
    guard let source = unsafe source else { return true }
    if unsafe source.pointee.second == second, unsafe source.pointee.place.isUnchanged { return false }
    unsafe source.pointee.second = second
    unsafe source.pointee.place.renew()
    return true
  }
}

/// When a flow's source was learned last, and where the FDB would tell of a change.
struct LearnedSource: BitwiseCopyable {
  var place: FDBPlace
  var second: UInt32
}
