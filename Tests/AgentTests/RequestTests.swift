import Actions
import Bytes
import Datapath
import Flow
import Match
import NIOCore
import NIOEmbedded
import OpenFlow
import TestKit
import Testing

@testable import Agent

@Suite struct RequestTests {
  /// A request and the types of the messages that answer it; the type of an error is 1.
  struct Case: CustomTestStringConvertible {
    var name: String
    var version: OpenFlowVersion
    var request: [UInt8]
    var answers: [UInt8] = []
    var error: OpenFlowErrorCode?
    var testDescription: String { "\(name) (\(version))" }
  }

  private static let frame = TestFrame.udp().bytes

  private static func setPort(_ name: String) -> [Action] {
    Field.named(name).map { [.setField(.init(field: $0, value: 9, mask: 0xffff))] } ?? []
  }

  /// Requests that both versions have. OpenFlow 1.0 section 5; 1.3.5 annex A.
  private static func common(_ version: OpenFlowVersion) -> [Case] {
    let statistics: UInt8 = version == .v10 ? 17 : 19
    let is10 = version == .v10
    func row(_ name: String, _ request: [UInt8], _ answers: [UInt8] = [], error: OpenFlowErrorCode? = nil)
      -> Case
    {
      Case(name: name, version: version, request: request, answers: answers, error: error)
    }
    return [
      row("hello", Message.hello(version)),
      row("error", Message.make(1, version, xid: 9) { $0.write(UInt32(0)) }),
      row("an error too short to be one", Message.make(1, version, xid: 9)),
      row("an error of another version", Message.make(1, is10 ? .v13 : .v10, xid: 9)),
      row("echo", Message.make(2, version, xid: 9) { $0.write([1, 2, 3] as [UInt8]) }, [3]),
      row("echo reply", Message.make(3, version, xid: 9)),
      row("features", Message.make(5, version, xid: 9), [6]),
      row("get config", Message.make(7, version, xid: 9), [8]),
      row("set config", Message.setConfig(version, missSendLength: 100, xid: 9)),
      row(
        "set config: unknown flags", Message.make(9, version, xid: 9) { $0.write(UInt32(8) << 16) }, [1],
        error: .switchConfigBadFlags),
      row("packet-out", Message.packetOut(frame, actions: [.output(.flood)], version, xid: 9)),
      row(
        "packet-out that rewrites what its frame has",
        Message.packetOut(frame, actions: setPort("udp_dst") + [.output(.flood)], version, xid: 9)),
      row(
        "packet-out that rewrites what its frame lacks",
        // In 1.0 it travels as mod_tp_dst, which leaves other frames alone.
        Message.packetOut(frame, actions: setPort("tcp_dst") + [.output(.flood)], version, xid: 9),
        is10 ? [] : [1], error: is10 ? nil : .matchInconsistent),
      row(
        "packet-out of 13 bytes",
        Message.packetOut(Array(frame.prefix(13)), actions: [.output(.flood)], version, xid: 9), [1],
        error: .badPacket),
      row(
        "packet-out of nothing", Message.packetOut([], actions: [.output(.flood)], version, xid: 9), [1],
        error: .badPacket),
      row(
        "packet-out from port 0xff10",
        Message.packetOut(frame, inPort: PortNumber(rawValue: 0xff10), actions: [], version, xid: 9), [1],
        error: .badPort),
      row(
        "packet-out to port 0xff10",
        Message.packetOut(frame, actions: [.output(PortNumber(rawValue: 0xff10))], version, xid: 9), [1],
        error: .badOutPort),
      row("flow mod", Message.encode(FlowMod(command: .add), version, xid: 9)),
      row("barrier", Message.barrier(version, xid: 9), [is10 ? 19 : 21]),
      row("description", Message.multipart(0, version, xid: 9), [statistics]),
      row("flows", Message.flows(1, version, xid: 9), [statistics]),
      row("aggregate", Message.flows(2, version, xid: 9), [statistics]),
      row("tables", Message.multipart(3, version, xid: 9), [statistics]),
      row("port descriptions", Message.multipart(13, version, xid: 9), [statistics]),
      row("statistics of no kind", Message.multipart(99, version, xid: 9), [1], error: .badStatistics),
      row(
        "statistics of another experimenter",
        Message.multipart(0xffff, version, xid: 9) { $0.write(UInt64(1)) },
        [1], error: .badExperimenter),
      row("a type of a switch, too short", Message.make(6, version, xid: 9), [1], error: .badLength),
      row("no type", Message.make(200, version, xid: 9), [1], error: .badType),
      row(
        "barrier with a body", Message.make(is10 ? 18 : 20, version, xid: 9) { $0.pad(4) }, [1],
        error: .badLength),
      row("flow mod cut off", Message.make(14, version, xid: 9) { $0.pad(8) }, [1], error: .badLength),
      row(
        "experimenter", Message.make(4, version, xid: 9) { $0.write(UInt64(1) << 32) }, [1],
        error: .badExperimenter),
      row("Nicira's, of no kind", Message.nicira(999, version, xid: 9) { _ in }, [1], error: .badSubtype),
      row("Nicira's role", Message.nicira(10, version, xid: 9) { $0.write(UInt32(0)) }, [4]),
      row(
        "Nicira's role that is none", Message.nicira(10, version, xid: 9) { $0.write(UInt32(9)) }, [1],
        error: .badRole),
      row("controller id", Message.nicira(20, version, xid: 9) { $0.write(UInt64(5)) }),
      row("packet-in format", Message.nicira(16, version, xid: 9) { $0.write(UInt32(1)) }),
      row(
        "packet-in format that is none", Message.nicira(16, version, xid: 9) { $0.write(UInt32(9)) }, [1],
        error: .forbidden),
    ]
  }

  private static func port(_ number: UInt32, _ version: OpenFlowVersion) -> [UInt8] {
    Message.multipart(4, version, xid: 9) { writer in
      if version == .v10 { writer.write(UInt16(truncatingIfNeeded: number)) } else { writer.write(number) }
      writer.pad(version == .v10 ? 6 : 4)
    }
  }

  private static let only10: [Case] = [
    Case(name: "all ports", version: .v10, request: port(0xffff, .v10), answers: [17]),
    Case(name: "port 2", version: .v10, request: port(2, .v10), answers: [17]),
    Case(name: "port 3", version: .v10, request: port(3, .v10), answers: [1], error: .badPort),
    Case(
      name: "flow format", version: .v10, request: Message.nicira(12, .v10, xid: 9) { $0.write(UInt32(2)) }),
    Case(
      name: "table id", version: .v10, request: Message.nicira(15, .v10, xid: 9) { $0.write(UInt64(1) << 56) }
    ),
    Case(
      name: "table features", version: .v10, request: Message.multipart(12, .v10, xid: 9), answers: [1],
      error: .badStatistics),
    Case(
      name: "a type of 1.3", version: .v10, request: Message.make(24, .v10, xid: 9), answers: [1],
      error: .badType),
  ]

  private static let only13: [Case] = [
    Case(name: "all ports", version: .v13, request: port(0xffff_ffff, .v13), answers: [19]),
    Case(name: "port 2", version: .v13, request: port(2, .v13), answers: [19]),
    Case(name: "port 3", version: .v13, request: port(3, .v13), answers: [1], error: .badPort),
    Case(name: "role", version: .v13, request: Message.role(0, generation: 0, xid: 9), answers: [25]),
    Case(
      name: "role that is none", version: .v13, request: Message.role(9, generation: 0, xid: 9), answers: [1],
      error: .badRole),
    Case(name: "get async", version: .v13, request: Message.make(26, .v13, xid: 9), answers: [27]),
    Case(name: "set async", version: .v13, request: Message.setAsync([1, 2, 3, 4, 5, 6], xid: 9)),
    Case(
      name: "table mod", version: .v13,
      request: Message.make(17, .v13, xid: 9) { $0.write([255, 0, 0, 0, 0, 0, 0, 0] as [UInt8]) }),
    Case(
      name: "table mod of table 254", version: .v13,
      request: Message.make(17, .v13, xid: 9) { $0.write([254, 0, 0, 0, 0, 0, 0, 0] as [UInt8]) },
      answers: [1],
      error: .tableModForbidden),
    Case(
      name: "delete groups", version: .v13,
      request: Message.make(15, .v13, xid: 9) { $0.write([0, 2, 0, 0, 255, 255, 255, 252] as [UInt8]) }),
    Case(
      name: "add a group", version: .v13,
      request: Message.make(15, .v13, xid: 9) { $0.write([0, 0, 0, 0, 0, 0, 0, 1] as [UInt8]) }),
    Case(
      name: "modify a group that is not there", version: .v13,
      request: Message.make(15, .v13, xid: 9) { $0.write([0, 1, 0, 0, 0, 0, 0, 9] as [UInt8]) }, answers: [1],
      error: .unknownGroup),
    Case(
      name: "delete meters", version: .v13,
      request: Message.make(29, .v13, xid: 9) { $0.write([0, 2, 0, 0, 255, 255, 255, 255] as [UInt8]) }),
    Case(
      name: "flows of table 254", version: .v13,
      request: Message.multipart(1, .v13, xid: 9) { writer in
        writer.write(UInt8(254))
        writer.pad(3)
        writer.write(UInt64.max)
        writer.pad(20)
        FlowMatch().encodeOXM(to: &writer)
      }, answers: [1], error: .badTableID),
  ]

  static let all = common(.v10) + common(.v13) + only10 + only13

  /// Between two barriers stands the answer, with the request's xid; the connection goes on.
  @Test(arguments: all)
  func answers(_ row: Case) throws {
    let controller = try Bench().connect(row.version)
    let answers = try controller.ask(
      Message.barrier(row.version, xid: 8), row.request, Message.barrier(row.version, xid: 10))
    let barrier: UInt8 = row.version == .v10 ? 19 : 21
    #expect(answers.map(\.header.type) == [barrier] + row.answers + [barrier])
    #expect(answers.map(\.header.xid) == [8] + row.answers.map { _ in 9 } + [10])
    #expect(answers.allSatisfy { $0.header.version == row.version.rawValue })
    if let error = row.error, answers.count == 3 {
      // Some errors have no number of their own in 1.0.
      #expect(answers[1].error(row.version)?.number(in: row.version) == error.number(in: row.version))
      #expect(answers[1].quoted(row.version) == Array(row.request.prefix(64)))
    }
    #expect(controller.isOpen)
  }

  /// 254 tables are more than one message holds.
  @Test func describesAllTablesInParts() throws {
    let controller = try Bench().connect(.v13)
    let answers = try controller.ask(Message.multipart(12, .v13, xid: 9), Message.barrier(.v13, xid: 10))
    #expect(answers.dropLast().count > 1)
    #expect(
      answers.dropLast().map { $0.integer(at: 10, as: UInt16.self) } == answers.dropLast(2).map { _ in 1 } + [
        0
      ])
    #expect(answers.last?.header.xid == 10)
  }

  @Test(arguments: OpenFlowVersion.allCases)
  func answersAllRequestsOfOneReadInOrder(version: OpenFlowVersion) throws {
    let controller = try Bench().connect(version)
    let rows = Self.all.filter { $0.version == version && !$0.answers.isEmpty }
    var requests: [[UInt8]] = []
    for (index, row) in rows.enumerated() {
      var request = row.request
      request.replaceSubrange(4..<8, with: [0, 0, 1, UInt8(index)])
      requests.append(request)
    }
    try controller.send(requests)
    let answers = try controller.receive()
    #expect(answers.map(\.header.type) == rows.flatMap(\.answers))
    #expect(answers.map(\.header.xid) == rows.indices.map { 256 + UInt32($0) })
  }

  @Test(arguments: OpenFlowVersion.allCases)
  func answersBytesThatArriveOneAtATime(version: OpenFlowVersion) throws {
    let controller = try Bench().connect(version)
    let rows = Self.all.filter { $0.version == version && !$0.answers.isEmpty }
    for byte in rows.flatMap(\.request) { try controller.send([[byte]]) }
    #expect(try controller.receive().map(\.header.type) == rows.flatMap(\.answers))
  }

  // MARK: Garbage

  @Test func closesAtALengthBelowEight() throws {
    let controller = try Bench().connect(.v13)
    // A frame without a tag has none to pop: 1.3 checks that.
    var refused = FlowMod(command: .add)
    refused.actions = [.popVLAN]
    let bad = Message.encode(refused, .v13, xid: 9)
    let unreadable: [UInt8] = [4, 20, 0, 7, 0, 0, 0, 12]
    let answers = try controller.ask(
      bad, Message.barrier(.v13, xid: 10), bad, unreadable, Message.barrier(.v13, xid: 11))
    #expect(answers.map { $0.error(.v13) } == [.matchInconsistent, nil, .matchInconsistent])
    #expect(!controller.isOpen)
  }

  @Test func closesAtZeros() throws {
    let bench = try Bench()
    let zeros = [UInt8](repeating: 0, count: 65_536)
    let fresh = try bench.connect()
    #expect(try fresh.ask(zeros).count == 1)
    #expect(!fresh.isOpen)
    let open = try bench.connect(.v13)
    #expect(try open.ask(zeros).isEmpty)
    #expect(!open.isOpen)
  }

  /// A message of 64 KiB whose body is zeros is answered by one error.
  @Test(arguments: OpenFlowVersion.allCases, [UInt8(4), 13, 14, 15, 16, 18])
  func livesOnAfterALongMessageOfZeros(version: OpenFlowVersion, type: UInt8) throws {
    let controller = try Bench().connect(version)
    let answers = try controller.ask(
      Message.make(type, version, xid: 9) { $0.pad(65_527) }, Message.barrier(version, xid: 10))
    #expect(answers.count == 2)
    #expect(answers.first?.header.type == 1)
    #expect(answers.last?.header.xid == 10)
  }

  /// Requests with flipped bits, their length and version left right: each connection lives on.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func livesOnAfterFlippedBits(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let bench = try Bench()
    for version in OpenFlowVersion.allCases {
      let controller = try bench.connect(version)
      for row in Self.all where row.version == version {
        for _ in 0..<10 {
          var request = row.request
          for _ in 0...Int.random(in: 0..<4, using: &random) {
            let index = Int.random(in: 1..<request.count, using: &random)
            if index != 2, index != 3 { request[index] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
          }
          // A bridge that is asked for the whole of its tables answers at length.
          let answers = try controller.ask(request, Message.barrier(version, xid: 77))
          if answers.last?.header.xid != 77 {
            Issue.record("\(row.testDescription), seed \(seed): \(request)")
          }
        }
      }
    }
  }
}
