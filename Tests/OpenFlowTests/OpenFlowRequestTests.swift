import Flow
import Match
import TestKit
import Testing

@testable import OpenFlow

@Suite struct OpenFlowRequestTests {
  @Test(arguments: GoldenRequest.all)
  func reads(_ row: GoldenRequest) throws {
    let request = try OpenFlowRequest.decode(row.frame, version: row.version, hasTableID: row.hasTableID)
    #expect(request == row.expected)
  }

  /// Every prefix of every request, its length in the header told truly: no more bytes are there than it says.
  @Test(arguments: GoldenRequest.all)
  func refusesOrReadsEveryPrefix(_ row: GoldenRequest) throws {
    let whole = try row.frame.bytes
    for count in 8..<whole.count {
      var cut = Array(whole.prefix(count))
      (cut[2], cut[3]) = (UInt8(count >> 8), UInt8(count & 0xff))
      var splitter = OpenFlowFrameSplitter()
      splitter.append(cut)
      let next = try splitter.next()
      let frame = try #require(next)
      _ = try? OpenFlowRequest.decode(frame, version: row.version, hasTableID: row.hasTableID)
    }
  }

  /// Each byte set to 0, 1, 0x7f, 0x80 and 0xff in turn: among them are all lengths within the message.
  @Test(arguments: GoldenRequest.all)
  func refusesOrReadsEveryLie(_ row: GoldenRequest) throws {
    let whole = try row.frame
    for index in 8..<max(8, whole.bytes.count) {
      for value: UInt8 in [0, 1, 0x7f, 0x80, 0xff] {
        var frame = whole
        frame.bytes[index] = value
        _ = try? OpenFlowRequest.decode(frame, version: row.version, hasTableID: row.hasTableID)
      }
    }
  }

  @Test(arguments: GoldenRequest.all)
  func refusesOrReadsFlippedBits(_ row: GoldenRequest) throws {
    var generator = SeededGenerator(seed: 0x0f)
    let whole = try row.frame
    for _ in 0..<300 {
      var frame = whole
      for _ in 0...Int.random(in: 0..<4, using: &generator) {
        frame.bytes[Int.random(in: 0..<frame.bytes.count, using: &generator)] ^=
          1 << UInt8.random(in: 0..<8, using: &generator)
      }
      frame.header.type = frame.bytes[1]
      frame.header.version = frame.bytes[0]
      _ = try? OpenFlowRequest.decode(frame, version: row.version, hasTableID: row.hasTableID)
    }
  }

  static let refused: [(name: String, hex: String, version: OpenFlowVersion, code: OpenFlowErrorCode)] = [
    ("version of another connection", "0105000800000001", .v13, .badVersion),
    ("a type that only switches send", "0106000800000001", .v10, .badLength),
    ("a type beyond all", "04ff000800000001", .v13, .badType),
    ("features with a body", "0405000c0000000100000000", .v13, .badLength),
    ("another vendor", "010400100000000100001234 00000001", .v10, .badExperimenter),
    ("an unknown subtype", "01040010000000010000232000009999", .v10, .badSubtype),
    ("NXT_FLOW_MOD in 1.3", "0404001000000001000023200000000d", .v13, .badLength),
    ("an unknown flow format", "0104001400000006000023200000000c00000009", .v10, .forbidden),
    ("table features in 1.0", "0110000c00000002000c0000", .v10, .badStatistics),
    ("a change of table features", "0412001400000002000c00000000000000000000", .v13, .badLength),
    ("another vendor's statistics", "0110001400000002ffff00000000123400000000", .v10, .badExperimenter),
    ("role 4", "041800180000000300000004000000000000000000000017", .v13, .badRole),
    ("set config with unknown flags", "0409000c0000000300100000", .v13, .switchConfigBadFlags),
    (
      "port mod of a port above 16 bits",
      "04100028000000040001000000000000aa55aa550002000000000001000000010000000000000000", .v13,
      .badOutPort
    ),
    ("packet out from a reserved port", "010d001800000006fffffffffffb000800000008 00020000", .v10, .badPort),
    (
      "packet out with actions beyond the end", "010d001800000006ffffffff0001ffff00000008 00020000", .v10,
      .badLength
    ),
    (
      "flow mod with an unknown command",
      "040e0038000000060000000000000000000000000000000000090000000080 00ffffffffffffffffffffffff000000000001000400000000",
      .v13, .badCommand
    ),
    (
      "add to table 255",
      "040e00380000000600000000000000000000000000000000ff00000000008000ffffffffffffffffffffffff000000000001000400000000",
      .v13, .badFlowModTableID
    ),
    (
      "flow mod with unknown flags",
      "040e00380000000600000000000000000000000000000000ff03000000008000ffffffffffffffffffffffff800000000001000400000000",
      .v13, .badFlags
    ),
    (
      "match of another type",
      "040e00380000000600000000000000000000000000000000ff03000000008000ffffffffffffffffffffffff000000000000000400000000",
      .v13, .badMatchType
    ),
    (
      "match shorter than its header",
      "040e00380000000600000000000000000000000000000000ff03000000008000ffffffffffffffffffffffff000000000001000300000000",
      .v13, .badMatchLength
    ),
  ]

  @Test(arguments: refused.indices)
  func refuses(_ index: Int) throws {
    let row = Self.refused[index]
    var splitter = OpenFlowFrameSplitter()
    splitter.append(bytes(row.hex))
    let next = try splitter.next()
    let frame = try #require(next, "\(row.name)")
    do throws(OpenFlowError) {
      let request = try OpenFlowRequest.decode(frame, version: row.version)
      Issue.record("\(row.name) read as \(request)")
    } catch {
      #expect(error.code == row.code, "\(row.name)")
    }
  }

  @Test func aMatchWithoutWildcardsComesFirst() throws {
    let hex = """
      010e004800000006 00000000 0001 020000000001 020000000002 0005 03 00 0800 20 06 0000 0a000001 0a000002 0001
      0002 0000000000000000 0000 0000 0000 0064 ffffffff ffff 0000
      """
    var splitter = OpenFlowFrameSplitter()
    splitter.append(bytes(hex))
    let next = try splitter.next()
    let request = try OpenFlowRequest.decode(#require(next), version: .v10)
    guard case .flowMod(let mod) = request else {
      Issue.record("read as \(request)")
      return
    }
    #expect(mod.priority == 65_535)
  }
}
