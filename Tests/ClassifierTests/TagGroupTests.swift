import Classifier
import TestKit
import Testing

@Suite struct TagGroupTests {
  private static func places(_ matches: TagMatches) -> Set<Int> {
    var matches = matches
    var result: Set<Int> = []
    while let place = matches.next() { result.insert(place) }
    return result
  }

  /// Nothing that is there is missed, and where nothing is there is no candidate.
  @Test(arguments: 0..<16 as Range<UInt64>)
  func agreesWithALoop(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<500 {
      let tags = (0..<TagGroup.count).map { _ in UInt64.random(in: 0...3, using: &random) * 0x5555 }
      func word(_ start: Int) -> UInt64 { (0..<4).reduce(0) { $0 | tags[start + $1] << UInt64(16 * $1) } }
      let group = TagGroup(low: word(0), high: word(4))
      let wanted = UInt64.random(in: 1...3, using: &random) * 0x5555
      let expected = Set(tags.indices.filter { tags[$0] == wanted })
      let candidates = Self.places(group.candidates(wanted))
      #expect(candidates.isSuperset(of: expected))
      #expect(candidates.isEmpty == expected.isEmpty)
      #expect(group.hasFree == tags.contains(0))
      #expect(group.firstFree == nil || tags[group.firstFree ?? 0] == 0)
      #expect((group.firstFree == nil) == !tags.contains(0))
    }
  }
}
