import Actions
import Datapath
import Flow
import Match
import NIOCore
import NIOEmbedded
import OpenFlow
import SwitchKit
import Testing

@testable import Agent

/// Peers that do not read what they are sent.
@Suite struct BackpressureTests {
  @Test func stopsAtAPeerThatDoesNotRead() throws {
    let bench = try Bench()
    let controller = try bench.listen(.v13)
    controller.setReads(false)
    #expect(!controller.isRead)
    try controller.send((0..<1000).map { Message.flows(1, .v13, xid: $0) })
    try controller.send([try Message.flowMod("priority=5,actions=drop", .v13, xid: 2000)])
    #expect(try controller.receive().isEmpty)
    #expect(bench.bridge.flows().count == 0)
    // What it was not told of it is never told.
    _ = try bench.network.addBarePort(9, to: bench.bridge)
    bench.agent.notePorts()
    #expect(try controller.receive().isEmpty)

    controller.setReads(true)
    #expect(controller.isRead)
    #expect(try controller.receive().map(\.header.xid) == Array(0..<1000))
    #expect(bench.bridge.flows().count == 1)
    _ = try bench.network.addBarePort(10, to: bench.bridge)
    bench.agent.notePorts()
    #expect(try controller.receive().map(\.header.type) == [12])
  }

  /// The answers to the requests of one read may be more than a peer takes: the rest waits with the requests.
  @Test func stopsInTheMiddleOfARead() throws {
    let bench = try Bench()
    let controller = try bench.connect(.v13)
    let narrow = Narrow()
    try controller.channel.pipeline.syncOperations.addHandler(narrow, position: .first)
    narrow.room = 3
    try controller.send((0..<10).map { Message.make(2, .v13, xid: $0) })
    #expect(try controller.receive().map(\.header.xid) == [0, 1, 2])
    #expect(!controller.isRead)
    narrow.room = 4
    controller.setReads(true)
    #expect(try controller.receive().map(\.header.xid) == [3, 4, 5, 6])
    narrow.room = 100
    controller.setReads(true)
    #expect(try controller.receive().map(\.header.xid) == [7, 8, 9])
    #expect(controller.isRead)
  }

  /// The peer may read while the answers to what was handled are sent: then it goes on at once.
  @Test func goesOnWhenAFlushMakesRoom() throws {
    let controller = try Bench().connect(.v13)
    let narrow = Narrow()
    try controller.channel.pipeline.syncOperations.addHandler(narrow, position: .first)
    narrow.room = 3
    narrow.flushesUntilRoom = 2
    try controller.send((0..<10).map { Message.make(2, .v13, xid: $0) })
    #expect(try controller.receive().map(\.header.xid) == Array(0..<10))
    #expect(controller.isRead)
  }

  /// Takes `room` messages; then the channel cannot be written to, unless that many flushes come.
  private final class Narrow: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    var room = 0
    var flushesUntilRoom = 0

    func flush(context: ChannelHandlerContext) {
      context.flush()
      guard room <= 0 else { return }
      flushesUntilRoom -= 1
      guard flushesUntilRoom == 0 else { return }
      (context.channel as? EmbeddedChannel)?.isWritable = true
      context.fireChannelWritabilityChanged()
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
      context.write(data, promise: promise)
      room -= 1
      if room == 0 { (context.channel as? EmbeddedChannel)?.isWritable = false }
    }
  }

  /// Requests that take long are answered one in each turn of the loop, and nothing more is read meanwhile.
  @Test func givesOthersTheirTurn() throws {
    let bench = try Bench()
    let (busy, other) = (try bench.connect(.v13), try bench.connect(.v13))
    let delete = Message.encode(FlowMod(command: .delete, table: 255), .v13, xid: 3)
    let messages = [
      Message.flows(1, .v13, xid: 1), Message.flows(2, .v13, xid: 2), delete, Message.barrier(.v13, xid: 4),
      Message.multipart(3, .v13, xid: 5),
    ]
    try busy.channel.writeInbound(bufferOf(messages))
    #expect(try busy.receive().map(\.header.xid) == [1])
    #expect(!busy.isRead)
    #expect(try other.ask(Message.barrier(.v13, xid: 9)).map(\.header.xid) == [9])
    busy.channel.embeddedEventLoop.run()
    #expect(try busy.receive().map(\.header.xid) == [2, 4, 5])
    #expect(busy.isRead)
  }

  /// What the peer had sent before it went holds; its questions are passed over, and take no turn.
  @Test func answersNobodyWhenThePeerWent() throws {
    let bench = try Bench()
    let controller = try bench.connect(.v13)
    controller.setReads(false)
    try controller.send((0..<1000).map { Message.flows(1, .v13, xid: $0) })
    try controller.send([try Message.flowMod("priority=5,actions=drop", .v13, xid: 2000)])
    #expect(bench.bridge.flows().count == 0)
    controller.channel.close(promise: nil)
    #expect(bench.bridge.flows().count == 1)
    #expect(try controller.receive().isEmpty)
  }

  // MARK: Connections

  @Test func closesTheQuietestOfTooMany() throws {
    let bench = try Bench()
    var connections: [Controller] = []
    for _ in 0..<OpenFlowAgent.maximumConnections { connections.append(try bench.connect()) }
    try connections[0].send([Message.hello(.v13)])
    connections.append(try bench.connect())
    #expect(connections.indices.filter { !connections[$0].isOpen } == [1])
    connections.append(try bench.connect())
    #expect(connections.indices.filter { !connections[$0].isOpen } == [1, 2])
    #expect(try connections[0].ask(Message.barrier(.v13, xid: 3)).map(\.header.xid).last == 3)
  }

  /// Also one that does not take what it was sent.
  @Test func closesAllWhenTheBridgeGoes() throws {
    let bench = try Bench()
    let connections = [try bench.connect(), try bench.listen(.v13), try bench.listen(.v13)]
    connections[2].setReads(false)
    bench.agent.close()
    #expect(connections.map(\.isOpen) == [false, false, false])
    #expect(try !bench.connect().isOpen)
  }
}

@Suite struct ConnectionSetTests {
  private final class Member {}

  @Test func namesTheQuietest() {
    let members = (0..<5).map { _ in Member() }
    var set = ConnectionSet<Member>(limit: 3)
    for member in members.prefix(3) {
      let evicted = set.add(member)
      #expect(evicted == nil)
    }
    set.hear(from: members[0])
    let second = set.add(members[3])
    #expect(second === members[1])
    #expect(set.count == 3)
    set.remove(members[2])
    set.remove(members[2])
    let none = set.add(members[4])
    #expect(none == nil)
    // One that is no member is not made one.
    set.hear(from: members[1])
    #expect(Set(set.all.map(ObjectIdentifier.init)) == Set([0, 3, 4].map { ObjectIdentifier(members[$0]) }))
    let third = set.add(members[1])
    #expect(third === members[0])
  }
}
