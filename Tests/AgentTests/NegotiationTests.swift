import Bytes
import Match
import OpenFlow
import Testing

@testable import Agent

@Suite struct NegotiationTests {
  struct Case: CustomTestStringConvertible {
    var name: String
    var ours: [OpenFlowVersion] = OpenFlowVersion.allCases
    /// Version in the header of the peer's hello, and its bitmap.
    var header: UInt8
    var bitmap: UInt32?
    var agreed: OpenFlowVersion?
    var testDescription: String { name }
  }

  /// OpenFlow 1.3.5, section 6.3.1.
  @Test(arguments: [
    Case(name: "1.0 without a bitmap", header: 1, agreed: .v10),
    Case(name: "1.3 without a bitmap", header: 4, agreed: .v13),
    Case(name: "1.5 without a bitmap: all below", header: 6, agreed: .v15),
    Case(name: "1.1 without a bitmap: all below", header: 2, agreed: .v11),
    Case(name: "1.5 with a bitmap of 1.0 and 1.5", header: 6, bitmap: 0x42, agreed: .v15),
    Case(name: "1.3 with a bitmap of 1.0 and 1.3", header: 4, bitmap: 0x12, agreed: .v13),
    Case(name: "1.5 alone", header: 6, bitmap: 0x40, agreed: .v15),
    Case(name: "1.4 without a bitmap", header: 5, agreed: .v14),
    Case(name: "1.2 without a bitmap", header: 3, agreed: .v12),
    Case(name: "1.5 with a bitmap of 1.1 and 1.2", header: 6, bitmap: 0x0c, agreed: .v12),
    Case(name: "a version that is not yet", header: 7, agreed: .v15),
    Case(name: "a version that is not yet alone", header: 7, bitmap: 0x80, agreed: nil),
    Case(name: "1.5 on a bridge of 1.0 and 1.3", ours: [.v10, .v13], header: 6, agreed: .v13),
    Case(name: "1.5 alone on a bridge of 1.3", ours: [.v13], header: 6, bitmap: 0x40, agreed: nil),
    Case(name: "an empty bitmap, which says nothing", header: 4, bitmap: 0, agreed: .v13),
    Case(name: "1.3 on a bridge of 1.0", ours: [.v10], header: 4, bitmap: 0x12, agreed: .v10),
    Case(name: "1.0 on a bridge of 1.3", ours: [.v13], header: 1, agreed: nil),
  ])
  func agreesOnAVersion(_ row: Case) throws {
    let bench = try Bench(versions: row.ours)
    let controller = try bench.connect()
    var hello = Message.make(0, .v10, xid: 7) { writer in
      guard let bitmap = row.bitmap else { return }
      writer.write(UInt16(1))
      writer.write(UInt16(8))
      writer.write(bitmap)
    }
    hello[0] = row.header
    try controller.send([hello])
    let received = try controller.receive()
    #expect(received.first?.header.type == 0)
    #expect(received.first?.header.version == row.ours.max()?.rawValue)
    if let agreed = row.agreed {
      #expect(received.count == 1)
      let answers = try controller.ask(Message.barrier(agreed, xid: 8))
      #expect(answers.map(\.header.xid) == [8])
      #expect(answers.first?.header.version == agreed.rawValue)
      #expect(controller.isOpen)
    } else {
      #expect(received.dropFirst().map { $0.error(.v10) } == [.incompatible])
      #expect(received.last?.header.xid == 7)
      #expect(!controller.isOpen)
    }
  }

  @Test func closesWhenTheFirstMessageIsNoHello() throws {
    let bench = try Bench()
    let controller = try bench.connect()
    let answers = try controller.ask(Message.barrier(.v13, xid: 8))
    #expect(answers.map(\.header.type) == [0])
    #expect(!controller.isOpen)
  }

  @Test func answersWhatFollowsTheHelloAtOnce() throws {
    let bench = try Bench()
    let controller = try bench.connect()
    let answers = try controller.ask(Message.hello(.v13), Message.barrier(.v13, xid: 8))
    #expect(answers.map(\.header.type) == [0, 21])
  }

  @Test func passesOverASecondHello() throws {
    let controller = try Bench().connect(.v13)
    #expect(try controller.ask(Message.hello(.v10), Message.barrier(.v13, xid: 8)).map(\.header.xid) == [8])
  }

  @Test func refusesMessagesOfAnotherVersion() throws {
    let controller = try Bench().connect(.v13)
    let answers = try controller.ask(Message.barrier(.v10, xid: 8), Message.barrier(.v13, xid: 9))
    #expect(answers.map { $0.error(.v13) } == [.badVersion, nil])
    #expect(answers.map(\.header.xid) == [8, 9])
  }
}
