import NIOCore

/// Asks a controller that has been silent for a sign of life, and ends the connection when none comes.
///
/// Stands before `OpenFlowConnection`, behind TLS: anything that the controller sends counts. A controller that
/// does not say hello is given up after the same time.
final class InactivityProbe: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer

  private let link: ControllerLink
  private var lastHeard = NIODeadline.uptimeNanoseconds(0)
  /// When the controller was asked; `nil` when it was not since it was last heard of.
  private var asked: NIODeadline? {
    didSet { link.isProbing = asked != nil }
  }
  private var timer: Scheduled<Void>?

  init(_ link: ControllerLink) { self.link = link }

  private var period: TimeAmount? {
    let milliseconds = link.specification.inactivityProbe
    return milliseconds == 0 ? nil : .milliseconds(Int64(milliseconds))
  }

  func channelActive(context: ChannelHandlerContext) {
    lastHeard = context.eventLoop.now
    wait(on: context.channel, eventLoop: context.eventLoop)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    timer?.cancel()
    timer = nil
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    lastHeard = context.eventLoop.now
    if asked != nil { asked = nil }
    context.fireChannelRead(data)
  }

  /// Sets the timer for the end of this period of silence. While there is no period it looks once a second
  /// whether there is one now.
  private func wait(on channel: any Channel, eventLoop: any EventLoop) {
    let end = period.map { (asked ?? lastHeard) + $0 } ?? eventLoop.now + .seconds(1)
    timer = eventLoop.assumeIsolated().scheduleTask(deadline: end) { [self] in
      check(channel, eventLoop)
      if channel.isActive { wait(on: channel, eventLoop: eventLoop) }
    }
  }

  private func check(_ channel: any Channel, _ eventLoop: any EventLoop) {
    guard let period else { return }
    let now = eventLoop.now
    if let asked {
      guard now - asked >= period else { return }
      link.note("no sign of life for \((now - lastHeard).nanoseconds / 1_000_000) ms")
      link.connection?.abort()
    } else if now - lastHeard >= period {
      asked = now
      link.connection?.sendProbe()
    }
  }
}
