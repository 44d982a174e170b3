public import Actions
public import Bytes
public import Match

/// What a flow monitor tells, an item of a reply to its request that comes again and again. OpenFlow 1.4.0 section
/// A.3.5.17.2; before, extensions of the Open Networking Foundation (1.3) and of Nicira's.
public enum FlowUpdate: Hashable, Sendable {
  case change(FlowChange)
  /// The message of that transaction, of the controller's own, has taken effect.
  case abbreviated(xid: UInt32)
  /// The controller does not read fast enough: it misses changes from now on. 1.4 and later.
  case paused
  /// What it missed is told anew in front of this. 1.4 and later.
  case resumed
}

/// A change to a rule.
public struct FlowChange: Hashable, Sendable {
  public enum Event: Hashable, Sendable {
    /// Was there already; before 1.4 that is told as `added`.
    case initial
    case added
    case deleted
    case modified
  }

  public var event: Event
  /// Of a deletion, `FlowRemoved.Reason` by number; 0 in others.
  public var reason: UInt8
  public var table: UInt8
  public var priority: UInt16
  public var idleTimeout: UInt16
  public var hardTimeout: UInt16
  public var cookie: UInt64
  public var match: FlowMatch
  /// Empty when the monitor did not ask for them.
  public var actions: [Action]

  public init(
    _ event: Event, reason: UInt8 = 0, table: UInt8, priority: UInt16, idleTimeout: UInt16 = 0,
    hardTimeout: UInt16 = 0, cookie: UInt64, match: FlowMatch, actions: [Action] = []
  ) {
    self.event = event
    self.reason = reason
    self.table = table
    self.priority = priority
    self.idleTimeout = idleTimeout
    self.hardTimeout = hardTimeout
    self.cookie = cookie
    self.match = match
    self.actions = actions
  }
}

extension FlowUpdate {
  /// `NXFME_*` and, from 1.4 on, `OFPFME_*`.
  fileprivate enum Event {
    case change(FlowChange.Event)
    case abbreviated, paused, resumed

    init?(_ number: UInt16, _ version: OpenFlowVersion) {
      switch (number, version >= .v14) {
      case (0, true): self = .change(.initial)
      case (0, false), (1, true): self = .change(.added)
      case (1, false), (2, true): self = .change(.deleted)
      case (2, false), (3, true): self = .change(.modified)
      case (3, false), (4, true): self = .abbreviated
      case (5, true): self = .paused
      case (6, true): self = .resumed
      default: return nil
      }
    }

    /// `nil` for what `version` cannot say.
    func number(_ version: OpenFlowVersion) -> UInt16? {
      let shift: UInt16 = version >= .v14 ? 1 : 0
      return switch self {
      case .change(.initial): 0
      case .change(.added): shift
      case .change(.deleted): 1 + shift
      case .change(.modified): 2 + shift
      case .abbreviated: 3 + shift
      case .paused: version >= .v14 ? 5 : nil
      case .resumed: version >= .v14 ? 6 : nil
      }
    }
  }
}

extension FlowUpdate: MultipartItem {
  public static func kind(in version: OpenFlowVersion) -> MessageKind? {
    switch version {
    case .v10, .v11, .v12: .niciraFlowMonitorReply
    case .v13: .onfFlowMonitorReply
    case .v14, .v15: .flowMonitorReply
    }
  }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    let start = reader.remaining
    let length = try Int(reader.read(UInt16.self))
    guard length >= 8, length % 8 == 0, length <= start.count else {
      throw OpenFlowError(.badLength, start.prefix(8))
    }
    var body = MessageReader(try reader.take(length - 2))
    guard let event = Event(try body.read(), version) else {
      throw OpenFlowError(.badMonitorEvent, start.prefix(8))
    }
    switch event {
    case .change(let event):
      self = .change(try FlowChange(event, &body, version))
      return
    case .abbreviated: self = .abbreviated(xid: try body.read())
    case .paused:
      self = .paused
      try body.skip(4)
    case .resumed:
      self = .resumed
      try body.skip(4)
    }
    try body.expectEnd()
  }

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    let event: Event =
      switch self {
      case .change(let change): .change(change.event)
      case .abbreviated: .abbreviated
      case .paused: .paused
      case .resumed: .resumed
      }
    guard let number = event.number(version) else { return }
    let start = writer.count
    writer.write(UInt16(0))
    writer.write(number)
    switch self {
    case .change(let change): change.encode(to: &writer, version)
    case .abbreviated(let xid): writer.write(xid)
    case .paused, .resumed: writer.pad(4)
    }
    writer.patch(UInt16(truncatingIfNeeded: writer.count - start), at: start)
  }

  public static func print(_ items: [FlowUpdate], to printer: inout MessagePrinter) {
    for item in items {
      printer.append("\n event=")
      switch item {
      case .change(let change): change.print(to: &printer)
      case .abbreviated(let xid):
        printer.append("ABBREV xid=")
        printer.append(hexadecimal: xid)
      case .paused: printer.append("PAUSED")
      case .resumed: printer.append("RESUMED")
      }
    }
  }
}

extension FlowChange {
  fileprivate init(
    _ event: Event, _ body: inout MessageReader, _ version: OpenFlowVersion
  ) throws(OpenFlowError) {
    self.init(event, table: 0, priority: 0, cookie: 0, match: FlowMatch())
    if version >= .v14 {
      table = try body.read()
      reason = try body.read()
      idleTimeout = try body.read()
      hardTimeout = try body.read()
      priority = try body.read()
      try body.skip(4)
      cookie = try body.read()
      match = try body.readMatch(version)
    } else {
      reason = UInt8(truncatingIfNeeded: try body.read(UInt16.self))
      priority = try body.read()
      idleTimeout = try body.read()
      hardTimeout = try body.read()
      let matchByteCount = try Int(body.read(UInt16.self))
      table = try body.read()
      try body.skip(1)
      cookie = try body.read()
      match = try version == .v13 ? body.readMatch(version) : body.readNXM(matchByteCount).match
    }
    actions =
      try version >= .v13
      ? decodeRuleActions(body.rest(), version: version) : decodeActions(body.rest(), version: version)
  }

  fileprivate func encode(to writer: inout ByteWriter, _ version: OpenFlowVersion) {
    if version >= .v14 {
      writer.write(table)
      writer.write(reason)
      writer.write(idleTimeout)
      writer.write(hardTimeout)
      writer.write(priority)
      writer.pad(4)
      writer.write(cookie)
      writer.write(match, version: version)
    } else {
      writer.write(UInt16(reason))
      writer.write(priority)
      writer.write(idleTimeout)
      writer.write(hardTimeout)
      let lengthOffset = writer.count
      writer.write(UInt16(0))
      writer.write(table)
      writer.pad(1)
      writer.write(cookie)
      if version == .v13 {
        writer.write(match, version: version, lengthAt: lengthOffset)
      } else {
        writer.write(nxm: match, lengthAt: lengthOffset)
      }
    }
    // No instruction at all says less than an empty list of actions.
    guard !actions.isEmpty else { return }
    if version >= .v13 {
      writer.write(ruleActions: actions, version: version, for: match)
    } else {
      writer.write(actions, version: version, for: match)
    }
  }

  fileprivate func print(to printer: inout MessagePrinter) {
    switch event {
    case .initial: printer.append("INITIAL")
    case .added: printer.append("ADDED")
    case .deleted:
      printer.append("DELETED reason=\(FlowRemoved.Reason(rawValue: reason).name)")
    case .modified: printer.append("MODIFIED")
    }
    printer.append(" table=")
    printer.append(table: table)
    if idleTimeout != 0 { printer.append(" idle_timeout=\(idleTimeout)") }
    if hardTimeout != 0 { printer.append(" hard_timeout=\(hardTimeout)") }
    printer.append(" cookie=")
    if cookie == 0 { printer.append("0") } else { printer.append(hexadecimal: cookie) }
    if !match.isEmpty {
      printer.append(" ")
      printer.append(match)
    }
    guard !actions.isEmpty else { return }
    printer.append(" actions=\(ActionList.format(actions, names: printer.style.names))")
  }
}
