import Glibc
@testable import Ports
import Sys
import TestKit
import Testing

/// What is said when the kernel does not let the switch have a TAP device.
@Suite struct TAPAdviceTests {
  struct Row: CustomTestStringConvertible, Sendable {
    /// How the device is made that stands in the way.
    var device: String
    var queues = 1
    var packetType = PortPacketType.ethernet
    var flag: String
    /// Whether the text has a line that removes the device.
    var isRemovable = true
    var testDescription: String { "\(device), wanted with \(queues) queues as \(packetType)" }
  }

  static let rows = [
    Row(
      device: "tuntap add dev t0 mode tap multi_queue",
      flag: "made with IFF_MULTI_QUEUE: options:n_rxq=2 or more takes it"),
    Row(
      device: "tuntap add dev t0 mode tap", queues: 2,
      flag: "made without IFF_MULTI_QUEUE: options:n_rxq=1 takes it"),
    Row(
      device: "tuntap add dev t0 mode tun",
      flag: "made with IFF_TUN, so it has no Ethernet headers: options:packet_type=ptap takes it"),
    Row(
      device: "tuntap add dev t0 mode tap", packetType: .typedPackets,
      flag: "made with IFF_TAP, so it has Ethernet headers: leave out options:packet_type"),
    Row(
      device: "tuntap add dev t0 mode tun multi_queue", queues: 2,
      flag: "made with IFF_TUN, so it has no Ethernet headers: options:packet_type=ptap takes it"),
    Row(
      device: "link add t0 type veth peer name t1",
      flag: "of a device of kind veth, which is no TAP device; choose another name", isRemovable: false),
  ]

  @Test(.enabled(if: NetworkLab.isAvailable, "needs root"), arguments: rows)
  func namesTheFlagAndTheLineThatHelps(row: Row) throws {
    let lab = try NetworkLab()
    try lab.ip(row.device)
    var options = TAPOptions(name: "t0", namespace: lab.namespace)
    options.queues = row.queues
    options.packetType = row.packetType
    let wanted = options
    let error = #expect(throws: SysError.self) { try TAPPort.open(wanted) }
    let text = try #require(error?.description)
    #expect(text.contains(row.flag), "\(text)")
    guard row.isRemovable else { return }
    let remedy = try #require(text.split(separator: "'").dropFirst().first)
    let prefix = "ip netns exec \(lab.name) ip "
    #expect(remedy.hasPrefix(prefix), "\(text)")
    try lab.ip(String(remedy.dropFirst(prefix.count)))
    _ = try TAPPortTests.reopen(wanted)
  }

  @Test func namesWhoMayHaveTheDevice() {
    let advice = TAPAdvice(options: TAPOptions(name: "t0"))
    var link = TUNLink()
    link.owner = 1000
    #expect(
      advice.advice(EPERM, .tun(link))
        == "the device is user 1000's; run apusd as that, or with CAP_NET_ADMIN")
    link.owner = nil
    link.group = 7
    #expect(advice.advice(EPERM, .tun(link))?.contains("group 7") == true)
    #expect(advice.advice(EPERM, .none)?.contains("'ip tuntap add dev t0 mode tap user UID'") == true)
  }

  typealias Fault = (name: String, device: TUNDescriptor, type: PortPacketType, count: Int, says: String?)

  static let faults: [Fault] = [
    ("fits", .init(name: "t", flags: [.tap, .offloadHeader]), .ethernet, 1, nil),
    ("fits, TUN", .init(name: "t", flags: [.tun, .offloadHeader]), .typedPackets, 1, nil),
    ("fits, queues", .init(name: "t", flags: [.tap, .offloadHeader, .severalQueues]), .ethernet, 2, nil),
    ("TUN", .init(name: "t", flags: [.tun, .offloadHeader]), .ethernet, 1, "0x5002 (IFF_TAP|"),
    ("TAP", .init(name: "t", flags: [.tap, .offloadHeader]), .packets, 1, "options:packet_type"),
    ("no header", .init(name: "t", flags: [.tap]), .ethernet, 1, "lacks IFF_VNET_HDR"),
    (
      "packet information", .init(name: "t", flags: [.tap, .offloadHeader], hasPacketInformation: true),
      .ethernet, 1, "lacks IFF_NO_PI"
    ),
    ("one queue", .init(name: "t", flags: [.tap, .offloadHeader]), .ethernet, 2, "0x5102 (IFF_TAP|"),
    (
      "switched off", .init(name: "t", flags: [.tap, .offloadHeader, .severalQueues, .detached]), .ethernet,
      1,
      "IFF_ATTACH_QUEUE"
    ),
  ]

  @Test(arguments: faults.indices) func namesTheFlagOfADescriptor(index: Int) {
    let row = Self.faults[index]
    let fault = TAPDescriptors.fault(of: row.device, row.type, count: row.count)
    if let says = row.says {
      #expect(fault?.contains(says) == true, "\(row.name): \(fault ?? "")")
    } else {
      #expect(fault == nil, "\(row.name)")
    }
  }

  @Test(
    arguments: [
      ("7", [7]), ("7:8", [7, 8]), ("0", [0]), ("", nil), ("x", nil), ("7:", nil), ("7:7", nil), ("-1", nil),
      ("+1", nil), ("7,8", nil), ("99999999999", nil),
    ] as [(String, [Int]?)])
  func readsListsOfDescriptors(text: String, numbers: [Int]?) {
    #expect(DescriptorList(text)?.numbers == numbers)
  }
}
