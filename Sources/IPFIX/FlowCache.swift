/// The flows that are being counted, the oldest first: a record leaves when it is old enough, or for a younger one.
struct FlowCache: Sendable {
  private var records: [FlowID: FlowRecord] = [:]
  /// By age. Those before `first` are gone.
  private var order: [FlowID] = []
  private var first = 0

  var count: Int { records.count }

  /// When the oldest flow began; microseconds since 1970.
  var oldestStart: UInt64? { first < order.count ? records[order[first]]?.start : nil }

  /// Counts a frame. `true` when it is the first of its flow.
  mutating func count(_ seen: FlowObservation, _ id: FlowID, total: FlowCounters) -> Bool {
    if records[id]?.count(seen, id.shape, total: total) != nil { return false }
    var record = FlowRecord(start: seen.time, end: seen.time)
    record.count(seen, id.shape, total: total)
    records[id] = record
    order.append(id)
    return true
  }

  /// Takes the oldest flow out.
  mutating func takeOldest() -> (FlowID, FlowRecord)? {
    guard first < order.count else { return nil }
    let id = order[first]
    first += 1
    if first > 1024, first * 2 > order.count {
      order.removeFirst(first)
      first = 0
    }
    return records.removeValue(forKey: id).map { (id, $0) }
  }
}

extension FlowRecord {
  mutating func count(_ seen: FlowObservation, _ shape: FlowShape, total: FlowCounters) {
    end = max(end, seen.time)
    delta.count(seen, shape)
    self.total = total
  }
}
