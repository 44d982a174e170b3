import Datapath
import Pipeline
import Ports
import SwitchKit
import TestKit
import Testing

/// NORMAL and VLANs: every kind of port to every other.
@Suite struct NormalTests {
  /// A port as the table describes it: mode, tag, then `trunks`, `cvlans` or when to send priority tags.
  static func settings(_ text: String) -> PortSettings {
    let words = text.split(separator: " ").map(String.init)
    var settings = PortSettings()
    settings.vlan.mode = VLANSettings.Mode(rawValue: words[0]) ?? .trunk
    settings.vlan.tag = UInt16(words[1]) ?? 0
    let last = words[words.count - 1]
    let vlans = Set(last.split(separator: ",").compactMap { UInt16($0) })
    if words.contains("trunks") { settings.vlan.trunks = vlans }
    if words.contains("cvlans") { settings.vlan.customerVLANs = vlans }
    settings.vlan.priorityTags = VLANSettings.PriorityTags(rawValue: last) ?? .never
    return settings
  }

  static func tags(_ text: Substring) -> [TestFrame.Tag] {
    text.split(separator: " ").map { tag in
      let parts = tag.split { ":/".contains($0) }
      return TestFrame.Tag(
        vlan: UInt16(parts[1]) ?? 0, priority: UInt16(parts[2]) ?? 0, tpid: UInt16(parts[0], radix: 16) ?? 0)
    }
  }

  @Test func agreesWithOpenVSwitch() throws {
    let kinds = NormalGolden.ports
    let subject = try TestSwitch()
    let bridge = try subject.addBridge()
    let ports = try (kinds + kinds).enumerated().map { position, kind in
      try subject.addPort(UInt16(position + 1), to: bridge, settings: Self.settings(kind))
    }
    for line in NormalGolden.lines.split(separator: "\n") {
      let columns = line.split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.drop { $0 == " " } }
      let ingress = try #require(kinds.firstIndex { columns[0] == $0 + " " })
      let tags = Self.tags(columns[1])
      subject.feed(TestFrame.udp(to: 0xffff_ffff_ffff, tags: tags), to: ports[ingress])
      let copies = subject.takeAll()
      for (position, expected) in columns[2].split(separator: ",").enumerated() {
        let text = expected.drop { $0 == " " }
        if text == "?" { continue }
        let found = copies[UInt16(kinds.count + position + 1)]?.map(\.bytes)
        let wanted: [[UInt8]]? =
          text == "."
          ? nil : [TestFrame.udp(to: 0xffff_ffff_ffff, tags: text == "-" ? [] : Self.tags(text)).bytes]
        if found != wanted {
          let seen = found?.first.map { $0[12..<24] }
          Issue.record(
            "\(columns[0])\(columns[1])to \(kinds[position]): \(text) expected, found \(seen ?? [])")
        }
      }
      if copies[UInt16(ingress + 1)] != nil { Issue.record("\(line): flooded back") }
    }
  }
}
