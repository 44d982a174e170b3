/// What a device says of itself, for people.
extension VHostSession {
  /// By the names under which the column `status` has them.
  var facts: [String: String] {
    var facts: [String: String] = [:]
    if let refusal { facts["refused"] = "\(refusal)" }
    let running = queues.indices.filter(isUp)
    guard let first = running.first else { return facts }
    facts["queues"] = "\(running.count) of \(queues.count)"
    facts["ring-entries"] = "\(rings[2 * first + 1].size) from the guest, \(rings[2 * first].size) to it"
    if let mtu { facts["guest-mtu"] = "\(mtu)" }
    facts["features"] = features.names.joined(separator: ", ")
    return facts
  }
}

extension VHostFeatures {
  /// Those that change how frames travel.
  fileprivate var names: [String] {
    let names: [(VHostFeatures, String)] = [
      (.packedRing, "packed rings"), (.inOrder, "buffers in order"), (.mergeableBuffers, "mergeable buffers"),
      (.indirectDescriptors, "indirect descriptors"), (.eventIndex, "event index"),
      (.checksum, "checksums from the guest"), (.guestChecksum, "checksums to the guest"),
      (.hostTSO4, "TSO from the guest"), (.guestTSO4, "TSO to the guest"),
      (.hostUSO, "USO from the guest"), (.guestUSO4, "USO to the guest"),
    ]
    return names.filter { contains($0.0) }.map(\.1)
  }
}
