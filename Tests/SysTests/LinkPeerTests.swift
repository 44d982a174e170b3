@testable import Sys
import TestKit
import Testing

@Suite(.enabled(if: NetworkLab.isAvailable, "needs root"))
struct LinkPeerTests {
  private func lookup(_ name: String, in lab: borrowing NetworkLab) throws -> LinkPeer.Answer {
    try lab.namespace.run { () throws(SysError) in try LinkPeer.lookup(name) }
  }

  @Test func findsTheOtherEnd() throws {
    let lab = try NetworkLab()
    let other = try NetworkLab()
    try lab.makeVeth()
    #expect(try lookup("veth0", in: lab) == .found(LinkPeer(name: "veth1", place: .here)))
    try lab.ip("link set veth1 netns \(other.name)")
    let elsewhere = LinkPeer(name: "veth1", place: .namespace(other.namespace))
    #expect(try lookup("veth0", in: lab) == .found(elsewhere))
    try other.ip("link set veth1 name far")
    #expect(try lookup("veth0", in: lab) == .found(LinkPeer(name: "far", place: elsewhere.place)))
    #expect(try lookup("far", in: other) == .found(LinkPeer(name: "veth0", place: .namespace(lab.namespace))))
  }

  @Test func saysWhatIsNoVeth() throws {
    let lab = try NetworkLab()
    try lab.ip("tuntap add dev tap0 mode tap")
    #expect(try lookup("tap0", in: lab) == .none(kind: "tun"))
    #expect(try lookup("lo", in: lab) == .none(kind: ""))
    let error = #expect(throws: SysError.self) { _ = try LinkPeer.lookup("apusnone0") }
    #expect(error?.deviceAbsence == .noDevice)
  }

  @Test func asksForFeatures() throws {
    let lab = try NetworkLab()
    try lab.makeVeth()
    let namespace = lab.namespace
    func features() throws -> LinkFeatures {
      try namespace.run { () throws(SysError) in try LinkFeatures.lookup("veth0") }
    }
    for (words, checksums, tags) in [
      ("tx on txvlan on", true, true), ("tx off", false, true), ("txvlan off", false, false),
    ] {
      try lab.run("ethtool -K veth0 \(words) > /dev/null")
      let found = try features()
      #expect(found.transmitsUnfinishedChecksums == checksums)
      #expect(found.transmitsTagsBeside == tags)
      #expect(found.receiveQueues == 1)
    }
    for isOn in [true, false] {
      try lab.run("ethtool -K veth0 gro \(isOn ? "on" : "off") rxvlan \(isOn ? "on" : "off") > /dev/null")
      #expect(try features().mergesReceived == isOn)
      #expect(try features().takesTagsOut == isOn)
    }
  }
}
