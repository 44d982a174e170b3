/// What is noted of a translation so that its answer can be used again: where it was looked, and what it saw there.
///
/// # Memory
/// Fixed arrays, allocated by `allocate` and freed by `deallocate` with their translator. A translation that does not
/// fit is not used again.
@safe struct FlowNotes {
  private struct Content {
    /// Whether another frame may be treated alike at all.
    var isReusable = true
    /// `ChangeLog.bit` of each table that was looked up.
    var tables: UInt64 = 0
    /// Words of the key that a lookup saw other than they arrived.
    var changedWords: UInt64 = 0
    /// The lowest priority of a rule that was found; -1 when also others may have had a part in an answer.
    var leastPriority = Int32.max
    var lookupCount = 0
    var placeCount = 0
    /// Where a change of the source's place would show, when exactly one address is to be learned.
    var source: FDBPlace?
    var learnCount = 0
    /// Whether fragments are refused somewhere.
    var looksAtFragments = false
  }

  static var maximumLookups: Int { 32 }
  static var maximumPlaces: Int { 4 }

  private let content: UnsafeMutablePointer<Content>
  private let lookups: UnsafeMutablePointer<TableLookup>
  private let places: UnsafeMutablePointer<FDBPlace>

  static func allocate() -> FlowNotes { FlowNotes() }

  private init() {
    unsafe content = .allocate(capacity: 1)
    unsafe content.initialize(to: Content())
    unsafe lookups = .allocate(capacity: Self.maximumLookups)
    unsafe places = .allocate(capacity: Self.maximumPlaces)
  }

  func deallocate() {
    unsafe content.deallocate()
    unsafe lookups.deallocate()
    unsafe places.deallocate()
  }

  func removeAll() { unsafe content.pointee = Content() }

  /// This frame is one of its kind.
  func refuse() { unsafe content.pointee.isReusable = false }

  var isReusable: Bool { unsafe content.pointee.isReusable }
  var tables: UInt64 { unsafe content.pointee.tables }
  var changedWords: UInt64 { unsafe content.pointee.changedWords }
  var leastPriority: Int32 { unsafe content.pointee.leastPriority }

  /// A table was looked up.
  /// - Parameter priority: that below which a rule has nothing to say there; -1 for none.
  func append(_ lookup: TableLookup, table: UInt64, changedWords: UInt64, priority: Int32) {
    unsafe content.pointee.leastPriority = min(content.pointee.leastPriority, priority)
    unsafe content.pointee.tables |= table
    unsafe content.pointee.changedWords |= changedWords
    let count = unsafe content.pointee.lookupCount
    guard count < Self.maximumLookups else { return refuse() }
    unsafe (lookups + count).initialize(to: lookup)
    unsafe content.pointee.lookupCount = count + 1
  }

  var lookupCount: Int { unsafe content.pointee.lookupCount }
  func lookup(_ index: Int) -> TableLookup {
    precondition(index < lookupCount, "a lookup behind the last one")
    return unsafe lookups[index]
  }

  /// The FDB is about to be asked for an address that lies there.
  func append(_ place: FDBPlace) {
    let count = unsafe content.pointee.placeCount
    guard count < Self.maximumPlaces else { return refuse() }
    unsafe (places + count).initialize(to: place)
    unsafe content.pointee.placeCount = count + 1
  }

  var placeCount: Int { unsafe content.pointee.placeCount }
  func place(_ index: Int) -> FDBPlace {
    precondition(index < placeCount, "a place behind the last one")
    return unsafe places[index]
  }

  /// The source is learned; `nil` when that has to be done for each frame.
  func noteSource(_ place: FDBPlace?) {
    unsafe content.pointee.learnCount += 1
    unsafe content.pointee.source = content.pointee.learnCount == 1 ? place : nil
  }

  var source: FDBPlace? { unsafe content.pointee.source }

  /// Whether an address is to be learned.
  var hasLearned: Bool { unsafe content.pointee.learnCount > 0 }

  /// A bridge takes no fragments.
  func noteFragments() { unsafe content.pointee.looksAtFragments = true }

  var looksAtFragments: Bool { unsafe content.pointee.looksAtFragments }
}
