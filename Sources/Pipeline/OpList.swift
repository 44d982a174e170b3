import Classifier

/// Ops in memory that belongs to a rule or to a group: what the translator runs.
///
/// # Memory
/// A view: whoever has it keeps the rule or group alive, which workers get by being inside `LeftRight.read`.
/// Every access is checked against `count`.
@safe struct OpList: BitwiseCopyable {
  private let start: UnsafeRawPointer
  let count: Int

  /// Precondition: at `start` lie `count` values of `RuleOp`.
  @unsafe init(start: UnsafeRawPointer, count: Int) {
    unsafe self.start = start
    self.count = count
  }

  /// The program of `rule`, which was compiled to `RuleOp`s.
  @inline(__always)
  init(_ rule: Rule) { unsafe self.init(start: rule.program, count: rule.programCount) }

  @inline(__always)
  subscript(index: Int) -> RuleOp {
    precondition(index >= 0 && index < count, "an op behind the last one")
    return unsafe start.load(fromByteOffset: index &* MemoryLayout<RuleOp>.stride, as: RuleOp.self)
  }
}
