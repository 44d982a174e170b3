import Match

/// Combinations of bits that no frame's key has, so that nobody has to take them: a VLAN tag that is absent and
/// not 0 altogether, and a later fragment that is no fragment.
enum ImpossibleFrames {
  private static let tag = Slot(FlowKey.Word.vlan, 32, 16)
  private static let fragment = Slot(FlowKey.Word.ip, 0, 8)

  static let matches: [FlowMatch] = {
    var result: [FlowMatch] = []
    for bit in 0..<16 where 1 << UInt64(bit) != FlowKey.vlanPresent {
      var match = FlowMatch()
      match.set(tag, to: 1 << UInt64(bit), mask: FlowKey.vlanPresent | 1 << UInt64(bit))
      result.append(match)
    }
    var match = FlowMatch()
    match.set(fragment, to: FlowKey.Fragment.later, mask: FlowKey.Fragment.any | FlowKey.Fragment.later)
    result.append(match)
    return result
  }()

  /// Those that are about the words of `words` alone.
  static func cubes(words: UInt64) -> [CubeCover.Cube] {
    matches.filter { $0.wordSet & ~words == 0 }.map { CubeCover.Cube($0, words: words) }
  }

  /// The share of the frames of a rule of shape `asker` that no frame is, at most, where other shapes look at
  /// these bits: without a tag all but one value of 2^15 is impossible.
  static func share(beside asker: TableRules.Shape, _ shapes: [TableRules.Shape]) -> Double {
    var share = 0.0
    let words = asker.wordSet | shapes.reduce(0) { $0 | $1.wordSet }
    if words >> UInt64(tag.word) & 1 != 0 { share += 0.5 }
    if words >> UInt64(fragment.word) & 1 != 0 { share += 0.25 }
    return share
  }
}
