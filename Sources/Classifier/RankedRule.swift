/// A rule and its priority in one word, priority 16 | address 48, so that two are compared without a look at either: only
/// among those of one priority does the age decide, which the rules have.
struct RankedRule: BitwiseCopyable, Equatable {
  private let bits: UInt64

  static var none: RankedRule { RankedRule(bits: 0) }

  private init(bits: UInt64) { self.bits = bits }

  init(_ rule: Rule) {
    precondition(rule.bits >> 48 == 0, "an address of more than 48 bits")
    bits = UInt64(rule.priority) << 48 | rule.bits
  }

  @inline(__always)
  var rule: Rule? { bits == 0 ? nil : Rule(bits: bits & (1 << 48 - 1)) }

  @inline(__always)
  func isBetter(than other: RankedRule) -> Bool {
    if bits >> 48 != other.bits >> 48 { return bits >> 48 > other.bits >> 48 }
    guard bits != other.bits, let rule else { return false }
    return rule.isBetter(than: other.rule)
  }
}
