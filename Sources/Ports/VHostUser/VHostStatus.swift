import Synchronization

/// What the control thread is told of a device: written by the service's thread.
final class VHostStatus: Sendable {
  struct Content {
    var peer: PeerState
    var offloads: PortOffloads = []
    var facts: [String: String] = [:]
    var onChange: @Sendable () -> Void = {}
  }

  private let content: Mutex<Content>

  init(_ peer: PeerState) {
    content = Mutex(Content(peer: peer))
  }

  var now: Content { content.withLock { $0 } }

  func onPeerChange(_ body: @escaping @Sendable () -> Void) { content.withLock { $0.onChange = body } }

  /// Tells whoever wants to know if something has changed.
  func update(_ peer: PeerState, offloads: PortOffloads, facts: [String: String]) {
    let tell: (@Sendable () -> Void)? = content.withLock { content in
      content.facts = facts
      guard content.peer != peer || content.offloads != offloads else { return nil }
      content.peer = peer
      content.offloads = offloads
      return content.onChange
    }
    tell?()
  }
}
