import Classifier
import Match

/// The bits that the answers of one kind depend on, as a handle of one word.
///
/// # Memory
/// One allocation of fixed size, made by `allocate` and freed by `deallocate`; word numbers are below
/// `FlowKey.Word.firstCold`.
@safe struct CacheMask {
  typealias Part = (word: Int, bits: UInt64)
  private struct Content {
    var id: UInt32 = 0
    var wordCount = 0
    var hits = 0
  }

  private let content: UnsafeMutablePointer<Content>
  private let parts: UnsafeMutablePointer<Part>

  static func allocate() -> CacheMask { CacheMask() }

  private init() {
    unsafe content = .allocate(capacity: 1)
    unsafe content.initialize(to: Content())
    unsafe parts = .allocate(capacity: FlowKey.Word.firstCold)
  }

  func deallocate() {
    unsafe content.deallocate()
    unsafe parts.deallocate()
  }

  /// Becomes the hot part of `bits`. `id` tells it from all masks before.
  func set(_ bits: KeyReference, id: UInt32) {
    var count = 0
    for word in 0..<FlowKey.Word.firstCold where bits[word] != 0 {
      unsafe (parts + count).initialize(to: (word, bits[word]))
      count += 1
    }
    unsafe content.pointee = Content(id: id, wordCount: count)
  }

  var id: UInt32 { unsafe content.pointee.id }
  @inline(__always) var wordCount: Int { unsafe content.pointee.wordCount }

  /// How often it found something of late.
  var hits: Int {
    get { unsafe content.pointee.hits }
    nonmutating set { unsafe content.pointee.hits = newValue }
  }

  @inline(__always)
  func part(_ index: Int) -> Part { unsafe parts[index] }

  /// Whether it is the hot part of `bits`.
  func isMask(_ bits: KeyReference) -> Bool {
    var next = 0
    for word in 0..<FlowKey.Word.firstCold where bits[word] != 0 {
      guard next < wordCount, unsafe parts[next].word == word, unsafe parts[next].bits == bits[word] else {
        return false
      }
      next += 1
    }
    return next == wordCount
  }

  @inline(__always)
  func hash(_ key: KeyReference, from port: PortIndex, seed: UInt64) -> UInt64 {
    var state = unsafe seed ^ (UInt64(port.rawValue) << 32 | UInt64(content.pointee.id))
    for i in 0..<wordCount {
      let part = unsafe parts[i]
      state = Mask.mix(state, key[part.word] & part.bits)
    }
    return state
  }

  @inline(__always)
  func matches(_ key: KeyReference, _ values: UnsafePointer<UInt64>) -> Bool {
    var difference: UInt64 = 0
    for i in 0..<wordCount {
      let part = unsafe parts[i]
      unsafe difference |= key[part.word] & part.bits ^ values[i]
    }
    return difference == 0
  }
}
