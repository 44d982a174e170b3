import Bytes
import Match
import Pipeline

/// Frames as they were where scopes began, innermost last. Each counts as held.
///
/// # Memory
/// One allocation of as many places as there can be scopes within each other, freed by `deinit`.
@safe struct SavedFrames: ~Copyable {
  private let places: UnsafeMutablePointer<(packet: Packet, layout: FrameLayout)>
  private var count = 0

  init() { unsafe places = .allocate(capacity: Translator.maximumScopes) }

  deinit { unsafe places.deallocate() }

  var isEmpty: Bool { count == 0 }

  mutating func push(_ packet: Packet, _ layout: FrameLayout) {
    precondition(count < Translator.maximumScopes, "more scopes than the translator opens")
    packet.holders += 1
    unsafe (places + count).initialize(to: (packet, layout))
    count += 1
  }

  mutating func pop() -> (packet: Packet, layout: FrameLayout) {
    precondition(count > 0, "the end of a scope that was not opened")
    count -= 1
    return unsafe places[count]
  }
}
