import Actions
import Classifier
import Match
import Synchronization

/// A `learn` action as a worker runs it, as a handle of one word.
///
/// # Memory
/// One allocation: header, steps that make the learned rule's match from a frame's key, steps that say what its
/// actions get from there; and two keys. Made and freed by the `LearnTemplate` that owns it; nothing changes
/// meanwhile. Whoever has a program with a plan in it keeps the template.
@safe public struct LearnPlan: BitwiseCopyable, @unchecked Sendable {
  @unsafe private struct Header {
    var template: Unmanaged<LearnTemplate>?
    var count: Unmanaged<CookieCount>?
    var id: UInt64
    var mask: KeyReference
    var wordSet: UInt64
    var matchCount: Int
    var valueCount: Int
    var cookie: UInt64
    var priority: UInt16
    var table: UInt8
    var limit: UInt32
    var addsRules: Bool
    var hasResult: Bool
    var result: KeyBits
  }

  /// Up to 64 bits of a key, or a number.
  struct Step: BitwiseCopyable {
    /// The bits that are taken; `nil` for `value`.
    var source: KeyBits?
    var value: UInt64 = 0
    var target = KeyBits()

    func value(in key: KeyReference) -> UInt64 {
      guard let source else { return value }
      return key[Int(source.word)] >> UInt64(source.shift) & source.ones
    }
  }

  private let header: UnsafeMutablePointer<Header>

  private var steps: UnsafeMutablePointer<Step> {
    unsafe UnsafeMutableRawPointer(header + 1).assumingMemoryBound(to: Step.self)
  }

  /// - Parameters:
  ///   - count: that of the rules that the limit is about.
  ///   - matchSteps: put values where the rule's match has them.
  ///   - valueSteps: what the rule's actions get from the frame; without targets.
  ///   - mask: that of the rule.
  static func allocate(
    _ action: Action.Learn, id: UInt64, count: CookieCount?, matchSteps: [Step], valueSteps: [Step],
    mask: FlowKey
  ) -> LearnPlan {
    let steps = matchSteps + valueSteps
    let size = unsafe MemoryLayout<Header>.stride + steps.count * MemoryLayout<Step>.stride
    let base = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    let plan = unsafe LearnPlan(header: base.bindMemory(to: Header.self, capacity: 1))
    let maskKey = KeyReference.allocate()
    maskKey.value = mask
    let result = action.result.flatMap { KeyBits.parts(of: $0).last }
    unsafe plan.header.initialize(
      to: unsafe Header(
        template: nil, count: count.map { unsafe .passUnretained($0) }, id: id, mask: maskKey,
        wordSet: (0..<FlowKey.wordCount).reduce(0) { $0 | (mask.words[$1] == 0 ? 0 : 1 << UInt64($1)) },
        matchCount: matchSteps.count, valueCount: valueSteps.count, cookie: action.cookie,
        priority: action.priority,
        table: action.table, limit: action.limit, addsRules: action.cookie != .max, hasResult: result != nil,
        result: result ?? KeyBits()))
    for (i, step) in steps.enumerated() { unsafe (plan.steps + i).initialize(to: step) }
    return plan
  }

  @unsafe private init(header: UnsafeMutablePointer<Header>) { unsafe self.header = header }

  func deallocate() {
    unsafe header.pointee.mask.deallocate()
    unsafe UnsafeMutableRawPointer(header).deallocate()
  }

  /// The template that owns the plan.
  var template: LearnTemplate? {
    get { unsafe header.pointee.template?.takeUnretainedValue() }
    nonmutating set { unsafe header.pointee.template = newValue.map { unsafe .passUnretained($0) } }
  }

  /// Who the rules are learned by: `Rule.maker`.
  var id: UInt64 { unsafe header.pointee.id }
  var table: UInt8 { unsafe header.pointee.table }
  private var cookie: UInt64 { unsafe header.pointee.cookie }
  var priority: UInt16 { unsafe header.pointee.priority }
  /// Whether the rule is added if it is not there, and not only changed if it is.
  var addsRules: Bool { unsafe header.pointee.addsRules }

  /// Whether a limit counts the rules of both together.
  func countsTogether(with other: LearnPlan) -> Bool { table == other.table && cookie == other.cookie }

  /// Whether both make rules of the same mask and priority in the same table.
  func hasSameShape(as other: LearnPlan) -> Bool {
    guard table == other.table, priority == other.priority, wordSet == other.wordSet else { return false }
    return (0..<FlowKey.wordCount).allSatisfy { mask[$0] == other.mask[$0] }
  }

  /// Whether there may be so many rules more.
  func hasRoom(for additions: Int) -> Bool {
    guard let count = unsafe header.pointee.count else { return true }
    let rules = unsafe count._withUnsafeGuaranteedRef { $0.value.load(ordering: .relaxed) }
    return rules + additions <= Int(unsafe header.pointee.limit)
  }

  /// The bit that says whether the limit let the rule be.
  var result: KeyBits? { unsafe header.pointee.hasResult ? header.pointee.result : nil }

  /// The mask of the rule, and the words in which it is not 0.
  var mask: KeyReference { unsafe header.pointee.mask }
  var wordSet: UInt64 { unsafe header.pointee.wordSet }

  private func step(_ index: Int) -> Step {
    precondition(
      index >= 0 && index < (unsafe header.pointee.matchCount + header.pointee.valueCount), "no such step")
    return unsafe steps[index]
  }

  /// Puts the values that the match of the rule learned from `key` has into `target`; words that the match does
  /// not have stay as they are.
  func putMatch(from key: KeyReference, into target: KeyReference) {
    var rest = wordSet
    while rest != 0 {
      target[rest.trailingZeroBitCount] = 0
      rest &= rest - 1
    }
    for i in 0..<(unsafe header.pointee.matchCount) {
      let step = step(i)
      let bits = step.target
      target[Int(bits.word)] =
        target[Int(bits.word)] & ~bits.mask | step.value(in: key) << UInt64(bits.shift) & bits.mask
    }
  }

  /// Calls `body` with the bits of the key that the learned rule is made from.
  func forEachSource(_ body: (KeyBits) -> Void) {
    for i in 0..<(unsafe header.pointee.matchCount + header.pointee.valueCount) {
      if let source = step(i).source { body(source) }
    }
  }

  /// Whether the rules learned from both keys have the same actions.
  func makesSameActions(from key: KeyReference, as other: borrowing FlowKey) -> Bool {
    for i in 0..<valueCount {
      guard let source = step(unsafe header.pointee.matchCount + i).source else { continue }
      let difference = key[Int(source.word)] ^ other.words[Int(source.word)]
      if difference & source.mask != 0 { return false }
    }
    return true
  }

  var valueCount: Int { unsafe header.pointee.valueCount }

  /// What the actions of the rule learned from `key` get from there, in order.
  func value(_ index: Int, from key: KeyReference) -> UInt64 {
    precondition(index >= 0 && index < valueCount, "no such value")
    return step(unsafe header.pointee.matchCount + index).value(in: key)
  }
}

/// Up to 64 bits of one word of a key.
struct KeyBits: BitwiseCopyable {
  var word: UInt8 = 0
  var shift: UInt8 = 0
  var bits: UInt8 = 1

  /// As many low bits.
  var ones: UInt64 { bits == 64 ? ~0 : (1 << UInt64(bits)) - 1 }
  /// The bits where they lie.
  var mask: UInt64 { ones << UInt64(shift) }

  /// Where a subfield's bits lie, most significant part first.
  static func parts(of subfield: Subfield) -> [KeyBits] {
    RuleCompiler.parts(of: subfield).map { KeyBits(word: $0.word, shift: $0.shift, bits: $0.bits) }
  }
}
