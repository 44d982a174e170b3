import IPFIX
import NIOCore
import NIOPosix

/// The way to one collector: a UDP socket that is connected to it, so that the kernel tells of a collector that is not
/// there. Used on the control thread.
final class CollectorChannel {
  /// Told of each message whether it was sent.
  typealias Outcome = (ExportMessage, _ isSent: Bool) -> Void

  private enum State {
    case opening
    case open(any Channel)
    case failed
    case closed
  }

  /// Messages that wait for the socket, at most.
  private static var capacity: Int { 1024 }

  let target: CollectorTarget
  private let loop: any EventLoop
  private let onOutcome: Outcome
  private var state = State.failed
  private var waiting: [ExportMessage] = []

  init(to target: CollectorTarget, on loop: any EventLoop, _ onOutcome: @escaping Outcome) {
    self.target = target
    self.loop = loop
    self.onOutcome = onOutcome
    open()
  }

  /// Opens a socket, unless there is one.
  func open() {
    guard case .failed = state else { return }
    state = .opening
    DatagramBootstrap(group: loop).connect(to: target.address).assumeIsolated().whenComplete { [self] in
      switch ($0, state) {
      case (.success(let channel), .opening):
        state = .open(channel)
        let messages = waiting
        waiting = []
        for message in messages { send(message) }
      case (.success(let channel), _):
        channel.close(promise: nil)
      case (.failure, _):
        if case .opening = state { state = .failed }
        for message in waiting { onOutcome(message, false) }
        waiting = []
      }
    }
  }

  func send(_ message: ExportMessage) {
    switch state {
    case .open(let channel) where channel.isActive && channel.isWritable:
      let sent = channel.writeAndFlush(channel.allocator.buffer(bytes: message.bytes))
      sent.assumeIsolated().whenComplete { [onOutcome] result in
        if case .success = result { onOutcome(message, true) } else { onOutcome(message, false) }
      }
    case .open(let channel):
      if !channel.isActive { state = .failed }
      onOutcome(message, false)
    case .opening where waiting.count < Self.capacity: waiting.append(message)
    case .opening, .failed, .closed: onOutcome(message, false)
    }
  }

  func close() {
    if case .open(let channel) = state { channel.close(promise: nil) }
    state = .closed
  }
}
