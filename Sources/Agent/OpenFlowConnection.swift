import Flow
import Match
import NIOCore
import OpenFlow

/// One controller's connection: bytes in, requests answered in order, messages out.
///
/// Flow mods that arrive together are applied together, so that loading many rules costs few publications.
/// A peer that does not read its answers gets no further request of its handled until it does, nor is it read
/// from, nor told of anything; so it holds `outboundLimit` bytes of memory, the answer to one request, and
/// what it had sent already. A request whose work grows with the tables ends the turn: the other connections
/// are looked after before the next one.
final class OpenFlowConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Bytes that may wait to be sent before no further request is handled.
  static let outboundLimit = 1 << 20

  /// Why no further message is handled now.
  private enum Pause {
    case needsInput
    case peerDoesNotRead
    case othersTurn
    case isClosing
  }

  let agent: OpenFlowAgent
  /// Of a configured controller; `nil` on the bridge's own socket.
  let link: ControllerLink?
  /// `nil` before the channel is open and after it was closed.
  private var context: ChannelHandlerContext?
  private var splitter = OpenFlowFrameSplitter()
  private var requests = RequestBatch()
  /// `nil` until both hellos are known.
  private(set) var version: OpenFlowVersion?
  private var isClosing = false
  private var isHandling = false
  private var awaitsTurn = false
  private var isReading = true

  // MARK: What the peer chose
  var role = ControllerRole.equal
  var asyncConfig = AsyncConfig(initialIn: .v10)
  var switchConfig = SwitchConfig()
  var packetInFormat = PacketInFormat.standard
  var flowFormat = FlowFormat.openFlow10
  var flowModsHaveTableID = false
  var controllerID: UInt16 = 0
  var bundles = BundleStore()
  /// Discards the bundles that the peer has forgotten.
  private var bundleTimer: Scheduled<Void>?
  var monitors = FlowMonitorSet()

  init(agent: OpenFlowAgent, link: ControllerLink? = nil) {
    self.agent = agent
    self.link = link
  }

  // MARK: The channel

  func channelActive(context: ChannelHandlerContext) {
    self.context = context
    guard agent.add(self) else { return abort() }
    send([Hello(versions: agent.versions).encode(xid: 0)])
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.context = nil
    bundleTimer?.cancel()
    agent.remove(self)
    // What the peer had sent before it went still holds.
    handleAll(on: context.eventLoop)
    link?.onClosed()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isClosing else { return }
    agent.hear(from: self)
    splitter.append(unwrapInboundIn(data).readableBytesView)
  }

  func channelReadComplete(context: ChannelHandlerContext) { handleAll(on: context.eventLoop) }
  func channelWritabilityChanged(context: ChannelHandlerContext) {
    resumeMonitors()
    handleAll(on: context.eventLoop)
  }
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    link?.note(error, in: context.pipeline)
    abort()
  }

  /// Ends the connection when what was written is sent.
  private func close() {
    isClosing = true
    guard let context else { return }
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
  }

  /// Ends the connection at once. What the peer has not read or what was not looked at is lost.
  func abort() {
    isClosing = true
    context?.close(promise: nil)
  }

  // MARK: Requests

  /// Handles what has arrived, until there is a reason to pause.
  private func handleAll(on loop: any EventLoop) {
    guard !isHandling, !awaitsTurn else { return }
    isHandling = true
    var pause: Pause
    repeat {
      pause = handleSome()
      finishBatch()
      context?.flush()
      // The flush may have made room, and nobody would say so again.
    } while pause == .peerDoesNotRead && canSend
    isHandling = false
    switch pause {
    case .needsInput, .isClosing: read(true)
    case .peerDoesNotRead: read(false)
    case .othersTurn:
      read(false)
      awaitsTurn = true
      loop.assumeIsolated().execute { [self] in
        awaitsTurn = false
        handleAll(on: loop)
      }
    }
  }

  private func handleSome() -> Pause {
    while !isClosing, !agent.isClosed {
      if !canSend {
        context?.flush()
        guard canSend else { return .peerDoesNotRead }
      }
      do {
        guard let frame = try splitter.next() else { return .needsInput }
        if handle(frame), splitter.pendingByteCount > 0 { return .othersTurn }
      } catch {
        // A length below 8: nothing that follows can be told apart.
        finishBatch()
        close()
      }
    }
    return .isClosing
  }

  /// Handles one message. Returns whether it was one that takes long.
  private func handle(_ frame: OpenFlowFrame) -> Bool {
    if link != nil { agent.snoop.copy(frame.bytes) }
    guard let version else {
      negotiate(frame)
      return false
    }
    do throws(OpenFlowError) {
      let request = try OpenFlowRequest.decode(frame, version: version, hasTableID: flowModsHaveTableID)
      if case .flowMod(let mod) = request {
        try checkMayChange()
        requests.add(mod, frame, version: version)
        return request.takesLong
      }
      finishBatch()
      // Nobody is there to read statistics once the peer is gone.
      guard context != nil || !request.takesLong else { return false }
      send(try answer(request, to: frame, version: version))
      return request.takesLong
    } catch {
      finishBatch()
      refuse(frame, error)
      return false
    }
  }

  /// Applies the flow mods that were collected and refuses those that cannot be.
  private func finishBatch() {
    guard !requests.isEmpty else { return }
    let xids = requests.xids
    let refusals = agent.changing(by: self, xid: { xids[$0] }) { requests.apply(to: agent.bridge) }
    for refusal in refusals { refuse(refusal.frame, refusal.error) }
  }

  /// Has bundles discarded when their time is up.
  func watchBundles() {
    guard bundleTimer == nil, let context, let deadline = bundles.deadline else { return }
    bundleTimer = context.eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { [weak self] in
      guard let self else { return }
      bundleTimer = nil
      discardForgottenBundles()
      watchBundles()
    }
  }

  func refuse(_ frame: OpenFlowFrame, _ error: OpenFlowError) {
    // An error is never answered by one: two sides could go on for ever.
    guard let version, !frame.header.isError else { return }
    let message = ErrorMessage(error, to: frame, version: version)
    send([message.encode(version: version, xid: frame.header.xid)])
  }

  /// The first message must be a hello. OpenFlow 1.3.5, section 6.3.1.
  private func negotiate(_ frame: OpenFlowFrame) {
    guard frame.header.isHello else {
      link?.note("the first message is no hello")
      return close()
    }
    let ours = Hello(versions: agent.versions)
    if let common = ours.negotiated(with: Hello(frame)) {
      version = common
      applyDefaults(version: common)
      link?.onConnected()
      agent.noteListeners()
      return
    }
    let spoken = agent.versions.map(\.description).joined(separator: ", ")
    let error = ErrorMessage(incompatible: "this bridge speaks \(spoken) only")
    link?.note("no common version: this bridge speaks \(spoken) only")
    send([error.encode(version: .v10, xid: frame.header.xid)])
    close()
  }

  // MARK: Receiving and sending

  var isOpen: Bool { context != nil }

  /// The time on the loop's clock.
  var now: NIODeadline { context?.eventLoop.now ?? .now() }

  private func read(_ isWanted: Bool) {
    guard isReading != isWanted, let context else { return }
    isReading = isWanted
    // Refused only by a channel that is closed.
    try? context.channel.syncOptions?.setOption(.autoRead, value: isWanted)
  }

  /// Whether more may be written. A peer that is gone takes everything.
  var canSend: Bool { context?.channel.isWritable ?? true }

  /// Writes messages. They leave at once, or when the requests at hand are handled.
  func send(_ messages: [[UInt8]]) {
    guard let context else { return }
    for message in messages {
      if link != nil { agent.snoop.copy(message) }
      context.write(wrapOutboundOut(ByteBuffer(bytes: message)), promise: nil)
    }
    if !isHandling { context.flush() }
  }

  /// Sends a message that nobody asked for, unless the peer does not read. `make` gets the version.
  func sendAsynchronously(_ make: (OpenFlowVersion) -> [UInt8]) {
    guard let version, !isClosing, let context else { return }
    guard context.channel.isWritable else {
      link?.untaken += 1
      return
    }
    let message = make(version)
    // The version may not know it.
    guard !message.isEmpty else { return }
    send([message])
  }

  /// Sends what waits, so that `canSend` tells whether the peer reads.
  func flush() { context?.flush() }
}

extension OpenFlowRequest {
  /// Whether the work grows with the number of rules or tables.
  fileprivate var takesLong: Bool {
    switch self {
    case .flowStatistics, .aggregateStatistics, .tableStatistics, .tableFeatures, .tableDescription: true
    case .groupStatistics, .groupDescription, .meterStatistics, .meterConfig, .flowMonitor: true
    case .groupMod(let mod): mod.command == .delete
    case .bundleControl(let control): control.step == .commitRequest
    case .flowMod(let mod):
      mod.command == .modify || mod.command == .delete || mod.flags.contains(.checkOverlap)
    default: false
    }
  }
}
