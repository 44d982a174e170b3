import Classifier
import Match

/// What a change of the forwarding state may mean for frames that were translated before it.
public enum ChangeScope {
  /// Anything may be different for any frame.
  case everything
  /// Only frames that one of these rules matches, or matched, may go another way.
  case rules([RuleChange])
}

/// A rule that came, went or was changed: where, and what it matches.
public struct RuleChange {
  var bridge: BridgeIndex
  var table: UInt8
  var mask: Mask
  var values: [UInt64]
  var priority: UInt16
}

/// The last changes of one copy of the forwarding state, by which a worker finds out whether what it knows still
/// holds: each state has a version, and for the last changes it is known which frames they are about.
///
/// # Memory and threads
/// One allocation of fixed size, made by `allocate` and freed by `deallocate`. The control thread writes it while no
/// worker reads this copy of the state (`LeftRight`).
@safe struct ChangeLog {
  /// One rule that changed.
  struct Record {
    var version: UInt64 = 0
    /// Which table of which bridge, as `FlowCache` notes those that were looked up.
    var table: UInt64 = 0
    var priority: Int32 = 0
    var parts = InlineArray<8, Part>(repeating: Part())
    var count = 0
  }
  /// What the rule demands of one word of a key.
  struct Part {
    var word = 0
    var mask: UInt64 = 0
    var value: UInt64 = 0
  }
  private struct Content {
    var version: UInt64 = 1
    /// What was found out in an earlier version may be wrong.
    var floor: UInt64 = 1
    /// Records ever written; the last `capacity` of them are there.
    var written = 0
  }

  /// How many changes are remembered.
  private static var capacity: Int { 32 }

  private let content: UnsafeMutablePointer<Content>
  private let records: UnsafeMutablePointer<Record>

  static func allocate() -> ChangeLog { ChangeLog() }

  private init() {
    unsafe content = .allocate(capacity: 1)
    unsafe content.initialize(to: Content())
    unsafe records = .allocate(capacity: Self.capacity)
    unsafe records.initialize(repeating: Record(), count: Self.capacity)
  }

  func deallocate() {
    unsafe content.deallocate()
    unsafe records.deallocate()
  }

  /// Which table of which bridge, as one bit; some share one.
  @inline(__always)
  static func bit(_ table: Int, of bridge: BridgeIndex) -> UInt64 {
    1 << UInt64((table &+ bridge.value &* 29) & 63)
  }

  // MARK: Workers' side

  @inline(__always)
  var version: UInt64 { unsafe content.pointee.version }

  /// Whether nothing that happened since `version` can concern a frame for which `isMeant` never says so.
  func isUntouched(since version: UInt64, _ isMeant: (UnsafePointer<Record>) -> Bool) -> Bool {
    guard unsafe version >= content.pointee.floor else { return false }
    var number = unsafe content.pointee.written
    while number > 0 {
      number -= 1
      let record = unsafe records + number % Self.capacity
      if unsafe record.pointee.version <= version { break }
      if unsafe isMeant(record) { return false }
    }
    return true
  }

  // MARK: Control thread's side

  /// The next version, in which only what `scope` says is different.
  func advance(_ scope: ChangeScope) {
    unsafe content.pointee.version += 1
    guard case .rules(let changes) = scope, changes.count < Self.capacity / 2 else {
      unsafe content.pointee.floor = content.pointee.version
      return
    }
    for change in changes { append(change) }
  }

  private func append(_ change: RuleChange) {
    let record = unsafe records + content.pointee.written % Self.capacity
    // What is forgotten can no longer be looked up.
    unsafe content.pointee.floor = max(content.pointee.floor, record.pointee.version)
    unsafe record.pointee.version = content.pointee.version
    unsafe record.pointee.table = Self.bit(Int(change.table), of: change.bridge)
    unsafe record.pointee.priority = Int32(change.priority)
    unsafe record.pointee.count = 0
    // With parts left out the record is about more frames than the rule: that is no harm.
    for (i, part) in change.mask.parts(change.values).prefix(8).enumerated() {
      unsafe record.pointee.parts[i] = Part(word: part.word, mask: part.mask, value: part.value)
      unsafe record.pointee.count = i + 1
    }
    unsafe content.pointee.written += 1
  }
}
