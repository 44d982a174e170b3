import Match
import Testing

@Suite struct FlowSyntaxErrorTests {
  @Test func pointsAtTheFault() throws {
    let text = "tcp,tp_dst=http"
    let error = #expect(throws: FlowSyntaxError.self) { try FlowMatch(parsing: text[...]) }
    #expect(
      error?.caret(in: text) == """
        tcp_dst: 'http' is not a number from 0 to 65535, decimal or 0x hexadecimal
          tcp,tp_dst=http
                     ^
        """)
  }

  /// Offsets are bytes, columns on the screen are characters; tabs stay tabs.
  @Test func pointsBehindOtherCharacters() {
    #expect(FlowSyntaxError.pointer(at: 4, in: "\tüx?") == "  \tüx?\n  \t  ^")
    #expect(FlowSyntaxError.pointer(at: 99, in: "ab") == "  ab\n    ^")
  }

  @Test(
    arguments: [
      ("nw_scr", "nw_src"), ("tpdst", "tp_dst"), ("TCP", "tcp"), ("ipv6src", "ipv6_src"),
      ("metadat", "metadata"),
      ("dl_vlna", "dl_vlan"), ("quantum", nil), ("", nil),
    ] as [(String, String?)])
  func findsNearestName(typed: String, nearest: String?) {
    let names = ["tcp", "nw_src", "nw_dst", "tp_dst", "ipv6_src", "metadata", "dl_vlan"]
    #expect(nearestName(to: typed, among: names) == nearest)
  }
}
