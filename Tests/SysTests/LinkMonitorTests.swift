import Glibc
@testable import Sys
import TestKit
import Testing

@Suite(.enabled(if: NetworkLab.isAvailable, "needs root"))
struct LinkMonitorTests {
  /// The events of device `name` until `last` holds; gives up after a second without any.
  func events(
    of name: String, from monitor: borrowing LinkMonitor, until last: (LinkEvent) -> Bool
  ) throws -> [LinkEvent] {
    var epoll = try Epoll()
    try epoll.add(monitor.descriptor, tag: 0)
    var events: [LinkEvent] = []
    while epoll.wait(timeoutMilliseconds: 1000) > 0 {
      for event in try monitor.read() {
        switch event {
        case .changed(let info) where info.name == name, .removed(let info) where info.name == name:
          events.append(event)
          if last(event) { return events }
        default: break
        }
      }
    }
    Issue.record("the event that the test waits for did not come")
    return events
  }

  @Test func hearsOfADevicesLife() throws {
    let lab = try NetworkLab()
    let monitor = try LinkMonitor(namespace: lab.namespace)
    try lab.ip("link add veth0 address 02:11:22:33:44:55 type veth peer name veth1")
    let added = try events(of: "veth0", from: monitor) {
      if case .changed(let info) = $0 { info.macAddress == 0x02_11_22_33_44_55 } else { false }
    }
    guard case .changed(var info) = try #require(added.last) else { return }
    #expect(!info.isUp)
    #expect(!info.hasCarrier)
    #expect(info.mtu == 1500)

    try lab.ip("link set veth0 mtu 1400")
    try lab.ip("link set veth0 up")
    try lab.ip("link set veth1 up")
    info.mtu = 1400
    info.isUp = true
    info.hasCarrier = true
    let expected = info
    _ = try events(of: "veth0", from: monitor) { $0 == .changed(expected) }
    let lookedUp = try lab.namespace.run { () throws(SysError) in
      (one: try LinkInfo.lookup("veth0"), all: try LinkInfo.all())
    }
    #expect(lookedUp.one == expected)
    #expect(lookedUp.all.map(\.name).sorted() == ["lo", "veth0", "veth1"])
    #expect(lookedUp.all.contains(expected))

    try lab.ip("link set veth1 down")
    info.hasCarrier = false
    let withoutCarrier = info
    _ = try events(of: "veth0", from: monitor) { $0 == .changed(withoutCarrier) }

    try lab.ip("link del veth0")
    let gone = try events(of: "veth0", from: monitor) { if case .removed = $0 { true } else { false } }
    guard case .removed(let last) = try #require(gone.last) else { return }
    #expect(last.index == info.index)
    let rest = try monitor.read()
    #expect(rest.count <= 1)
  }

  @Test func explainsWhatIsMissing() throws {
    let device = #expect(throws: SysError.self) { try LinkInfo.lookup("apusnone0") }
    #expect(device?.description.hasPrefix("apusnone0: SIOCGIFINDEX failed: No such device") == true)
    let namespace = #expect(throws: SysError.self) { _ = try LinkMonitor(namespace: .named("apusp-none")) }
    #expect(
      namespace?.description
        == "/run/netns/apusp-none: open failed: No such file or directory ('ip netns list' shows the namespaces)"
    )
    let process = #expect(throws: SysError.self) { _ = try LinkMonitor(namespace: .process(.max)) }
    #expect(
      process?.description
        == "/proc/2147483647/ns/net: open failed: No such file or directory (no such process)")
  }

  @Test func entersTheNamespaceOfAProcess() throws {
    let names = try NetworkNamespace.process(getpid()).run { () throws(SysError) in
      try LinkInfo.all().map(\.name)
    }
    #expect(names.contains("lo"))
  }
}

@Suite struct NetlinkMessageTests {
  /// RTM_NEWLINK of a device "eth0", index 2, up with carrier, MTU 1500: header, ifinfomsg and three attributes
  /// as linux/netlink.h and linux/rtnetlink.h lay them out (little-endian).
  static let message: [UInt8] =
    [64, 0, 0, 0, 16, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    + [0, 0, 1, 0, 2, 0, 0, 0, 0x43, 0, 1, 0, 0, 0, 0, 0]
    + [9, 0, 3, 0, 0x65, 0x74, 0x68, 0x30, 0, 0, 0, 0]
    + [8, 0, 4, 0, 0xdc, 5, 0, 0]
    + [10, 0, 1, 0, 2, 0x11, 0x22, 0x33, 0x44, 0x55, 0, 0]

  @Test func decodesALink() {
    let messages = NetlinkMessage.all(in: (Self.message + Self.message)[...])
    #expect(messages.count == 2)
    let info = LinkInfo(
      name: "eth0", index: 2, isUp: true, hasCarrier: true, mtu: 1500, macAddress: 0x02_11_22_33_44_55)
    #expect(messages.compactMap { LinkEvent($0) } == [.changed(info), .changed(info)])
  }

  @Test func survivesTruncationAndBitFlips() {
    for length in 0..<Self.message.count {
      let events = NetlinkMessage.all(in: Self.message.prefix(length)).compactMap { LinkEvent($0) }
      if !events.isEmpty { Issue.record("a link out of \(length) bytes") }
    }
    var random = SeededGenerator(seed: 1)
    for _ in 0..<10_000 {
      var bytes = Self.message
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: bytes.indices, using: &random)] ^= 1 << UInt8.random(in: 0...7, using: &random)
      }
      _ = NetlinkMessage.all(in: bytes[...]).compactMap { LinkEvent($0) }
    }
  }
}
