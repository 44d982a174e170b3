/// What a rule demands of a frame: the bits of `mask` must be as in `key`.
public struct FlowMatch: Hashable, Sendable {
  /// Invariant: `key` has no bit outside `mask`.
  public private(set) var key: FlowKey
  public private(set) var mask: FlowKey

  /// The match of every frame.
  public init() {
    key = FlowKey()
    mask = FlowKey()
  }

  /// A match of `key` in the bits of `mask`.
  public init(key: FlowKey, mask: FlowKey) {
    self.key = key.masked(by: mask)
    self.mask = mask
  }

  /// Demands `value` in the bits of `mask` at `slot`, both right-justified; replaces what was demanded there.
  public mutating func set(_ slot: Slot, to value: UInt64, mask bits: UInt64 = ~0) {
    mask[slot] = bits
    key[slot] = value & bits
  }

  /// Whether a frame with `frame` as its key is one of those meant.
  public func matches(_ frame: FlowKey) -> Bool { frame.masked(by: mask) == key }
}
