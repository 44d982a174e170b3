import Classifier

/// A rule that took part, in one word and without a handle that could outlive it: bridge 8 | table 8 | number under
/// which the control thread knows the rule 24 | lowest bits of its place in the order of all changes 24.
public struct RuleStep: RawRepresentable, BitwiseCopyable, Hashable, Sendable {
  public var rawValue: UInt64

  @inlinable
  public init(rawValue: UInt64) { self.rawValue = rawValue }

  /// Numbers of rules are below 2^24 (`FlowTables.limit`); those that the switch makes for itself have no number.
  @inline(__always)
  init(_ rule: Rule, on bridge: BridgeIndex) {
    rawValue =
      UInt64(bridge.rawValue & 0xff) << 56 | UInt64(rule.table) << 48 | UInt64(rule.id & 0xff_ffff) << 24
      | rule.sequence & 0xff_ffff
  }

  public var bridge: BridgeIndex { BridgeIndex(rawValue: UInt16(rawValue >> 56)) }
  public var table: UInt8 { UInt8(truncatingIfNeeded: rawValue >> 48) }
  /// `nil` for a rule that the switch made for itself.
  public var id: UInt32? {
    let id = UInt32(truncatingIfNeeded: rawValue >> 24) & 0xff_ffff
    return id == 0xff_ffff ? nil : id
  }

  /// Whether the rule that has the number now is the one that took part.
  public func isOf(sequence: UInt64) -> Bool { (rawValue ^ sequence) & 0xff_ffff == 0 }
}

/// The rules that a frame went by: the first four, and the last four. Bounded, so that it can be kept for every
/// frame of a batch.
public struct RulePath: BitwiseCopyable, Sendable {
  public static var capacity: Int { 8 }

  private var steps = InlineArray<8, UInt64>(repeating: 0)
  /// How many there were, those that were not kept included.
  public private(set) var count = 0

  public init() {}

  @inline(__always)
  mutating func removeAll() { count = 0 }

  @inline(__always)
  mutating func append(_ step: RuleStep) {
    steps[count < 8 ? count : 4 + count & 3] = step.rawValue
    count += 1
  }

  /// Becomes the way by one rule.
  @inline(__always)
  public mutating func set(_ only: RuleStep) {
    steps[0] = only.rawValue
    count = 1
  }

  // MARK: As words, to be kept elsewhere

  /// Words that say something: those of the rules kept, and behind them the count at `capacity`.
  public static var wordCount: Int { capacity + 1 }

  public func word(_ index: Int) -> UInt64 { index < Self.capacity ? steps[index] : UInt64(count) }

  /// - Parameter word: words below `capacity` and `count`.
  init(count: Int, word: (Int) -> UInt64) {
    for i in 0..<min(count, Self.capacity) { steps[i] = word(i) }
    self.count = count
  }

  /// Precondition: `wordCount` words.
  public init(words: some RandomAccessCollection<UInt64>) {
    for (i, word) in words.prefix(Self.capacity).enumerated() { steps[i] = word }
    count = words.last.map { Int(truncatingIfNeeded: $0) } ?? 0
  }

  /// The first ones and, behind those that were not kept, the last ones.
  public var kept: (first: [RuleStep], last: [RuleStep]) {
    let head = (0..<min(count, 4)).map { RuleStep(rawValue: steps[$0]) }
    let tail = (max(4, count - 4)..<max(4, count)).map { RuleStep(rawValue: steps[4 + $0 & 3]) }
    return (head, tail)
  }
}
