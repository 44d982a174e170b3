import Match

/// Where a translator writes what it does, in the order in which it does it.
///
/// # Memory
/// One allocation of a fixed number of events, made by `allocate` and freed by `deallocate`, which the translator
/// that owns it calls from its `deinit`. Untouched while nothing is traced, so that it costs no memory then. What
/// does not fit is left out, and `isFull` says so; appends are checked against the capacity.
@safe struct TraceLog {
  static var capacity: Int { 32_768 }

  @unsafe private struct Head {
    var count = 0
    var isFull = false
  }

  private let head: UnsafeMutablePointer<Head>
  private let events: UnsafeMutablePointer<TraceEvent>

  static func allocate() -> TraceLog {
    let head = UnsafeMutablePointer<Head>.allocate(capacity: 1)
    unsafe head.initialize(to: Head())
    return unsafe TraceLog(head: head, events: .allocate(capacity: capacity))
  }

  private init(head: UnsafeMutablePointer<Head>, events: UnsafeMutablePointer<TraceEvent>) {
    unsafe self.head = head
    unsafe self.events = events
  }

  func deallocate() {
    unsafe head.deallocate()
    unsafe events.deallocate()
  }

  func removeAll() { unsafe head.pointee = Head() }

  /// Whether something had no room.
  var isFull: Bool { unsafe head.pointee.isFull }

  func append(_ event: TraceEvent) {
    let count = unsafe head.pointee.count
    guard count < Self.capacity else {
      unsafe head.pointee.isFull = true
      return
    }
    unsafe (events + count).initialize(to: event)
    unsafe head.pointee.count = count + 1
  }

  /// What was written, oldest first.
  var all: [TraceEvent] { unsafe Array(UnsafeBufferPointer(start: events, count: head.pointee.count)) }
}
