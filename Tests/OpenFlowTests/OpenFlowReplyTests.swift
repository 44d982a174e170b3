import Actions
import Flow
import Match
import OVSOracle
import TestKit
import Testing

@testable import OpenFlow

@Suite struct OpenFlowReplyTests {
  @Test(arguments: GoldenReply.all)
  func isWrittenAsCaptured(_ row: GoldenReply) throws {
    guard let captured = row.captured else { return }
    #expect(row.encoded.map { hex($0) }.joined() == hex(bytes(captured)))
  }

  @Test(arguments: GoldenReply.all)
  func saysItsOwnLength(_ row: GoldenReply) throws {
    var splitter = OpenFlowFrameSplitter()
    for message in row.encoded { splitter.append(message) }
    var count = 0
    while let frame = try splitter.next() {
      #expect(frame.header.version == row.version.rawValue)
      count += 1
    }
    #expect(count == row.encoded.count)
    #expect(splitter.pendingByteCount == 0)
  }

  /// Open vSwitch's own reader as the judge.
  @Test(.enabled(if: OfpPrint.isThere, "needs ovs-ofctl"), arguments: GoldenReply.all)
  func isUnderstoodByOpenVSwitch(_ row: GoldenReply) throws {
    let text = row.encoded.map { OfpPrint.text(of: $0) }.joined()
    for part in row.printed { #expect(text.contains(part), "\(part) is not in: \(text)") }
    // A frame that is cut on purpose is no error, but ofp-print marks it like one.
    let errors = text.replacing("(***total_len != data_len***)", with: "")
    #expect(!errors.contains("***"), "\(text)")
  }

  @Test(.enabled(if: OfpPrint.isThere, "needs ovs-ofctl"), arguments: OpenFlowErrorCode.allCases)
  func errorsHaveTheirNames(_ code: OpenFlowErrorCode) throws {
    for version in OpenFlowVersion.allCases {
      let frame = OpenFlowFrame(
        header: OpenFlowHeader(version: version.rawValue, type: 5, length: 8, xid: 1),
        bytes: [version.rawValue, 5, 0, 8, 0, 0, 0, 1])
      let message = ErrorMessage(OpenFlowError(code), to: frame, version: version)
      let text = OfpPrint.text(of: message.encode(version: version, xid: 1))
      let number = code.number(in: version)
      let names = OpenFlowErrorCode.allCases.filter { $0.number(in: version) == number }.map(\.rawValue)
      #expect(names.contains { text.contains($0) }, "\(code.rawValue) in \(version): \(text)")
      // Names of errors that a version numbers alike are told apart by nobody.
      if names.count == 1 { #expect(text.contains(code.rawValue), "\(code.rawValue) in \(version): \(text)") }
    }
  }

  @Test(arguments: OpenFlowErrorCode.allCases)
  func errorsComeBack(_ code: OpenFlowErrorCode) throws {
    for version in OpenFlowVersion.allCases {
      let frame = OpenFlowFrame(
        header: OpenFlowHeader(version: version.rawValue, type: 5, length: 8, xid: 1),
        bytes: [version.rawValue, 5, 0, 8, 0, 0, 0, 1])
      let message = ErrorMessage(OpenFlowError(code), to: frame, version: version)
      var splitter = OpenFlowFrameSplitter()
      splitter.append(message.encode(version: version, xid: 1))
      let next = try splitter.next()
      let back = try OpenFlowRequest.decode(#require(next), version: version)
      #expect(back == .error(message))
      #expect(message.code(in: version)?.number(in: version) == code.number(in: version))
    }
  }

  @Test func quotesSixtyFourBytesOfWhatItRefuses() {
    let refused = OpenFlowFrame(
      header: OpenFlowHeader(version: 4, type: 14, length: 100, xid: 1),
      bytes: [4, 14, 0, 100, 0, 0, 0, 1] + [UInt8](repeating: 7, count: 92))
    let message = ErrorMessage(OpenFlowError(.badFlags), to: refused, version: .v13)
    #expect(hex(message.encode(version: .v13, xid: 1).prefix(12)) == "0401004c0000000100050007")
    #expect(message.data == Array(refused.bytes.prefix(64)))
  }

  @Test func aFailedHelloSaysWhy() throws {
    let message = ErrorMessage(incompatible: "versions 1.0 and 1.3 are spoken here").encode(
      version: .v10, xid: 1)
    #expect(hex(message.prefix(12)) == "0101003000000001" + "00000000")
  }

  @Test func aLongReplyComesInSeveralMessages() throws {
    let flows = Array(repeating: GoldenReply.flow, count: 2000)
    for version in OpenFlowVersion.allCases {
      let messages = GoldenRequest.everything().reply(flows, version: version, xid: 9)
      #expect(messages.count > 1)
      var items = 0
      for (index, message) in messages.enumerated() {
        #expect(message.count < 65_536)
        #expect(message[11] == (index + 1 < messages.count ? 1 : 0))
        var start = version == .v10 ? 12 : 16
        while start < message.count {
          start += Int(message[start]) << 8 | Int(message[start + 1])
          items += 1
        }
        #expect(start == message.count)
      }
      #expect(items == flows.count)
    }
  }

  /// A flow mod of 1.0 that adds a rule with that many `mod_vlan_vid:5`, 8 bytes each.
  private func modVLANs(_ count: Int) throws -> OpenFlowRequest {
    let length = 72 + 8 * count
    var message: [UInt8] = [1, 14, UInt8(length >> 8), UInt8(length & 0xff), 0, 0, 0, 1]
    message += bytes("003820ff") + [UInt8](repeating: 0, count: 36)
    message += bytes("0000000000000000 0000 0000 0000 8000 ffffffff ffff 0000")
    for _ in 0..<count { message += [0, 1, 0, 8, 0, 5, 0, 0] }
    var splitter = OpenFlowFrameSplitter()
    splitter.append(message)
    let next = try splitter.next()
    return try OpenFlowRequest.decode(#require(next), version: .v10)
  }

  @Test func everyRuleThatIsTakenCanBeShown() throws {
    guard case .flowMod(let mod) = try modVLANs(2560) else {
      Issue.record("no flow mod")
      return
    }
    let flow = FlowStatistics(table: 0, priority: 1, match: mod.match, cookie: 0, actions: mod.actions)
    for version in OpenFlowVersion.allCases {
      let messages = GoldenRequest.everything().reply([flow], version: version, xid: 1)
      #expect(messages.count == 1)
      #expect(messages.allSatisfy { $0.count > 20_480 })
    }
  }

  @Test func refusesRulesTooLongToBeShown() throws {
    do throws(any Error) {
      let request = try modVLANs(2561)
      Issue.record("taken: \(request)")
    } catch let error as OpenFlowError {
      #expect(error.code == .tooManyActions)
    }
  }

  @Test func packetInsOfHugeFramesFit() {
    let frame = [UInt8](repeating: 1, count: 70_000)
    let packetIn = PacketInMessage(frame: frame, key: FlowKey(), reason: .action)
    for version in OpenFlowVersion.allCases {
      for format in [PacketInFormat.standard, .nxm, .nxm2] {
        let message = packetIn.encode(version: version, format: format)
        #expect(message.count > 65_000 && message.count < 65_536)
      }
    }
  }
}

/// `ovs-ofctl ofp-print`, if this machine has it.
enum OfpPrint {
  static let isThere = OVSOfctl.run(["--version"]).succeeded

  static func text(of message: [UInt8]) -> String {
    OVSOfctl.run(["ofp-print", hex(message), "2"]).text
  }
}
