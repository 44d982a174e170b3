import NIOCore
import Testing

@testable import Agent

@Suite struct ControllerTargetTests {
  @Test(arguments: [
    ("tcp:192.0.2.1", "192.0.2.1", 6653, false), ("tcp:192.0.2.1:6633", "192.0.2.1", 6633, false),
    ("ssl:[2001:db8::1]", "2001:db8::1", 6653, false), ("ssl:[::1]:1", "::1", 1, false),
    ("ptcp:", "0.0.0.0", 6653, true), ("ptcp:65535", "0.0.0.0", 65_535, true),
    ("ptcp::192.0.2.1", "192.0.2.1", 6653, true), ("pssl:6640:[::]", "::", 6640, true),
  ])
  func readsAddresses(text: String, ip: String, port: Int, isPassive: Bool) throws {
    let target = try ControllerTarget(text)
    #expect(target.description == text)
    #expect(target.address.ipAddress == ip)
    #expect(target.address.port == port)
    #expect(target.method.isPassive == isPassive)
  }

  @Test func readsPaths() throws {
    #expect(try ControllerTarget("unix:/run/x").address.pathname == "/run/x")
    #expect(try ControllerTarget("punix:/run/x").method.isPassive)
  }

  @Test(arguments: [
    ("", "'' is no controller"), ("tcp", "'tcp' is no controller"),
    ("tpc:1.2.3.4", "'tpc:1.2.3.4' is no controller; did you mean 'tcp'?"),
    ("tcp:", "'tcp:': an IP address is missing (the form is tcp:IP[:PORT])"),
    ("tcp:1.2.3", "'tcp:1.2.3': '1.2.3' is not an IP address; names are not looked up"),
    ("tcp:host.example:1", "'host.example' is not an IP address; names are not looked up"),
    ("tcp:1.2.3.4:", "'' is not a port from 1 to 65535"), ("tcp:1.2.3.4:0", "'0' is not a port"),
    ("tcp:1.2.3.4:65536", "'65536' is not a port"), ("tcp:1.2.3.4:+1", "'+1' is not a port"),
    ("tcp:::1", "an IPv6 address stands in brackets: [::1]"), ("tcp:[::1", "'[' without ']'"),
    ("tcp:[1.2.3.4]", "'1.2.3.4' is not an IPv6 address"), ("tcp:[::1]x", "'x' behind the address"),
    ("ptcp:x", "'x' is not a port from 1 to 65535"), ("ptcp:1:1.2.3.4:5", "':5' behind the address"),
    ("ptcp:1:1.2.3.4:", "':' behind the address"), ("unix:x", "'x' is not an absolute path"),
    ("punix:/" + String(repeating: "x", count: 107), "the path of a socket has at most 107 bytes"),
  ])
  func explainsWhatIsWrong(text: String, message: String) {
    let error = #expect(throws: ControllerTargetError.self) { try ControllerTarget(text) }
    #expect(error?.message.contains(message) == true, "\(error?.message ?? "")")
  }

  @Test func survivesAnyText() {
    for text in ["tcp:[::1]:6653", "ptcp:6653:[::1]", "unix:/run/x"] {
      for length in 0...text.count { _ = try? ControllerTarget(String(text.prefix(length))) }
      for i in text.indices {
        for character in ":[]/.\u{0}\u{fe0f}9" {
          _ = try? ControllerTarget(text.replacingCharacter(at: i, with: character))
        }
      }
    }
  }

  @Test func knowsTheSamePlaceHoweverItIsWritten() throws {
    let target = try ControllerTarget("tcp:192.0.2.1")
    #expect(try target.isSame(as: ControllerTarget("tcp:192.0.2.1:6653")))
    #expect(try !target.isSame(as: ControllerTarget("ssl:192.0.2.1:6653")))
    #expect(try target != ControllerTarget("tcp:192.0.2.1:6653"))
  }
}

extension String {
  fileprivate func replacingCharacter(at index: Index, with character: Character) -> String {
    self[..<index] + String(character) + self[self.index(after: index)...]
  }
}
