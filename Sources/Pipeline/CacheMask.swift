import Classifier
import Match

/// The bits that the answers of one kind depend on, as a handle of one word.
///
/// # Memory
/// One allocation of fixed size, made by `allocate` and freed by `deallocate`; word numbers are below
/// `FlowKey.Word.firstCold`.
@safe struct CacheMask {
  /// A word, the bits of it that matter, and what its hash is made with.
  struct Part: BitwiseCopyable {
    var word: Int
    var bits: UInt64
    var salt: UInt64
    var factor: UInt64
  }
  private struct Content {
    var id: UInt32 = 0
    var wordCount = 0
    var comparedCount = 0
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

  /// The hot words in their order here: the ingress is last, as it is not compared. It follows from the port.
  private static func word(_ index: Int) -> Int { index < FlowKey.Word.firstCold - 1 ? index + 1 : 0 }

  /// Becomes the hot part of `bits`. `id` tells it from all masks before.
  func set(_ bits: KeyReference, id: UInt32, _ salts: CacheSalts) {
    var count = 0
    for word in (0..<FlowKey.Word.firstCold).lazy.map(Self.word) where bits[word] != 0 {
      unsafe (parts + count).initialize(
        to: Part(word: word, bits: bits[word], salt: salts.salt(word), factor: salts.factor(word)))
      count += 1
    }
    let hasIngress = bits[FlowKey.Word.ingress] != 0
    unsafe content.pointee = Content(id: id, wordCount: count, comparedCount: hasIngress ? count - 1 : count)
  }

  @inline(__always) var id: UInt32 { unsafe content.pointee.id }
  @inline(__always) var wordCount: Int { unsafe content.pointee.wordCount }
  @inline(__always) private var comparedCount: Int { unsafe content.pointee.comparedCount }

  /// Whether nothing matters of a frame but by which port it came.
  @inline(__always)
  var isOfPort: Bool { comparedCount == 0 && wordCount == 1 }

  /// How often it found something of late.
  var hits: Int {
    @inline(__always) get { unsafe content.pointee.hits }
    @inline(__always) nonmutating set { unsafe content.pointee.hits = newValue }
  }

  @inline(__always)
  func part(_ index: Int) -> Part { unsafe parts[index] }

  /// Whether it is the hot part of `bits`.
  func isMask(_ bits: KeyReference) -> Bool {
    var next = 0
    for index in 0..<FlowKey.Word.firstCold {
      let word = Self.word(index)
      guard bits[word] != 0 else { continue }
      guard next < wordCount, unsafe parts[next].word == word, unsafe parts[next].bits == bits[word] else {
        return false
      }
      next += 1
    }
    return next == wordCount
  }

  /// Whether it has all the bits of the hot part of `bits`.
  func covers(_ bits: KeyReference) -> Bool {
    var next = 0
    for index in 0..<FlowKey.Word.firstCold {
      let word = Self.word(index)
      guard bits[word] != 0 else { continue }
      while next < wordCount, unsafe parts[next].word != word { next += 1 }
      guard next < wordCount, unsafe bits[word] & ~parts[next].bits == 0 else { return false }
    }
    return true
  }

  /// Whether it has all the bits of `other`.
  func covers(_ other: CacheMask) -> Bool {
    var next = 0
    for i in 0..<other.wordCount {
      let part = other.part(i)
      while next < wordCount, unsafe parts[next].word != part.word { next += 1 }
      guard next < wordCount, unsafe part.bits & ~parts[next].bits == 0 else { return false }
    }
    return true
  }

  /// Adds its bits to `bits`.
  func add(to bits: KeyReference) { for i in 0..<wordCount { bits[part(i).word] |= part(i).bits } }

  /// The products of the words do not wait for each other, as those of a chain would. `port` stands for the ingress.
  @inline(__always)
  func hash(_ key: KeyReference, from port: PortIndex) -> UInt64 {
    var sum = unsafe UInt64(port.rawValue) << 32 | UInt64(content.pointee.id)
    for i in 0..<comparedCount {
      let part = unsafe parts[i]
      let product = (key[part.word] & part.bits ^ part.salt).multipliedFullWidth(by: part.factor)
      sum = sum &+ (product.high ^ product.low)
    }
    return Mask.mix(Mask.seed, sum)
  }

  @inline(__always)
  func matches(_ key: KeyReference, _ values: UnsafePointer<UInt64>) -> Bool {
    var difference: UInt64 = 0
    for i in 0..<comparedCount {
      let part = unsafe parts[i]
      unsafe difference |= key[part.word] & part.bits ^ values[i]
    }
    return difference == 0
  }
}

/// Random numbers for the hash of each word of a key: unknown outside the process, so that nobody can choose frames
/// that collide.
struct CacheSalts {
  private let numbers = (0..<2 * FlowKey.Word.firstCold).map { _ in UInt64.random(in: .min ... .max) }

  func salt(_ word: Int) -> UInt64 { numbers[2 * word] }
  func factor(_ word: Int) -> UInt64 { numbers[2 * word + 1] | 1 }
}
