import CLinux
import Match

/// What one table answered for frames of a batch that were looked up together.
///
/// # Memory
/// Fixed arrays for 32 frames, made by `allocate` and freed by `deallocate`; places are taken modulo 32. The rules are
/// those of the forwarding state that was asked: whoever leaves it forgets them.
@safe public struct BatchAnswers {
  private struct Content {
    var hashes = InlineArray<32, UInt32>(repeating: 0)
    /// Of the first words, as many as the mask in hand shares with the next one: what hashing them came to.
    var states = InlineArray<32, UInt64>(repeating: 0)
    var probes = InlineArray<32, Int32>(repeating: 0)
    var rules = InlineArray<32, Rule?>(repeating: nil)
    /// The frames that there are answers for.
    var frames = FrameSet()
  }

  private let content: UnsafeMutablePointer<Content>

  public static func allocate() -> BatchAnswers { BatchAnswers() }

  private init() {
    unsafe content = .allocate(capacity: 1)
    unsafe content.initialize(to: Content())
  }

  public func deallocate() { unsafe content.deallocate() }

  /// The frames that there are answers for.
  public var frames: FrameSet {
    get { unsafe content.pointee.frames }
    nonmutating set { unsafe content.pointee.frames = newValue }
  }

  /// The best rule for the frame at that place.
  @inline(__always)
  public func rule(_ place: Int) -> Rule? { unsafe content.pointee.rules[place & 31] }

  /// How many masks were tried for it, from the first one on.
  @inline(__always)
  public func probeCount(_ place: Int) -> Int { unsafe Int(content.pointee.probes[place & 31]) }

  fileprivate func begin(_ place: Int) { unsafe content.pointee.rules[place & 31] = nil }

  fileprivate func setProbeCount(_ place: Int, _ count: Int) {
    unsafe content.pointee.probes[place & 31] = Int32(truncatingIfNeeded: count)
  }

  @inline(__always)
  fileprivate func setHash(_ place: Int, _ hash: UInt32) { unsafe content.pointee.hashes[place & 31] = hash }

  @inline(__always)
  fileprivate func state(_ place: Int) -> UInt64 { unsafe content.pointee.states[place & 31] }

  @inline(__always)
  fileprivate func setState(_ place: Int, _ state: UInt64) {
    unsafe content.pointee.states[place & 31] = state
  }

  @inline(__always)
  fileprivate func hash(_ place: Int) -> UInt32 { unsafe content.pointee.hashes[place & 31] }

  @inline(__always)
  fileprivate func search(_ subtable: borrowing Subtable, _ key: KeyReference, _ place: Int) {
    unsafe subtable.search(key, hash(place), better: &content.pointee.rules[place & 31])
  }
}

/// Lookups for many frames at a time.
///
/// # Theory
/// A large table does not fit into the processor's caches, and each step of a search in it, bucket, place, rule, waits
/// for memory and cannot begin before the last one ended. Steps of different frames can: here each step is done for
/// all frames, and asks for the memory of the next one, so that 32 waits take little longer than one. The answers are
/// those of `FlowClassifier.lookup`.
///
/// Masks of one table tend to begin alike, with a type and a protocol. The words that a mask has in common with the next
/// one are hashed once for both.
extension FlowClassifier {
  /// Looks up the frames at the places in `frames`. Tables with soft rules have no answers here.
  public func lookup(_ keys: KeyBatch, of frames: FrameSet, into answers: BatchAnswers) {
    guard !hasSoftRules else { return answers.frames = FrameSet() }
    answers.frames = frames
    frames.forEach { answers.begin($0) }
    var open = frames
    // Of the words that are hashed already.
    var shared = 0
    for index in 0..<subtableCount {
      let highest = maximumPriority(index)
      // Of rules of the highest priority there may always be an older one.
      if highest < maximumPriority(0) {
        let rest = open
        rest.forEach { place in
          guard let rule = answers.rule(place), highest < rule.priority else { return }
          answers.setProbeCount(place, index)
          open.remove(place)
        }
        if open.isEmpty { return }
      }
      let next = index + 1 < subtableCount ? commonWords(index, index + 1) : 0
      withSubtable(index) { $0.probe(keys, open, answers, from: next < shared ? 0 : shared, saving: next) }
      shared = next
    }
    open.forEach { answers.setProbeCount($0, subtableCount) }
  }

  /// Adds to `bits` those of the key that an answer depends on for which `count` masks were tried.
  public func note(masksTried count: Int, in bits: KeyReference) {
    for index in 0..<min(count, subtableCount) { withSubtable(index) { $0.noteMask(in: bits) } }
  }
}

extension Subtable {
  /// Looks for better rules for the frames in `frames`.
  /// - Parameters:
  ///   - start: how many words have been hashed.
  ///   - saved: how many words the next mask has in common with this one; at least `start`.
  @inline(__always)
  fileprivate func probe(
    _ keys: KeyBatch, _ frames: FrameSet, _ answers: BatchAnswers, from start: Int, saving saved: Int
  ) {
    var candidates = FrameSet()
    if isSmall {
      frames.forEach { place in
        let hash = hash(keys[place], place, answers, from: start, saving: saved)
        answers.setHash(place, hash)
        if prefetchPlace(hash) { candidates.insert(place) }
      }
    } else {
      frames.forEach { place in
        let hash = hash(keys[place], place, answers, from: start, saving: saved)
        answers.setHash(place, hash)
        prefetchTags(hash)
      }
      frames.forEach { if prefetchPlace(answers.hash($0)) { candidates.insert($0) } }
    }
    candidates.forEach { prefetchRule(answers.hash($0)) }
    candidates.forEach { answers.search(self, keys[$0], $0) }
  }

  @inline(__always)
  private func hash(
    _ key: KeyReference, _ place: Int, _ answers: BatchAnswers, from start: Int, saving saved: Int
  ) -> UInt32 {
    var state = start == 0 ? Mask.seed : answers.state(place)
    if saved > start {
      state = hash(key, state, from: start, to: saved)
      answers.setState(place, state)
    }
    state = hash(key, state, from: max(start, saved), to: wordCount)
    return UInt32(truncatingIfNeeded: state)
  }
}
