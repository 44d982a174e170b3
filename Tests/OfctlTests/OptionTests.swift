import Match
import Testing

@testable import Ofctl

@Suite struct OptionTests {
  /// Which command lines are for this client, and which for the daemon.
  @Test(arguments: [
    ("dump-flows br0", false), ("dump-flows br0 --names", false), ("--strict del-flows br0 ip", false),
    ("-O OpenFlow13 dump-flows br0", true), ("dump-flows -OOpenFlow13 br0", true),
    ("dump-flows unix:/x", true), ("dump-flows tcp:1.2.3.4", true), ("dump-flows ./x.mgmt", true),
    ("--sort=in_port dump-flows br0", true), ("--bundle add-flow br0 actions=drop", true),
    ("show", false), ("show br0", false), ("add-br br0", false), ("dump-groups br0", true),
    ("add-br br0 -- add-port br0 p", false), ("parse-flow actions=drop", true), ("parse-flow --help", false),
  ])
  func knowsItsCommands(_ line: String, isOurs: Bool) throws {
    let words = line.split(separator: " ").map(String.init)
    #expect((try Ofctl(words) != nil) == isOurs, "\(line)")
  }

  @Test(arguments: [
    ("-O OpenFlow99 dump-groups br0", "unknown OpenFlow version 'OpenFlow99'"),
    ("--bundel add-group br0 x", "unknown option '--bundel'; did you mean '--bundle'?"),
    ("dump-groups", "dump-groups: 1 to 2 arguments needed, not 0"),
    ("--strict=yes parse-flow actions=drop", "option --strict takes no value"),
    ("-F foo parse-flow actions=drop", "unknown flow format 'foo'"),
    ("--read-only add-group br0 group_id=1", "add-group changes the switch, which --read-only forbids"),
    ("--sort=in_prot dump-flows unix:/x", "unknown field 'in_prot'; did you mean 'in_port'?"),
    ("dump-groups ssl:1.2.3.4", "does not speak TLS"),
    ("dump-groups tcp:1.2.3.4:0", "'0' is not a port number"),
    ("dump-groups tcp:example.org", "is not an IPv4 or IPv6 address"),
    ("dump-groups unix:/nonexistent", "nobody listens"),
    ("--run-dir=/nonexistent dump-groups br7", "no bridge 'br7'"),
  ])
  func saysWhatIsWrong(_ line: String, _ message: String) {
    let outcome = apus(line.split(separator: " ").map(String.init))
    #expect(outcome.errors.contains(message), "\(outcome.errors)")
    #expect(outcome.status == 1)
  }

  @Test func namesFormats() throws {
    #expect(FlowProtocols.all.description == "any")
    #expect(try FlowProtocols(listing: "nxm,OXM-OpenFlow13").description == "NXM,OXM-OpenFlow13")
    #expect(try FlowProtocols(listing: "OpenFlow10-table_id").first.version == .v10)
    #expect(FlowProtocols().description == "none")
  }

  @Test(arguments: [
    ("tcp:1.2.3.4", SwitchAddress.tcp(address: "1.2.3.4", port: 6653)),
    ("tcp:1.2.3.4:6633", .tcp(address: "1.2.3.4", port: 6633)),
    ("tcp:[::1]:7", .tcp(address: "::1", port: 7)), ("tcp:[::1]", .tcp(address: "::1", port: 6653)),
    ("tcp:fe80::1", .tcp(address: "fe80::1", port: 6653)), ("unix:/a b", .unix(path: "/a b")),
    ("/run/x", .unix(path: "/run/x")), ("br0", .bridge("br0")),
  ])
  func readsAddresses(_ text: String, _ address: SwitchAddress) throws {
    #expect(try SwitchAddress(text) == address)
  }
}
