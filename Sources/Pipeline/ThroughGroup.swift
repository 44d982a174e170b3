import Classifier
import Flow
import Glibc
import Match

/// Groups. OpenFlow 1.3.5 section 5.6.
extension Translator {
  /// How many groups liveness may depend on, one through the other.
  private static var livenessDepth: Int { 128 }

  /// A frame that no bucket takes is not counted.
  mutating func send(toGroup number: UInt32) {
    guard mayGoOn() else { return }
    guard let group = state.bridge(bridge)?.group(number) else { return because(.noSuchGroup) }
    switch group.type {
    case .all, .indirect:
      note(group.traffic)
      if group.bucketCount == 0 { because(.groupHasNoLiveBucket) }
      for bucket in 0..<group.bucketCount where !hasFailed { send(toBucket: bucket, of: group) }
    case .select:
      if isNoting { noteDependencies(ofSelectionIn: group) }
      guard let bucket = chosenBucket(of: group) else { return because(.groupHasNoLiveBucket) }
      note(group.traffic)
      if isTracing { traceLog.append(.remark(.usesBucket(group.id(ofBucket: bucket)))) }
      send(toBucket: bucket, of: group)
    case .fastFailover:
      guard let bucket = (0..<group.bucketCount).first(where: { isLive(bucket: $0, of: group, depth: 0) })
      else { return because(.groupHasNoLiveBucket) }
      note(group.traffic)
      if isTracing { traceLog.append(.remark(.usesBucket(group.id(ofBucket: bucket)))) }
      send(toBucket: bucket, of: group)
    }
  }

  /// Behind a bucket, whatever it did and however it ended, the frame is what it was before.
  private mutating func send(toBucket bucket: Int, of group: GroupRecord) {
    guard openScope() else { return }
    note(group.traffic(ofBucket: bucket))
    if isTracing { traceLog.append(.bucket(group.id(ofBucket: bucket))) }
    depth += 1
    _ = execute(group.ops(ofBucket: bucket), by: nil)
    depth -= 1
    traceEnd()
    hasExited = false
    closeScope(keepsStack: true)
  }

  // MARK: Liveness

  private func isLive(bucket: Int, of group: GroupRecord, depth: Int) -> Bool {
    let port = group.watchPort(ofBucket: bucket)
    let other = group.watchGroup(ofBucket: bucket)
    guard port != PortNumber.none.rawValue || other != GroupID.any else { return true }
    if port != PortNumber.none.rawValue, isLive(port: port) { return true }
    guard other != GroupID.any, depth < Self.livenessDepth,
      let watched = state.bridge(bridge)?.group(other)
    else { return false }
    return (0..<watched.bucketCount).contains { isLive(bucket: $0, of: watched, depth: depth + 1) }
  }

  /// Whether the port is there and up.
  func isLive(port number: UInt16) -> Bool {
    guard let port = state.bridge(bridge)?.port(numbered: number) else { return false }
    return !state.port(port).has(PortRecord.Flag.unreachable)
  }

  // MARK: Selection

  /// The bucket of a select group that the frame belongs to: of all live ones that which scores best.
  ///
  /// Each bucket's score is a hash of frame and bucket, stretched by the weight so that buckets win in proportion
  /// to their weights (weighted rendezvous hashing): when a bucket comes or goes, only its own frames move.
  private func chosenBucket(of group: GroupRecord) -> Int? {
    let hash =
      switch group.selection {
      case .connection: FlowHash.connection(key, basis: group.basis)
      case .fields: FlowHash.fields(key, of: group)
      }
    var best: Int?
    var bestScore = -Double.infinity
    for bucket in 0..<group.bucketCount {
      let weight = group.weight(ofBucket: bucket)
      guard weight > 0, isLive(bucket: bucket, of: group, depth: 0) else { continue }
      let draw = Double(FlowHash.draw(hash, UInt64(group.id(ofBucket: bucket))) >> 11 | 1) * 0x1p-53
      // All weights the same: the logarithm would not change the order.
      let score = group.hasEqualWeights ? draw : log(draw) / Double(weight)
      if score > bestScore {
        best = bucket
        bestScore = score
      }
    }
    return best
  }
}
