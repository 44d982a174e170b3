/// A port whose far end is another program, which comes and goes while the port stays open.
public protocol PeerPort: Port {
  /// Who is at the far end now. Called by the control thread at any time.
  var peer: PeerState { get }

  /// Has `body` called, on any thread, whenever `peer` or `offloads` has changed. Called once, before the worker gets the port.
  func onPeerChange(_ body: @escaping @Sendable () -> Void)
}

/// Whether somebody is at a port's far end.
public enum PeerState: Hashable, Sendable {
  case connected
  /// Nobody has been there yet; what is waited for.
  case waiting(String)
  /// Somebody was there; why no longer.
  case gone(String)
  /// Somebody is there with whom the port deals no more; why.
  case stopped(String)
}
