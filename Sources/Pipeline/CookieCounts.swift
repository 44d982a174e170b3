import Synchronization

/// Rules of one table that have one cookie.
struct CookieKey: Hashable {
  var table: UInt8
  var cookie: UInt64
}

/// How many rules have a cookie: what the limit of a `learn` action is about. Written by the control thread, read by
/// workers.
final class CookieCount: Sendable {
  let value: Atomic<Int>

  init(_ value: Int) { self.value = Atomic(value) }
}

/// The counts of those cookies that limits are about; the others cost nothing.
struct CookieCounts {
  private struct Reference {
    weak var count: CookieCount?
  }

  private var counts: [CookieKey: Reference] = [:]

  /// The count of a key, which is kept as long as somebody holds it.
  /// - Parameter start: called unless the key is counted already.
  mutating func count(_ key: CookieKey, from start: () -> Int) -> CookieCount {
    if let known = counts[key]?.count { return known }
    let count = CookieCount(start())
    counts[key] = Reference(count: count)
    return count
  }

  mutating func add(_ cookie: UInt64, table: UInt8) { change(by: 1, cookie, table) }
  mutating func remove(_ cookie: UInt64, table: UInt8) { change(by: -1, cookie, table) }

  private mutating func change(by difference: Int, _ cookie: UInt64, _ table: UInt8) {
    guard !counts.isEmpty, let reference = counts[CookieKey(table: table, cookie: cookie)] else { return }
    if let count = reference.count {
      count.value.add(difference, ordering: .relaxed)
    } else {
      counts[CookieKey(table: table, cookie: cookie)] = nil
    }
  }
}
