import ControlProtocol
import Testing

@Suite struct LiveTraceRequestTests {
  @Test(arguments: [
    (["trace", "--live", "tcp,tcp_dst=80", "--count", "3", "br0"], "br0", "tcp,tcp_dst=80", 3),
    (["trace", "--live=arp", "br0"], "br0", "arp", 10),
    (["--live", "", "--count=1", "trace"], nil, "", 1),
    (["--count", "5", "--live", "udp", "trace", "br1"], "br1", "udp", 5),
  ])
  func readsTheWords(words: [String], bridge: String?, filter: String, count: Int) throws {
    let request = try #require(try LiveTraceRequest(words, seconds: 7, json: true))
    #expect(request == LiveTraceRequest(bridge: bridge, filter: filter, count: count, seconds: 7, json: true))
    #expect(try LiveTraceRequest(params: request.params) == request)
  }

  @Test(arguments: [["trace", "br0", "in_port=1"], ["drops"], ["list-br", "--", "list-br"], []])
  func leavesOtherCommandsAlone(words: [String]) throws {
    #expect(try LiveTraceRequest(words, seconds: 0, json: false) == nil)
  }

  @Test(arguments: [
    (["trace", "--live"], "trace: --live needs a FILTER; '' stands for all frames"),
    (["trace", "--live", "", "--count", "0"], "trace: --count: '0' is not a number from 1 to 1000000"),
    (["trace", "--live", "", "--ct-next", "trk"], "trace --live: unknown option '--ct-next=trk'"),
    (["trace", "--live", "", "br0", "br1"], "trace --live: one BRIDGE at most"),
  ])
  func saysWhatIsWrong(words: [String], message: String) {
    let error = #expect(throws: MessageError.self) { try LiveTraceRequest(words, seconds: 0, json: false) }
    #expect(error?.message.hasPrefix(message) == true, "\(error?.message ?? "")")
  }
}
