import Match
import TestKit
import Testing

@testable import OpenFlow

/// The controller's side reads what the switch's side writes.
@Suite struct SwitchMessageTests {
  @Test func joinsTheMessagesOfAReply() throws {
    let ports = (1...3000).map { PortStatistics(number: PortNumber(rawValue: $0)) }
    let messages = SwitchMessage.portStatistics(ports).messages(version: .v13, xid: 7)
    #expect(messages.count > 2)
    var joiner = MultipartJoiner()
    var splitter = OpenFlowFrameSplitter()
    var joined: [OpenFlowFrame] = []
    for message in messages {
      splitter.append(message)
      let next = try splitter.next()
      let frame = try #require(next)
      let whole = try joiner.add(frame)
      if let whole { joined.append(whole) }
    }
    #expect(joined.count == 1)
    #expect(try SwitchMessage.decode(#require(joined.first)) == .portStatistics(ports))
  }
}
