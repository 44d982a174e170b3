import Match
import OpenFlow
import TestKit
import Testing

/// Messages that the corpus has not; judged by the real `ovs-ofctl`.
@Suite struct ExtraMessageTests {
  /// With what `ovs-ofctl ofp-print` 3.1 prints.
  static let handmade: [(hex: String, text: String)] = [
    (
      "0111007000000066ffff0000000023200000000300000000" + counters + "0000000000000000",
      """
      NXST_IPFIX_BRIDGE reply (xid=0x66):
        bridge ipfix: flows=1, current flows=2, sampled pkts=3, ipv4 ok=4, ipv6 ok=5, tx pkts=9
                      pkts errs=6, ipv4 errs=7, ipv6 errs=8, tx errs=10
      """
    ),
    (
      "0513007000000072ffff0000000000000000232000000004" + counters
        + "0000000b00000000",
      """
      NXST_IPFIX_FLOW reply (OF1.4) (xid=0x72): 1 ids
        id  11: flows=1, current flows=2, sampled pkts=3, ipv4 ok=4, ipv6 ok=5, tx pkts=9
                pkts errs=6, ipv4 errs=7, ipv6 errs=8, tx errs=10
      """
    ),
    (
      "0111001800000066ffff0000000023200000000400000000", "NXST_IPFIX_FLOW reply (xid=0x66): 0 ids"
    ),
    (
      "04040020000000004f4e46000000077700000003000000000000000000000002",
      "ONFT_ROLE_STATUS (OF1.3) (xid=0x0): role=secondary generation_id=2 reason=primary_request"
    ),
    (
      "051e0018000000010000000201000000ffffffffffffffff",
      "OFPT_ROLE_STATUS (OF1.4) (xid=0x1): role=primary reason=configuration_changed"
    ),
    (
      "061e0018000000010000000002000000000000000000000c",
      "OFPT_ROLE_STATUS (OF1.5) (xid=0x1): role=nochange generation_id=12 reason=experimenter_data_changed"
    ),
    (
      "05130020000000000010000000000000" + "0008000500000000" + "0008000600000000",
      "OFPST_FLOW_MONITOR reply (OF1.4) (xid=0x0):\n event=PAUSED\n event=RESUMED"
    ),
    ("010400100000000a0000232000000016", "NXT_FLOW_MONITOR_PAUSED (xid=0xa):"),
    ("040400100000000a4f4e460000000750", "ONFT_FLOW_MONITOR_RESUMED (OF1.3) (xid=0xa):"),
    (
      "041d0030000000020000000100000003000200100000000a000000000200000000010010000000140000000000000000",
      "OFPT_METER_MOD (OF1.3) (xid=0x2): ADD meter=3 kbps bands=\ntype=dscp_remark rate=10 prec_level=2\ntype=drop rate=20"
    ),
    (
      "0413002000000002000b0000000000000004000000000007"
        + "0001002f08030000",
      """
      OFPST_METER_FEATURES reply (OF1.3) (xid=0x2):
      max_meter:262144 max_bands:8 max_color:3
      band_types: drop dscp_remark 0x1
      capabilities: kbps pktps burst stats 0x10020
      """
    ),
    (
      "0521001000000001000000010000000b",
      "OFPT_BUNDLE_CONTROL (OF1.4) (xid=0x1):\n bundle_id=0x1 type=OPEN_REQUEST flags=atomic ordered 0x8"
    ),
    (
      "0512003000000006001000000000000000000001000000020000000700490500" + "0001000c800000040000000100000000",
      "OFPST_FLOW_MONITOR request (OF1.4) (xid=0x6):\n id=1 flags=initial,modify,own out_port=2 out_group=7 table=5 in_port=1"
    ),
  ]

  private static let counters = (1...10).map { "00000000000000" + ($0 < 10 ? "0\($0)" : "0a") }.joined()

  private static func frame(_ bytes: [UInt8]) throws -> OpenFlowFrame {
    var splitter = OpenFlowFrameSplitter()
    splitter.append(bytes)
    let next = try splitter.next()
    return try #require(next)
  }

  @Test(arguments: handmade.indices)
  func readsAndPrintsWhatTheCorpusLacks(_ index: Int) throws {
    let row = Self.handmade[index]
    let frame = try Self.frame(bytes(row.hex))
    #expect(MessagePrinter.text(of: frame.bytes) == row.text + "\n")
    let version = try #require(OpenFlowVersion(rawValue: frame.header.version))
    let decoded = try OpenFlowMessage.decode(frame)
    let encoded = decoded.payload.messages(version: version, xid: frame.header.xid)
    #expect(encoded.map { hex($0) } == [row.hex])
  }

  @Test(.enabled(if: OfpPrint.isThere, "needs ovs-ofctl"), arguments: handmade.indices)
  func openVSwitchPrintsThemLikewise(_ index: Int) {
    let row = Self.handmade[index]
    #expect(OfpPrint.text(of: bytes(row.hex)) == row.text + "\n")
  }
}
