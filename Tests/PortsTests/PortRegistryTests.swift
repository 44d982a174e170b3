@testable import Ports
import TestKit
import Testing

@Suite struct PortRegistryTests {
  struct Case: CustomTestStringConvertible {
    var type: String
    var name = "p0"
    var options: [String: String] = [:]
    var message: String
    var testDescription: String { "\(type) \(name) \(options.sorted { $0.key < $1.key })" }
  }

  @Test(arguments: [
    Case(
      type: "tapp",
      message:
        "unknown port type 'tapp', did you mean 'tap'? allowed: tap, system, afxdp, vhost-user, dpdkvhostuserclient, "
        + "dpdkvhostuser, stream, dgram, internal, pcap, null"),
    Case(
      type: "wormhole",
      message:
        "unknown port type 'wormhole'; allowed: tap, system, afxdp, vhost-user, dpdkvhostuserclient, "
        + "dpdkvhostuser, stream, dgram, internal, pcap, null"),
    Case(
      type: "afxdp", options: ["mtu": "3819"], message: "option mtu: '3819' is not a number from 68 to 3818"),
    Case(
      type: "afxdp", options: ["n_rxq": "0"], message: "option n_rxq: '0' is not a number from 1 to 64"),
    Case(
      type: "afxdp", options: ["xdp-mode": "fast"],
      message:
        "option xdp-mode: 'fast' is not one of best-effort, native-with-zerocopy, native, generic"),
    Case(
      type: "system", options: ["promis": "true"],
      message:
        "unknown option 'promis' of a port of type system, did you mean 'promisc'? allowed: netns, netns-pid, mtu, promisc, gro, n_rxq, io"
    ),
    Case(
      type: "pcap", options: ["colour": "red"],
      message: "unknown option 'colour' of a port of type pcap; allowed: rx_pcap, tx_pcap, realtime, loop"),
    Case(type: "null", options: ["mtu": "1"], message: "unknown option 'mtu': a port of type null has none"),
    Case(
      type: "system", options: ["io": "mmap"], message: "option io: 'mmap' is not auto, ring or mmsg"),
    Case(type: "tap", options: ["mtu": "67"], message: "option mtu: '67' is not a number from 68 to 65535"),
    Case(type: "tap", options: ["mtu": "1e3"], message: "option mtu: '1e3' is not a number from 68 to 65535"),
    Case(type: "tap", options: ["up": "yes"], message: "option up: 'yes' is not true or false"),
    Case(
      type: "tap", options: ["mac": "01:00:00:00:00:01"],
      message: "option mac: '01:00:00:00:00:01' is not a unicast MAC address such as 02:00:00:00:00:01"),
    Case(
      type: "tap", options: ["mac": "02:00:00:00:00"],
      message: "option mac: '02:00:00:00:00' is not a unicast MAC address such as 02:00:00:00:00:01"),
    Case(
      type: "tap", options: ["mac": "02:00:00:00:00:+1"],
      message: "option mac: '02:00:00:00:00:+1' is not a unicast MAC address such as 02:00:00:00:00:01"),
    Case(
      type: "tap", options: ["netns": "a", "netns-pid": "1"],
      message: "options netns and netns-pid exclude each other"),
    Case(
      type: "tap", options: ["netns": "../x"], message: "option netns: '../x' is not the name of a namespace"),
    Case(
      type: "tap", name: "tap%d",
      message: "'tap%d' is no device name: 1 to 15 bytes, no '/', ':', '%' or white space, not '.' or '..'"),
    Case(type: "internal", message: "a port of type internal needs option mac"),
    Case(
      type: "system", name: "apusnone0",
      message:
        "apusnone0: SIOCGIFINDEX failed: No such device ('ip link' shows those that are there)"
    ),
    Case(type: "pcap", options: ["rx_pcap": "/nowhere"], message: "/nowhere: No such file or directory"),
  ])
  func explains(_ row: Case) {
    let error = #expect(throws: PortError.self) {
      _ = try PortRegistry.open(row.name, type: row.type, options: row.options)
    }
    #expect(error?.description == row.message)
  }

  @Test func listsEachTypeAndOptionOnce() {
    #expect(Set(PortRegistry.types.map(\.name)).count == PortRegistry.types.count)
    for type in PortRegistry.types {
      #expect(Set(type.options.map(\.name)).count == type.options.count)
    }
  }

  @Test func opensWithoutRoot() throws {
    let port = try PortRegistry.open("n0", type: "null")
    #expect(port is NullPort)
    let capture = try PortRegistry.open("c0", type: "pcap", options: ["loop": "false"])
    #expect(capture is PcapPort)
  }

  @Test(.enabled(if: NetworkLab.isAvailable, "needs root"))
  func opensDevices() throws {
    let lab = try NetworkLab()
    let tap = try PortRegistry.open(
      "tap0", type: "tap",
      options: [
        "netns": lab.name, "mtu": "9000", "mac": "02:0A:00:00:00:01", "up": "true", "owner": "1000",
        "persist": "false",
      ])
    #expect((tap as? TAPPort)?.mtu == 9000)
    let system = try PortRegistry.open(
      "tap0", type: "system", options: ["netns": lab.name, "mtu": "8000", "promisc": "false"])
    #expect((system as? PacketSocketPort)?.mtu == 8000)
    try lab.makeVeth()
    let afxdp = try PortRegistry.open(
      "veth0", type: "afxdp",
      options: ["netns": lab.name, "mtu": "2000", "xdp-mode": "generic", "n_rxq": "1", "promisc": "false"])
    #expect((afxdp as? AFXDPPort)?.mtu == 2000)
    #expect((afxdp as? AFXDPPort)?.mode == .generic)
    let bridge = try PortRegistry.open(
      "br0", type: "internal", options: ["netns": lab.name, "mac": "02:00:00:00:00:02"])
    #expect((bridge as? InternalPort)?.name == "br0")
  }
}
