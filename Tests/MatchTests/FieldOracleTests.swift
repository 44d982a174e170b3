import Bytes
import Match
import OVSOracle
import TestKit
import Testing

/// Random matches over all fields, written by us, read and written again by the real `ovs-ofctl` in every version.
@Suite struct FieldOracleTests {
  /// Registers that Open vSwitch 3.1 does not have.
  private static func isLater(_ field: Field) -> Bool {
    guard field.name.hasPrefix("reg") || field.isOverlay, let number = Int(field.name.drop { !$0.isNumber })
    else { return false }
    return number >= (field.name.hasPrefix("xx") ? 4 : field.name.hasPrefix("x") ? 8 : 16)
  }

  /// Of these Open vSwitch loses masks, and writes ports of connections only beside their protocol.
  private static let isOtherwise: Set<String> = [
    "tun_erspan_ver", "tun_erspan_dir", "tun_erspan_hwid",
    "tun_gtpu_flags",
    "tun_gtpu_msgtype", "ct_tp_src", "ct_tp_dst",
  ]

  private static func matches(version: OpenFlowVersion) -> [FlowMatch] {
    var random = SeededGenerator(seed: UInt64(version.rawValue))
    // Of a TCI Open vSwitch writes in OXM what OXM's own fields can say of it.
    let isTCI: (Field) -> Bool = { $0.name == "vlan_tci" && version >= .v12 }
    return (0..<150).map { _ in
      FlowMatch.arbitrary(using: &random) { isTCI($0) || isLater($0) || isOtherwise.contains($0.name) }
    }
  }

  /// `NXM_OF_ETH_TYPE(0800), NXM_OF_IP_PROTO(06)` and back.
  private static func spelled(_ list: [UInt8]) -> String {
    var reader = ByteReader(list)
    var entries: [String] = []
    while !reader.isEmpty {
      guard let header = try? OXMHeader(from: &reader),
        let payload = try? reader.take(header.payloadByteCount)
      else { return "?" }
      let name =
        Field.of(header)?.wireForms.first { $0.header.rawValue >> 9 == header.rawValue >> 9 }?.name ?? "?"
      let count = header.hasMask ? payload.count / 2 : payload.count
      var entry = name + (header.hasMask ? "_W" : "") + "(" + hex(Array(payload.prefix(count)))
      if header.hasMask { entry += "/" + hex(Array(payload.suffix(count))) }
      entries.append(entry + ")")
    }
    return entries.joined(separator: ", ")
  }

  private static func echo(_ arguments: [String], _ lines: [String]) -> [String] {
    let path = OVSOfctl.temporaryFile(holding: lines.joined(separator: "\n") + "\n")
    defer { OVSOfctl.unlink(path) }
    let (text, _) = OVSOfctl.run(arguments, input: path)
    return text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0) }
      .filter { !$0.contains("|WARN|") }
  }

  @Test(arguments: [OpenFlowVersion.v10, .v12, .v13, .v14, .v15])
  func writesWhatOpenVSwitchWrites(version: OpenFlowVersion) {
    let matches = Self.matches(version: version).filter(\.tunnelMetadata.isEmpty)
    let written = matches.map {
      Self.spelled(version == .v10 ? $0.encodedNXM() : $0.encodedOXM(version: version))
    }
    let arguments =
      version == .v10 ? ["--strict", "parse-nx-match"] : ["--strict", "parse-oxm", version.description]
    let echoed = Self.echo(arguments, written)
    #expect(echoed.count >= written.count)
    for (ours, theirs) in zip(written, echoed) where ours != theirs {
      Issue.record("\(version): \(ours)\nread and written as\n\(theirs)")
    }
  }

  /// A list of entries in any order, some wrong, is taken and refused as Open vSwitch does.
  @Test func refusesWhatOpenVSwitchRefuses() {
    let lists = Self.lists
    let echoed = Self.echo(["--strict", "parse-nx-match"], lists.map { $0.1 })
    for ((_, list), theirs) in zip(lists, echoed) {
      let refusal = theirs.contains("returned error ") ? String(theirs.split(separator: " ").last ?? "") : nil
      do throws(OpenFlowError) {
        _ = try FlowMatch.decodeNXM(Self.bytes(list)[...])
        if let refusal { Issue.record("\(list): \(refusal) expected") }
      } catch {
        if refusal != error.code.rawValue { Issue.record("\(list): \(error.code), but \(refusal ?? "none")") }
      }
    }
  }

  private static let lists: [(String, String)] = [
    "OXM_OF_VLAN_PCP(03)", "OXM_OF_VLAN_VID(1005), OXM_OF_VLAN_PCP(03)",
    "OXM_OF_VLAN_VID(0000), OXM_OF_VLAN_PCP(03)",
    "OXM_OF_MPLS_LABEL(00000005)", "NXM_OF_ETH_TYPE(8847), OXM_OF_MPLS_LABEL(00000005)",
    "NXM_OF_ETH_TYPE(8847), OXM_OF_MPLS_LABEL(00100005)", "NXM_OF_ETH_TYPE(8848), OXM_OF_MPLS_TC(08)",
    "NXM_NX_CT_STATE(00000100)", "NXM_NX_CT_STATE(00000020), NXM_NX_CT_NW_SRC(01020304)",
    "NXM_NX_CT_STATE_W(00000020/00000030), NXM_NX_CT_NW_SRC(01020304)", "NXM_NX_CT_NW_PROTO(06)",
    "NXM_NX_CT_STATE_W(00000002/00000002), NXM_NX_CT_NW_SRC(01020304)",
    "NXM_NX_TUN_FLAGS(0002)", "NXM_NX_TUN_FLAGS(0001)", "OXM_OF_IN_PORT(00010000)",
    "OXM_OF_IN_PORT(fffffffe)",
    "OXM_OF_IN_PORT(00000001), NXM_OF_IN_PORT(0001)", "ONFOXM_ET_ACTSET_OUTPUT(00010000)",
    "OXM_OF_PACKET_TYPE(00010800), NXM_OF_IP_SRC(01020304)",
    "OXM_OF_PACKET_TYPE(00010800), NXM_OF_ETH_TYPE(0800)",
    "OXM_OF_PACKET_TYPE(00000000), NXM_OF_ETH_TYPE(0800)", "NXM_OF_ETH_TYPE(0800), NXM_OF_IP_TOS(01)",
    "NXM_OF_ETH_TYPE(0806), NXM_OF_ARP_OP(0101)", "NXM_NX_REG0(00000001), NXM_NX_REG0(00000001)",
    "NXM_NX_REG0(00000001), OXM_OF_PKT_REG0(0000000000000001)", "NXM_NX_REG0_W(00000001/00000000)",
    "NXM_OF_ETH_TYPE(894f), NXOXM_NSH_SPI(01000000)", "NXOXM_NSH_SPI(00000001)",
    "NXM_OF_ETH_TYPE(86dd), NXM_OF_IP_PROTO(3a), NXM_NX_ICMPV6_TYPE(87), ERICOXM_OF_ICMPV6_ND_RESERVED(00000005)",
    "NXM_OF_ETH_TYPE(894f), NXOXM_NSH_MDTYPE(03)", "NXM_OF_ETH_TYPE(894f), NXOXM_NSH_TTL(40)",
    "NXM_OF_ETH_TYPE(894f), NXOXM_NSH_FLAGS(04)", "NXM_NX_COOKIE(0000000000000001)",
  ].map { ($0, $0) }

  /// The bytes of a list that `spelled` could have made.
  private static func bytes(_ list: String) -> [UInt8] {
    var writer = ByteWriter()
    for entry in list.split(separator: ", ") {
      let name = entry.prefix { $0 != "(" }
      let isMasked = name.hasSuffix("_W")
      let stem = String(isMasked ? name.dropLast(2) : name)
      let payload = entry.drop { $0 != "(" }.filter(\.isHexDigit)
      let form = Field.namedOnWire(stem)?.wireForms.first { $0.name == stem }
      let header = stem == "NXM_NX_COOKIE" ? OXMHeader(rawValue: 0x0001_3c08) : form?.header
      if let header { (isMasked ? header.masked : header).encode(to: &writer) }
      writer.write(TestKit.bytes(payload))
    }
    return writer.bytes
  }
}
