import Bytes
import Match
import NIOCore
import OpenFlow

/// One controller's connection: bytes in, requests answered in order, messages out.
///
/// Flow mods that arrive together are applied together, so that loading many rules costs few publications.
/// A peer that does not read its answers is not read from until it does, and gets no asynchronous messages
/// meanwhile; so it holds `outboundLimit` bytes of memory at most, and what one request asks for.
final class OpenFlowConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// Bytes that may wait to be sent before the peer is no longer read from.
  static let outboundLimit = 1 << 20

  let agent: OpenFlowAgent
  private var context: ChannelHandlerContext?
  private var splitter = OpenFlowFrameSplitter()
  private var requests = RequestBatch()
  /// `nil` until both hellos are known.
  private var version: OpenFlowVersion?
  private var isClosing = false

  // MARK: What the peer chose
  var role = ControllerRole.equal
  var asyncConfig = AsyncConfig.initial
  var switchConfig = SwitchConfig()
  var packetInFormat = PacketInFormat.standard
  var flowFormat = FlowFormat.openFlow10
  var flowModsHaveTableID = false
  var controllerID: UInt16 = 0

  init(agent: OpenFlowAgent) { self.agent = agent }

  // MARK: The channel

  func channelActive(context: ChannelHandlerContext) {
    self.context = context
    guard agent.add(self) else { return close() }
    send(Hello(versions: agent.versions).encode(xid: 0))
  }

  func channelInactive(context: ChannelHandlerContext) {
    self.context = nil
    agent.remove(self)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    guard !isClosing else { return }
    splitter.append(unwrapInboundIn(data).readableBytesView)
    do {
      while !isClosing, let frame = try splitter.next() { handle(frame) }
    } catch {
      // A length below 8: nothing that follows can be told apart.
      close()
    }
    finishBatch()
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    context.channel.setOption(.autoRead, value: context.channel.isWritable).whenFailure { _ in }
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) { close() }

  /// Ends the connection when what was written is sent.
  func close() {
    isClosing = true
    guard let context else { return }
    let channel = context.channel
    context.writeAndFlush(wrapOutboundOut(ByteBuffer())).whenComplete { _ in channel.close(promise: nil) }
  }

  // MARK: Requests

  private func handle(_ frame: OpenFlowFrame) {
    guard let version else { return negotiate(frame) }
    do throws(OpenFlowError) {
      let request = try OpenFlowRequest.decode(frame, version: version, hasTableID: flowModsHaveTableID)
      if case .flowMod(let mod) = request {
        try checkMayChange()
        requests.add(mod, frame)
        return
      }
      finishBatch()
      send(try answer(request, xid: frame.header.xid, version: version))
    } catch {
      finishBatch()
      refuse(frame, error)
    }
  }

  /// Applies the flow mods that were collected and refuses those that cannot be.
  private func finishBatch() {
    guard let version, !requests.isEmpty else { return }
    for (frame, error) in requests.apply(to: agent.bridge, version: version) { refuse(frame, error) }
  }

  private func refuse(_ frame: OpenFlowFrame, _ error: OpenFlowError) {
    guard let version else { return }
    send(ErrorMessage(error, to: frame, version: version).encode(version: version, xid: frame.header.xid))
  }

  /// The first message must be a hello. OpenFlow 1.3.5, section 6.3.1.
  private func negotiate(_ frame: OpenFlowFrame) {
    guard frame.header.type == 0 else { return close() }
    let ours = Hello(versions: agent.versions)
    if let common = ours.negotiated(with: Hello(frame)) {
      version = common
      return
    }
    let spoken = agent.versions.map(\.description).joined(separator: ", ")
    let error = ErrorMessage(incompatible: "this bridge speaks \(spoken) only")
    send(error.encode(version: .v10, xid: frame.header.xid))
    close()
  }

  // MARK: Sending

  func send(_ message: [UInt8]) {
    guard let context else { return }
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: message)), promise: nil)
  }

  func send(_ messages: [[UInt8]]) {
    guard let context else { return }
    for message in messages { context.write(wrapOutboundOut(ByteBuffer(bytes: message)), promise: nil) }
    context.flush()
  }

  /// Sends a message that nobody asked for, unless the peer does not read. `make` gets the version.
  func sendAsynchronously(_ make: (OpenFlowVersion) -> [UInt8]) {
    guard let version, let context, context.channel.isWritable else { return }
    send(make(version))
  }
}
