import Bytes
import Match
import TestKit
import Testing

@testable import IPFIX

@Suite struct ExporterTests {
  /// A frame as a worker reports it.
  private static func observation(
    _ frame: [UInt8], domain: UInt32 = 7, isForwarded: Bool = true, time: UInt64 = 0
  ) throws -> FlowObservation {
    var layout = FrameLayout()
    let key = try #require(FlowKey.extract(from: frame.rawSpan, layout: &layout))
    let isTagged = key.words[FlowKey.Word.vlan] != 0
    let type = key.words[FlowKey.Word.ethernetDestination] & 0xffff
    let length: UInt32 =
      switch type {
      case 0x0800: number(frame, at: layout.network + 2)
      case 0x86dd: number(frame, at: layout.network + 4) + 40
      default: 0
      }
    return FlowObservation(
      domain: domain, point: 9, isEgress: false, ingress: .init(index: 0, name: "p1"), egress: .init(),
      key: key, length: UInt32(frame.count), packetLength: length, headerLength: isTagged ? 18 : 14,
      isForwarded: isForwarded, time: time)
  }

  private static func number(_ frame: [UInt8], at offset: Int) -> UInt32 {
    UInt32(frame[offset]) << 8 | UInt32(frame[offset + 1])
  }

  /// The frame of a flow of its own for each port.
  private static func flow(_ port: UInt16, domain: UInt32 = 7, time: UInt64 = 0) throws -> FlowObservation {
    let header = TestFrame.IPv4(.udp(.init(source: port, destination: 53)))
    return try observation(TestFrame(.ipv4(header)).bytes, domain: domain, time: time)
  }

  private static func cached(_ seconds: Int, _ flows: Int) -> Exporter.Settings {
    var settings = Exporter.Settings()
    settings.activeTimeout = seconds
    settings.maximumFlows = flows
    return settings
  }

  private static let second: UInt64 = 1_000_000

  @Test func templatesAreThoseOfOpenVSwitch() throws {
    var exporter = Exporter(number: 1)
    exporter.count(try Self.flow(1))
    var decoder = IPFIXDecoder()
    for message in exporter.messages(now: 5) { _ = try decoder.decode(message.bytes) }
    let lines = CapturedRecords.templates.split(separator: "\n")
    #expect(decoder.templates.count == lines.count + 1)
    for line in lines {
      let words = line.split(separator: " ")
      let fields = try #require(decoder.templates[UInt16(words[0]) ?? 0])
      #expect(fields.map { "\($0.element):\($0.length)" } == words.dropFirst().map(String.init))
    }
    #expect(decoder.templates[462] == [.init(element: 144, length: 4), .init(element: 167, length: 8)])
  }

  /// Byte for byte, with the totals that grow from record to record.
  @Test func recordsAreThoseOfOpenVSwitch() throws {
    var exporter = Exporter(number: 1)
    let lines = CapturedRecords.records.split(separator: "\n")
    #expect(lines.count == 13)
    for (place, line) in lines.enumerated() {
      let words = line.split(separator: " ").map(String.init)
      let set = bytes(words[3])
      let exportTime = UInt64(words[2], radix: 16) ?? 0
      var decoder = IPFIXDecoder()
      // The templates are the same.
      _ = try exporterTemplates(into: &decoder)
      let header = bytes("000a") + [UInt8((set.count + 16) >> 8), UInt8((set.count + 16) & 0xff)]
      let captured = try decoder.decode(header + bytes(words[2]) + bytes("00000000 00000007") + set)
      let delta = try #require(captured.records[0].number(158))
      let time = exportTime * Self.second - delta
      exporter.count(
        try Self.observation(bytes(words[0]), isForwarded: words[1] == "sent", time: time))
      let message = try #require(exporter.messages(now: exportTime * Self.second).last)
      #expect(hex(message.bytes[16...]) == words[3], "record \(place)")
      #expect(hex(message.bytes[4..<8]) == words[2])
    }
    let counts = exporter.statistics
    #expect(counts.packets == 13 && counts.flows == 13 && counts.currentFlows == 0)
    #expect((counts.ipv4Packets, counts.ipv6Packets) == (7, 3))
    #expect((counts.ipv4Errors, counts.ipv6Errors) == (1, 0))
  }

  private func exporterTemplates(into decoder: inout IPFIXDecoder) throws -> Int {
    var exporter = Exporter(number: 1)
    exporter.count(try Self.flow(1))
    let messages = exporter.messages(now: 5)
    for message in messages { _ = try decoder.decode(message.bytes) }
    return messages.count
  }

  /// The data records that are sent at that time.
  private func records(
    _ exporter: inout Exporter, _ decoder: inout IPFIXDecoder, now: UInt64
  ) throws -> [IPFIXDecoder.Record] {
    var records: [IPFIXDecoder.Record] = []
    for message in exporter.messages(now: now) {
      #expect(message.bytes.count <= ExportMessage.maximumLength)
      records += try decoder.decode(message.bytes).records.filter { $0.template != 462 }
    }
    return records
  }

  @Test func flowsAreCountedUntilTheyAreOld() throws {
    var exporter = Exporter(number: 1, settings: Self.cached(3, 10))
    var decoder = IPFIXDecoder()
    for time in [1, 2, 3] { exporter.count(try Self.flow(1, time: UInt64(time) * Self.second)) }
    exporter.count(try Self.flow(2, time: 3 * Self.second))
    #expect(try records(&exporter, &decoder, now: 4 * Self.second - 1).isEmpty)
    let first = try records(&exporter, &decoder, now: 4 * Self.second)
    #expect(first.map { $0.number(2) } == [3])
    #expect(first.map { $0.number(136) } == [2])
    #expect(first.map { $0.number(158) } == [3 * Self.second])
    #expect(first.map { $0.number(159) } == [Self.second])
    #expect(exporter.statistics.currentFlows == 1)
    #expect(try records(&exporter, &decoder, now: 6 * Self.second).map { $0.number(2) } == [1])
  }

  @Test func theOldestFlowGoesWhenThereAreTooMany() throws {
    var exporter = Exporter(number: 1, settings: Self.cached(60, 2))
    var decoder = IPFIXDecoder()
    for port: UInt16 in [1, 2, 1, 3, 2] { exporter.count(try Self.flow(port, time: Self.second)) }
    let gone = try records(&exporter, &decoder, now: Self.second)
    #expect(gone.map { $0.number(7) } == [1])
    #expect(gone.map { $0.number(2) } == [2])
    #expect(gone.map { $0.number(136) } == [5])
    exporter.endAll()
    let rest = try records(&exporter, &decoder, now: Self.second)
    #expect(rest.map { $0.number(7) } == [2, 3])
    #expect(rest.map { $0.number(136) } == [4, 4])
    #expect(exporter.statistics.flows == 3)
  }

  /// RFC 7011, section 3.1: the number of data records that the domain has sent before the message.
  @Test func sequencesCountTheRecordsOfADomain() throws {
    var exporter = Exporter(number: 1)
    var decoder = IPFIXDecoder()
    var next: [UInt32: UInt32] = [:]
    for round in 1...40 {
      for flow in 0..<round {
        exporter.count(try Self.flow(UInt16(flow), domain: UInt32(7 + flow / 9 % 2)))
      }
      for message in exporter.messages(now: 5) {
        let message = try decoder.decode(message.bytes)
        #expect(message.sequence == next[message.domain, default: 0])
        next[message.domain, default: 0] += UInt32(message.records.count)
      }
    }
    #expect(next[7, default: 0] + next[8, default: 0] == 820)
  }

  @Test func templatesAreSentAgain() throws {
    var exporter = Exporter(number: 1)
    exporter.settings.templateInterval = 10
    exporter.settings.statisticsInterval = 20
    var counts: [Int] = []
    for time: UInt64 in [100, 109, 110, 119, 120, 50] {
      var decoder = IPFIXDecoder()
      exporter.count(try Self.flow(1, time: time * Self.second))
      let messages = exporter.messages(now: time * Self.second)
      counts.append(try messages.dropLast().reduce(0) { $0 + (try decoder.decode($1.bytes).templateCount) })
    }
    // 44 shapes and the exporter's statistics; the last time the clock was set back.
    #expect(counts == [45, 0, 44, 0, 45, 45])
    exporter.beginAnew()
    exporter.count(try Self.flow(1))
    #expect(exporter.messages(now: 50 * Self.second).count > 2)
  }

  @Test func whatCannotBeSentIsTold() throws {
    var exporter = Exporter(number: 5)
    for port in 1...3 { exporter.count(try Self.flow(UInt16(port))) }
    let message = try #require(exporter.messages(now: 5).last)
    #expect(message.packets == 3)
    exporter.noteFailure(of: message)
    exporter.noteSent()
    exporter.beginAnew()
    exporter.count(try Self.flow(1))
    var decoder = IPFIXDecoder()
    let records = try exporter.messages(now: 5).flatMap { try decoder.decode($0.bytes).records }
    let own = try #require(records.first { $0.template == 462 })
    #expect((own.domain, own.number(144), own.number(167)) == (0, 5, 3))
    #expect((exporter.statistics.sendErrors, exporter.statistics.sentMessages) == (1, 1))
  }

  /// Whatever comes in whatever order: every frame is in one record.
  @Test(arguments: 0..<20) func noFrameIsLost(seed: UInt64) throws {
    var dice = SeededGenerator(seed: seed)
    var exporter = Exporter(number: 1, settings: Self.cached(Int.random(in: 0...4, using: &dice), 20))
    var decoder = IPFIXDecoder()
    var now = Self.second
    var sum: UInt64 = 0
    for _ in 0..<500 {
      exporter.count(try Self.flow(UInt16.random(in: 0..<40, using: &dice), time: now))
      now += UInt64.random(in: 0...Self.second, using: &dice)
      guard Bool.random(using: &dice) else { continue }
      for record in try records(&exporter, &decoder, now: now) { sum += record.number(2) ?? 0 }
      #expect(exporter.statistics.currentFlows <= 20)
    }
    exporter.endAll()
    for record in try records(&exporter, &decoder, now: now) { sum += record.number(2) ?? 0 }
    #expect(sum == 500)
  }
}
