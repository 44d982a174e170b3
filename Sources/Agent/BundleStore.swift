import Match
import NIOCore
import OpenFlow

/// The bundles that one connection has open: messages that are kept until they are committed together. OpenFlow
/// 1.4.0 section A.3.9.
struct BundleStore {
  /// A message of a bundle, as it came and as it was understood.
  struct Member {
    var frame: OpenFlowFrame
    var request: OpenFlowRequest
  }

  private struct Bundle {
    /// The message that opened it.
    let opening: OpenFlowFrame
    var flags: BundleFlags
    var isClosed = false
    var members: [Member] = []
    var lastUsed: NIODeadline
  }

  /// Bundles of one connection, and messages in all of them.
  static var bundleLimit: Int { 64 }
  static var messageLimit: Int { 4_000_000 }
  /// A bundle that nothing was done with for this long is discarded.
  static var patience: TimeAmount { .seconds(10) }

  private var bundles: [UInt32: Bundle] = [:]
  private var messageCount = 0

  var isEmpty: Bool { bundles.isEmpty }

  /// When the first of them has to be discarded, unless it is used before; `nil` when there is none.
  var deadline: NIODeadline? { bundles.values.map { $0.lastUsed + Self.patience }.min() }

  /// Does what `control` asks for, except that a commit only takes the bundle out. `frame` is the message.
  /// - Returns: the messages of a bundle that is to be committed.
  mutating func handle(
    _ control: BundleControl, _ frame: OpenFlowFrame, now: NIODeadline
  ) throws(OpenFlowError) -> [Member] {
    let id = control.bundle
    switch control.step {
    case .openRequest:
      guard bundles[id] == nil else {
        discard(id)
        throw OpenFlowError(.badBundleID)
      }
      try open(id, control.flags, frame, now)
    case .closeRequest:
      var bundle = try find(id)
      guard !bundle.isClosed else { throw fault(.bundleClosed, id) }
      guard bundle.flags == control.flags else { throw fault(.badBundleFlags, id) }
      bundle.isClosed = true
      bundle.lastUsed = now
      bundles[id] = bundle
    case .commitRequest:
      let bundle = try find(id)
      guard bundle.flags == control.flags else { throw fault(.badBundleFlags, id) }
      discard(id)
      return bundle.members
    case .discardRequest:
      _ = try find(id)
      discard(id)
    default: throw OpenFlowError(.badBundleType)
    }
    return []
  }

  /// Keeps the message in `frame`; a bundle that is not there is opened.
  mutating func add(_ message: BundleAdd, _ frame: OpenFlowFrame, now: NIODeadline) throws(OpenFlowError) {
    let id = message.bundle
    let request = try message.request()
    if bundles[id] == nil { try open(id, message.flags, frame, now) }
    var bundle = try find(id)
    guard !bundle.isClosed else { throw fault(.bundleClosed, id) }
    guard bundle.flags == message.flags else { throw fault(.badBundleFlags, id) }
    guard messageCount < Self.messageLimit else { throw OpenFlowError(.tooManyBundleMessages) }
    // Out of the dictionary first, so that the list of messages is not copied.
    bundles[id] = nil
    bundle.members.append(Member(frame: message.message, request: request))
    bundle.lastUsed = now
    bundles[id] = bundle
    messageCount += 1
  }

  private mutating func open(
    _ id: UInt32, _ flags: BundleFlags, _ frame: OpenFlowFrame, _ now: NIODeadline
  ) throws(OpenFlowError) {
    guard flags.rawValue & ~3 == 0 else { throw OpenFlowError(.badBundleFlags) }
    guard bundles.count < Self.bundleLimit else { throw OpenFlowError(.outOfBundles) }
    bundles[id] = Bundle(opening: frame, flags: flags, lastUsed: now)
  }

  private func find(_ id: UInt32) throws(OpenFlowError) -> Bundle {
    guard let bundle = bundles[id] else { throw OpenFlowError(.badBundleID) }
    return bundle
  }

  /// A bundle that is used wrongly is discarded.
  private mutating func fault(_ code: OpenFlowErrorCode, _ id: UInt32) -> OpenFlowError {
    discard(id)
    return OpenFlowError(code)
  }

  private mutating func discard(_ id: UInt32) {
    messageCount -= bundles.removeValue(forKey: id)?.members.count ?? 0
  }

  /// Discards the bundles that nothing was done with for too long.
  /// - Returns: the messages that opened them.
  mutating func discardForgotten(now: NIODeadline) -> [OpenFlowFrame] {
    let forgotten = bundles.filter { $0.value.lastUsed + Self.patience <= now }
    for id in forgotten.keys { discard(id) }
    return forgotten.sorted { $0.key < $1.key }.map(\.value.opening)
  }
}
