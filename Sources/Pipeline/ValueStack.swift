/// The stack of `push` and `pop`: each bridge that a frame goes through has one, a clone has a copy.
extension Translator {
  /// Puts the accumulator onto the stack.
  mutating func pushStack() {
    guard stackCount < Self.maximumStack else { return fail(.stackTooDeep) }
    unsafe (stack + stackCount).initialize(to: accumulator)
    stackCount += 1
    accumulator = 0
  }

  /// Takes the top into the accumulator. `false` when the stack is empty: as in Open vSwitch, such a pop has no
  /// effect.
  mutating func popStack() -> Bool {
    guard stackCount > stackBase else { return false }
    stackCount -= 1
    accumulator = unsafe stack[stackCount]
    return true
  }

  /// Makes the stack a copy of itself, so that what is below stays as it is.
  mutating func copyStack() {
    let count = stackCount - stackBase
    guard stackCount + count <= Self.maximumStack else { return fail(.stackTooDeep) }
    for i in 0..<count { unsafe (stack + stackCount + i).initialize(to: stack[stackBase + i]) }
    stackBase = stackCount
    stackCount += count
  }
}
