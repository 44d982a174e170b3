import ControlProtocol
import NIOCore

/// One client of the management socket. A request is answered before the next one is looked at, each in a turn of
/// the event loop of its own, so that a client with many does not keep others waiting; and no further one while
/// the client has not taken its answers.
final class ManagementConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let service: ManagementService
  private var context: ChannelHandlerContext?
  private var splitter = JSONSplitter(maximumBytes: Limits.requestBytes)
  /// Bytes that this connection has reserved: for requests in `splitter`, and for replies under way.
  private var reservedInput = 0
  private var reservedOutput = 0
  private var isDraining = false
  /// The client sends nothing more, or nothing that can be understood.
  private var hasInputEnded = false
  /// What the client is being shown.
  private var live: LiveTrace?

  private struct LiveTrace {
    /// Of the request.
    var id: JSONValue
    var trace: UInt64
    /// When its time is up.
    var end: Scheduled<Void>?
  }

  init(service: ManagementService) { self.service = service }

  func close() { context?.close(promise: nil) }

  // MARK: Events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    service.add(self)
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    stopTrace()
    service.remove(self)
    service.release(reservedInput + reservedOutput)
    reservedInput = 0
    reservedOutput = 0
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !hasInputEnded else { return }
    let buffer = unwrapInboundIn(data)
    service.hear(from: self)
    guard service.reserve(buffer.readableBytes) else {
      return fail("the daemon is busy: too much is waiting to be answered")
    }
    reservedInput += buffer.readableBytes
    splitter.append(buffer.readableBytesView)
    drain()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if let event = event as? ChannelEvent, event == .inputClosed {
      hasInputEnded = true
      // Who does not ask any more does not look any more.
      if live != nil { close() } else { drain() }
    }
    context.fireUserInboundEventTriggered(event)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    drain()
    context.fireChannelWritabilityChanged()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

  // MARK: Requests

  /// Answers the next request if there is one, and comes back for the one behind it.
  private func drain() {
    guard !isDraining, let context else { return }
    guard context.channel.isWritable else { return readMore(false) }
    do {
      guard let text = try splitter.next() else {
        releaseInput()
        if hasInputEnded, reservedOutput == 0 { close() } else { readMore(true) }
        return
      }
      isDraining = true
      if let (id, request) = try service.liveTrace(in: text) { return begin(request, id: id, context) }
      send(service.answer(text))
      context.eventLoop.assumeIsolated().execute { [self] in
        isDraining = false
        drain()
      }
    } catch {
      fail("\(error)")
    }
  }

  // MARK: Live traces

  /// Shows frames instead of answering further requests, until that ends.
  private func begin(_ request: LiveTraceRequest, id: JSONValue, _ context: ChannelHandlerContext) {
    do throws(CommandError) {
      let trace = try service.begin(
        request, show: { [weak self] in self?.show($0, id: id) ?? false },
        onEnd: { [weak self] in self?.finish($0) })
      var end: Scheduled<Void>?
      if request.seconds > 0 {
        end = context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(Int64(request.seconds))) {
          [weak self] in
          guard let self, let live = self.live else { return }
          self.finish(self.service.stopTrace(live.trace))
        }
      }
      live = LiveTrace(id: id, trace: trace, end: end)
      let notice = "waiting for frames\(request.filter.isEmpty ? "" : " that '\(request.filter)' takes")"
      send(Reply(id: id, result: ["notice": .string(notice), "more": .boolean(true)]))
    } catch {
      send(Reply(id: id, error: error.message))
      goOn()
    }
  }

  /// `false` when the client has not taken what it was shown before.
  private func show(_ text: String, id: JSONValue) -> Bool {
    guard let context, context.channel.isWritable else { return false }
    send(Reply(id: id, result: ["output": .string(text), "more": .boolean(true)]))
    return true
  }

  private func finish(_ text: String) {
    guard let live = self.live.take() else { return }
    live.end?.cancel()
    send(Reply(id: live.id, result: RunResult(output: text).value))
    goOn()
  }

  private func stopTrace() {
    guard let live = self.live.take() else { return }
    live.end?.cancel()
    _ = service.stopTrace(live.trace)
  }

  /// Goes on with the requests behind the one that was answered.
  private func goOn() {
    isDraining = false
    drain()
  }

  private func readMore(_ isWanted: Bool) {
    guard let context, !hasInputEnded else { return }
    context.channel.setOption(.autoRead, value: isWanted).whenFailure { _ in }
  }

  private func releaseInput() {
    service.release(reservedInput - splitter.byteCount)
    reservedInput = splitter.byteCount
  }

  /// Answers what cannot be understood, and reads nothing more.
  private func fail(_ message: String) {
    hasInputEnded = true
    splitter = JSONSplitter(maximumBytes: 0)
    releaseInput()
    send(Reply(id: .null, error: message + "\n"))
  }

  private func send(_ reply: Reply) {
    guard let context else { return }
    var bytes = reply.encoded()
    if !service.reserve(bytes.count) {
      bytes = Reply(id: reply.id, error: "the daemon is busy: too much is waiting to be taken\n").encoded()
      // A sentence is always afforded: the client must learn why.
      _ = service.reserve(bytes.count)
    }
    let count = bytes.count
    reservedOutput += count
    let written = context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)))
    written.assumeIsolated().whenComplete { [self] _ in
      guard self.context != nil else { return }
      reservedOutput -= count
      service.release(count)
      service.endIfAsked()
      if hasInputEnded, reservedOutput == 0 { drain() }
    }
  }
}
