/// Counts the flows that are reported to one set of collectors, and says what is to be sent to them. RFC 7011; which
/// fields records have, and when they are sent, is as in Open vSwitch 3.1.
public struct Exporter: Sendable {
  public struct Settings: Hashable, Sendable {
    /// After so many seconds a flow's record is sent; 0 for at once, one for each frame.
    public var activeTimeout = 0
    /// How many flows can be counted at a time; 0 for none: records are sent at once.
    public var maximumFlows = 0
    /// After so many seconds templates are sent again, since a datagram may get lost. RFC 7011, section 8.4.
    public var templateInterval = 600
    /// The same for the exporter's own statistics.
    public var statisticsInterval = 600

    public init() {}
  }

  /// What the exporter has done.
  public struct Statistics: Hashable, Sendable {
    /// Flows that were counted, and those that are being counted now.
    public var flows: UInt64 = 0
    public var currentFlows: UInt64 = 0
    /// Frames that were reported.
    public var packets: UInt64 = 0
    /// IP packets among them whose transport header is known, and others.
    public var ipv4Packets: UInt64 = 0
    public var ipv6Packets: UInt64 = 0
    public var ipv4Errors: UInt64 = 0
    public var ipv6Errors: UInt64 = 0
    /// Messages, each counted once for every collector.
    public var sentMessages: UInt64 = 0
    public var sendErrors: UInt64 = 0
    /// Reported frames whose records were in messages that could not be sent.
    public var notSentPackets: UInt64 = 0
  }

  private struct Domain {
    var sequence: UInt32 = 0
    /// Microseconds since 1970; `nil` when never.
    var lastTemplates: UInt64?
  }

  /// Observation domains that can be known at a time. More than that are forgotten together: each gets its templates
  /// anew, and counts its records from 0.
  private static var maximumDomains: Int { 1024 }

  private let number: UInt32
  public var settings: Settings
  private var counts = Statistics()
  private var cache = FlowCache()
  private var totals = FlowCounters()
  private var domains: [UInt32: Domain] = [:]
  private var lastStatistics: UInt64?
  /// Records that are to be sent.
  private var ended: [(flow: FlowID, record: FlowRecord, reason: FlowRecord.EndReason)] = []

  /// - Parameter number: tells the exporter from others of the switch.
  public init(number: UInt32, settings: Settings = Settings()) {
    self.number = number
    self.settings = settings
  }

  public var statistics: Statistics {
    var result = counts
    result.currentFlows = UInt64(cache.count)
    return result
  }

  private var keepsFlows: Bool { settings.activeTimeout > 0 && settings.maximumFlows > 0 }

  /// Counts a frame that was reported.
  public mutating func count(_ seen: FlowObservation) {
    let flow = FlowID(seen)
    note(flow.shape)
    totals.count(seen, flow.shape)
    guard keepsFlows else {
      var record = FlowRecord(start: seen.time, end: seen.time)
      record.count(seen, flow.shape, total: totals)
      counts.flows += 1
      return ended.append((flow, record, .activeTimeout))
    }
    guard cache.count(seen, flow, total: totals) else { return }
    counts.flows += 1
    shrink()
  }

  private mutating func note(_ shape: FlowShape) {
    counts.packets += 1
    switch (shape.network, shape.transport) {
    case (.none, _): break
    case (.ipv4, .none): counts.ipv4Errors += 1
    case (.ipv6, .none): counts.ipv6Errors += 1
    case (.ipv4, _): counts.ipv4Packets += 1
    case (.ipv6, _): counts.ipv6Packets += 1
    }
  }

  /// Ends the oldest flows of which there are too many.
  private mutating func shrink() {
    while cache.count > settings.maximumFlows, let (flow, record) = cache.takeOldest() {
      ended.append((flow, record, .lackOfResources))
    }
  }

  /// Ends all flows.
  public mutating func endAll() {
    while let (flow, record) = cache.takeOldest() { ended.append((flow, record, .forcedEnd)) }
  }

  /// What is to be sent now.
  /// - Parameter now: microseconds since 1970.
  public mutating func messages(now: UInt64) -> [ExportMessage] {
    endOld(now: now)
    guard !ended.isEmpty else { return [] }
    // In full seconds, and not before the flows that the message tells of.
    let exportTime = UInt32(truncatingIfNeeded: (now + 999_999) / 1_000_000)
    var messages: [ExportMessage] = []
    var rest = ended[...]
    while let domain = rest.first?.flow.domain {
      let run = rest.prefix { $0.flow.domain == domain }
      rest = rest.dropFirst(run.count)
      messages += templates(for: domain, now: now, exportTime: exportTime)
      messages += write(to: domain, exportTime: exportTime) { writer in
        for (flow, record, reason) in run { writer.add(flow, record, reason) }
      }
    }
    ended = []
    return messages
  }

  private mutating func endOld(now: UInt64) {
    if !keepsFlows { return endAll() }
    shrink()
    let age = UInt64(settings.activeTimeout) * 1_000_000
    while let start = cache.oldestStart, start + age <= now, let (flow, record) = cache.takeOldest() {
      ended.append((flow, record, .activeTimeout))
    }
  }

  /// What goes before a domain's records when the last time is long ago, or the clock was set back.
  private mutating func templates(for domain: UInt32, now: UInt64, exportTime: UInt32) -> [ExportMessage] {
    var messages: [ExportMessage] = []
    if Self.isDue(domains[domain]?.lastTemplates, every: settings.templateInterval, now: now) {
      messages += write(to: domain, exportTime: exportTime) { $0.addTemplates() }
      domains[domain]?.lastTemplates = now
    }
    if Self.isDue(lastStatistics, every: settings.statisticsInterval, now: now) {
      let (number, count) = (number, counts.notSentPackets)
      // Domain 0: this is about the exporter, not about what is observed. RFC 7011, section 3.1.
      messages += write(to: 0, exportTime: exportTime) { writer in
        writer.addStatisticsTemplate()
        writer.addStatistics(exporter: number, notSentPackets: count)
      }
      lastStatistics = now
    }
    return messages
  }

  private static func isDue(_ last: UInt64?, every seconds: Int, now: UInt64) -> Bool {
    guard let last else { return true }
    return now < last || now - last >= UInt64(seconds) * 1_000_000
  }

  private mutating func write(
    to domain: UInt32, exportTime: UInt32, _ body: (inout MessageWriter) -> Void
  ) -> [ExportMessage] {
    if domains.count >= Self.maximumDomains, domains[domain] == nil { domains = [:] }
    let sequence = domains[domain]?.sequence ?? 0
    var writer = MessageWriter(domain: domain, sequence: sequence, exportTime: exportTime)
    body(&writer)
    writer.finish()
    domains[domain, default: Domain()].sequence = writer.sequence
    return writer.messages
  }

  // MARK: What became of messages

  public mutating func noteSent() { counts.sentMessages += 1 }

  public mutating func noteFailure(of message: ExportMessage) {
    counts.sendErrors += 1
    counts.notSentPackets += message.packets
  }

  /// Forgets that templates were sent: the collectors are others now.
  public mutating func beginAnew() {
    for domain in domains.keys { domains[domain]?.lastTemplates = nil }
    lastStatistics = nil
  }
}
