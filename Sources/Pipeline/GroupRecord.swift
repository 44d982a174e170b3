public import Flow
import Match

/// What a worker knows of a group, as a handle of one word.
///
/// # Memory
/// One allocation: header, buckets, the words that select its bucket, then the ops of all buckets. Made by
/// `allocate` on the control thread; nothing but the counters changes afterwards. The control thread frees it
/// (`deallocate`) when no worker can see it any more.
@safe public struct GroupRecord: BitwiseCopyable, @unchecked Sendable {
  /// How a select group chooses.
  enum Selection: UInt8 {
    /// By the addresses and ports of the connection, the same in both directions.
    case connection
    /// By fields that the group names.
    case fields
  }

  private struct Header {
    var traffic = TrafficCounter.Storage()
    var basis: UInt64
    var bucketCount: Int
    var hashWordCount: Int
    var type: GroupType
    var selection: Selection
    var hasEqualWeights: Bool
  }

  private struct BucketStorage {
    var traffic = TrafficCounter.Storage()
    var ops: OpList
    var id: UInt32
    var watchGroup: UInt32
    var watchPort: UInt16
    var weight: UInt16
  }

  private struct HashWord {
    var word: Int
    var bits: UInt64
  }

  private let header: UnsafeMutablePointer<Header>

  private var buckets: UnsafeMutablePointer<BucketStorage> {
    unsafe UnsafeMutableRawPointer(header + 1).assumingMemoryBound(to: BucketStorage.self)
  }
  private var hashWords: UnsafeMutablePointer<HashWord> {
    unsafe UnsafeMutableRawPointer(buckets + header.pointee.bucketCount).assumingMemoryBound(
      to: HashWord.self)
  }

  /// The group that `description` describes, which the group table has accepted.
  public static func allocate(_ description: GroupDescription) -> GroupRecord {
    let programs = description.buckets.map { RuleCompiler.compile(bucket: $0.actions) }
    let hashWords = Self.hashWords(of: description.selection)
    let opCount = programs.reduce(0) { $0 + $1.count }
    let size =
      MemoryLayout<Header>.stride + programs.count * MemoryLayout<BucketStorage>.stride
      + hashWords.count * MemoryLayout<HashWord>.stride + opCount * MemoryLayout<RuleOp>.stride
    let base = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
    let record = unsafe GroupRecord(header: base.bindMemory(to: Header.self, capacity: 1))
    let weights = Set(description.buckets.map(\.weight))
    unsafe record.header.initialize(
      to: Header(
        basis: description.selection.parameter, bucketCount: programs.count, hashWordCount: hashWords.count,
        type: description.type, selection: hashWords.isEmpty ? .connection : .fields,
        hasEqualWeights: weights.count == 1 && !weights.contains(0)))
    for (i, word) in hashWords.enumerated() { unsafe (record.hashWords + i).initialize(to: word) }
    var next = unsafe UnsafeMutableRawPointer(record.hashWords + hashWords.count)
    for (i, bucket) in description.buckets.enumerated() {
      let start = unsafe next
      for op in programs[i] {
        unsafe next.initializeMemory(as: RuleOp.self, repeating: op, count: 1)
        unsafe next += MemoryLayout<RuleOp>.stride
      }
      unsafe (record.buckets + i).initialize(
        to: BucketStorage(
          ops: OpList(start: start, count: programs[i].count), id: bucket.id, watchGroup: bucket.watchGroup,
          watchPort: bucket.watchPort.rawValue, weight: bucket.weight))
    }
    return record
  }

  private static func hashWords(of selection: GroupSelection) -> [HashWord] {
    guard selection.method == "hash" else { return [] }
    var bits = [UInt64](repeating: 0, count: FlowKey.wordCount)
    for field in selection.fields {
      var mask = field.mask
      for slot in field.field.slots.reversed() {
        bits[slot.word] |= UInt64(truncatingIfNeeded: mask) << UInt64(slot.shift) & slot.mask
        mask >>= UInt128(slot.bits)
      }
    }
    return bits.indices.filter { bits[$0] != 0 }.map { HashWord(word: $0, bits: bits[$0]) }
  }

  @unsafe private init(header: UnsafeMutablePointer<Header>) { unsafe self.header = header }

  public func deallocate() { unsafe UnsafeMutableRawPointer(header).deallocate() }

  // MARK: Reading

  var type: GroupType { unsafe header.pointee.type }
  var selection: Selection { unsafe header.pointee.selection }
  /// Goes into the hash that selects.
  var basis: UInt64 { unsafe header.pointee.basis }
  /// Whether all buckets have the same weight, which is not 0.
  var hasEqualWeights: Bool { unsafe header.pointee.hasEqualWeights }
  public var bucketCount: Int { unsafe header.pointee.bucketCount }
  /// What went through the group.
  public var traffic: TrafficCounter {
    unsafe TrafficCounter(
      UnsafeMutableRawPointer(header).assumingMemoryBound(to: TrafficCounter.Storage.self))
  }
  var hashWordCount: Int { unsafe header.pointee.hashWordCount }

  /// A word of the key that selects the bucket, and which of its bits do.
  func hashWord(_ index: Int) -> (word: Int, bits: UInt64) {
    precondition(index < hashWordCount, "a word behind the last one")
    return unsafe (hashWords[index].word, hashWords[index].bits)
  }

  private func bucket(_ index: Int) -> UnsafeMutablePointer<BucketStorage> {
    precondition(index >= 0 && index < bucketCount, "a bucket behind the last one")
    return unsafe buckets + index
  }

  func ops(ofBucket index: Int) -> OpList { unsafe bucket(index).pointee.ops }
  func id(ofBucket index: Int) -> UInt32 { unsafe bucket(index).pointee.id }
  func weight(ofBucket index: Int) -> UInt16 { unsafe bucket(index).pointee.weight }
  /// The port that it watches, `PortNumber.none` for none.
  func watchPort(ofBucket index: Int) -> UInt16 { unsafe bucket(index).pointee.watchPort }
  /// The group that it watches, `GroupID.any` for none.
  func watchGroup(ofBucket index: Int) -> UInt32 { unsafe bucket(index).pointee.watchGroup }

  /// What went through one bucket.
  public func traffic(ofBucket index: Int) -> TrafficCounter {
    unsafe TrafficCounter(
      UnsafeMutableRawPointer(bucket(index)).assumingMemoryBound(to: TrafficCounter.Storage.self))
  }
}
