import Match
import NIOCore
import NIOEmbedded
import OpenFlow
import Testing

@testable import Agent

@Suite struct SnoopTests {
  private func watch(_ bench: ControllerBench) throws -> Peer {
    let channel = EmbeddedChannel(handler: SnoopConnection(agent: bench.bench.agent), loop: bench.loop)
    let peer = Peer(channel)
    channel.connect(to: try SocketAddress(unixDomainSocketPath: "/x"), promise: nil)
    return peer
  }

  @Test func copiesBothDirections() throws {
    let bench = try ControllerBench()
    try bench.configure()
    try bench.greet()
    let watcher = try watch(bench)
    #expect(try watcher.receive().map(\.header.type) == [0])
    // It takes nothing before it has said hello.
    try bench.peer?.send([Message.barrier(.v13, xid: 1)])
    #expect(try watcher.receive().isEmpty)
    try watcher.send([Message.hello(.v13)])
    try bench.peer?.send([Message.barrier(.v13, xid: 2)])
    let copies = try watcher.receive()
    #expect(copies.map(\.header.type) == [20, 21])
    #expect(copies.map(\.header.xid) == [2, 2])
    // Nothing that it asks is answered.
    try watcher.send([Message.barrier(.v13, xid: 3)])
    #expect(try watcher.receive().isEmpty)
  }

  @Test func copiesNothingOfTheBridgesOwnSocket() throws {
    let bench = try ControllerBench()
    let watcher = try watch(bench)
    try watcher.send([Message.hello(.v13)])
    let tool = try bench.bench.connect(.v13)
    _ = try tool.ask(Message.barrier(.v13, xid: 2))
    #expect(try watcher.receive().map(\.header.type) == [0])
  }

  @Test func leavesOutWhoDoesNotRead() throws {
    let bench = try ControllerBench()
    try bench.configure()
    try bench.greet()
    let watcher = try watch(bench)
    try watcher.send([Message.hello(.v13)])
    _ = try watcher.receive()
    watcher.channel.isWritable = false
    try bench.peer?.send((0..<100).map { Message.barrier(.v13, xid: $0) })
    #expect(try bench.peer?.receive().count == 100)
    #expect(try watcher.receive().isEmpty)
    watcher.channel.isWritable = true
    try bench.peer?.send([Message.barrier(.v13, xid: 200)])
    #expect(try watcher.receive().map(\.header.xid) == [200, 200])
  }

  @Test func closesWithTheBridgeAndBeyondTheLimit() throws {
    let bench = try ControllerBench()
    let watchers = try (0...Snoop.maximumConnections).map { _ in try watch(bench) }
    #expect(watchers.map(\.isOpen) == [false] + Array(repeating: true, count: Snoop.maximumConnections))
    bench.bench.agent.close()
    #expect(watchers.filter(\.isOpen).isEmpty)
  }
}
