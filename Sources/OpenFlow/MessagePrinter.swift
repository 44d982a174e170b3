public import Match

/// Collects what `ovs-ofctl` prints for messages.
public struct MessagePrinter {
  public struct Style {
    /// 0 to 4: `ovs-ofctl -m` adds to it. 2 is what dumps show; from 3 on frames and matches are shown raw.
    public var verbosity: Int
    /// Finds a port's name: `--names`.
    public var names: PortNaming
    /// Finds a table's name, likewise.
    public var tables: (UInt8) -> String?
    /// `--no-stats` leaves counters and ages of rules out.
    public var showsStatistics: Bool

    public init(
      verbosity: Int = 2, names: @escaping PortNaming = { _ in nil },
      tables: @escaping (UInt8) -> String? = { _ in nil }, showsStatistics: Bool = true
    ) {
      self.verbosity = verbosity
      self.names = names
      self.tables = tables
      self.showsStatistics = showsStatistics
    }
  }

  public let style: Style
  public private(set) var text = ""
  /// Of the message that is being printed; texts differ by them.
  public private(set) var kind = MessageKind.hello
  public private(set) var version = OpenFlowVersion.v10
  /// The message itself, for what is shown raw.
  private(set) var frame: OpenFlowFrame?

  /// How deep the message is quoted in others.
  private(set) var depth = 0

  /// A printer for messages, or for parts of one of `version`.
  public init(style: Style = Style(), version: OpenFlowVersion = .v10) {
    self.style = style
    self.version = version
  }

  // MARK: Whole messages

  /// Appends a message as `ovs-ofctl ofp-print` shows it, with a line end. What cannot be decoded is shown in
  /// hexadecimal with the reason; from verbosity 5 on, all is.
  public mutating func append(_ frame: OpenFlowFrame) {
    let head: MessageHead
    do throws(OpenFlowError) {
      head = try MessageHead(frame)
    } catch {
      return append(undecodable: error.code, frame)
    }
    appendName(of: head, frame)
    let bodyStart = text.utf8.count
    do throws(OpenFlowError) {
      let message = try OpenFlowMessage.decode(frame)
      message.payload.print(to: &self)
      if text.utf8.last != UInt8(ascii: "\n") { text += "\n" }
      if style.verbosity > 4 { appendDump(of: frame.bytes) }
    } catch {
      if text.utf8.count == bodyStart { text += " " }
      append(undecodable: error.code, frame)
    }
  }

  /// The message in `bytes`, which may be too few or too many for one.
  public static func text(of bytes: [UInt8], style: Style = Style()) -> String {
    var printer = MessagePrinter(style: style)
    printer.append(bytes: bytes)
    return printer.text
  }

  /// The same for a message that another one quotes. From some depth on it is no longer decoded.
  static func text(of bytes: [UInt8], style: Style, depth: Int) -> String {
    var printer = MessagePrinter(style: style)
    printer.depth = depth
    if depth > 4 { printer.appendDump(of: bytes) } else { printer.append(bytes: bytes) }
    return printer.text
  }

  private mutating func append(bytes: [UInt8]) {
    guard !bytes.isEmpty else {
      text += "OpenFlow message is empty\n"
      return
    }
    guard bytes.count >= OpenFlowHeader.byteCount else {
      text += "OpenFlow packet too short (only \(bytes.count) bytes):\n"
      return appendDump(of: bytes)
    }
    let length = Int(bytes[2]) << 8 | Int(bytes[3])
    let header = OpenFlowHeader(
      version: bytes[0], type: bytes[1], length: UInt16(length),
      xid: bytes[4..<8].reduce(0) { $0 << 8 | UInt32($1) })
    let frame = OpenFlowFrame(header: header, bytes: bytes)
    if length > bytes.count {
      if let head = try? MessageHead(frame) {
        appendName(of: head, frame)
        text += "\n"
      }
      text += "(***truncated to \(bytes.count) bytes from \(length)***)\n"
      appendDump(of: bytes)
    } else if length < bytes.count {
      text += "(***only uses \(length) bytes out of \(bytes.count)***)\n"
      appendDump(of: bytes)
    } else {
      append(frame)
    }
  }

  private mutating func append(undecodable code: OpenFlowErrorCode, _ frame: OpenFlowFrame) {
    text += "***decode error: \(code.rawValue)***\n"
    appendDump(of: frame.bytes)
  }

  private mutating func appendName(of head: MessageHead, _ frame: OpenFlowFrame) {
    kind = head.kind
    version = head.version
    self.frame = frame
    text += head.kind.name
    switch frame.header.version {
    case OpenFlowVersion.v10.rawValue: break
    case let number where OpenFlowVersion(rawValue: number) != nil: text += " (OF1.\(number - 1))"
    case let number:
      text += " (OF "
      append(hexadecimal: number, digits: 2)
      text += ")"
    }
    text += " (xid="
    append(hexadecimal: frame.header.xid)
    text += "):"
    guard let flags = head.multipartFlags, flags != 0 else { return }
    text += " flags="
    let knowsMore = head.isReply || version >= .v13
    if knowsMore, flags & MessageHead.more != 0 { text += "[more]" }
    let rest = knowsMore ? flags & ~MessageHead.more : flags
    if rest != 0 {
      text += "[***unknown flags "
      append(hexadecimal: rest, digits: 4)
      text += "***]"
    }
  }

  // MARK: Pieces

  public mutating func append(_ more: String) { text += more }

  /// `0x` and the digits.
  public mutating func append(hexadecimal value: some BinaryInteger, digits: Int = 1) {
    text.appendHexadecimal(value, digits: digits)
  }

  /// A port by name, reserved name or number.
  public mutating func append(_ port: PortNumber) { text += port.described(by: style.names) }

  /// A table by name or number.
  public mutating func append(table: UInt8) {
    text += style.tables(table) ?? String(table)
  }

  /// A match as in a rule, with the terms that the style's names allow.
  public mutating func append(_ match: FlowMatch) { match.append(to: &text, names: style.names) }

  /// A hardware address, right-justified in `address`.
  public mutating func append(mac address: UInt64) {
    for shift in stride(from: 40, through: 0, by: -8) {
      let byte = UInt8(truncatingIfNeeded: address >> UInt64(shift))
      text += String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
      if shift > 0 { text += ":" }
    }
  }

  /// Removes `character` from the end, if it is there.
  mutating func chomp(_ character: Character) {
    if text.last == character { text.removeLast() }
  }

  /// Whole seconds, and as many decimals as are needed: three, six or nine.
  mutating func append(seconds duration: Duration) {
    let (seconds, attoseconds) = duration.components
    text += String(seconds)
    let nanoseconds = attoseconds / 1_000_000_000
    guard nanoseconds != 0 else { return }
    var digits = String(String(1_000_000_000 + nanoseconds).dropFirst())
    while digits.hasSuffix("000") { digits.removeLast(3) }
    text += "." + digits
  }

  /// Sixteen bytes a line: offset, hexadecimal and, if asked for, the printable ones as text.
  public mutating func appendDump(of bytes: some Collection<UInt8>, hasText: Bool = true) {
    let bytes = Array(bytes)
    for start in stride(from: 0, to: bytes.count, by: 16) {
      let line = bytes[start..<min(start + 16, bytes.count)]
      let offset = String(start, radix: 16)
      text += String(repeating: "0", count: max(0, 8 - offset.count)) + offset + " "
      for index in 0..<16 {
        text += index == 8 && line.count >= 8 ? "-" : " "
        if index < line.count {
          let byte = bytes[start + index]
          text += String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
        } else {
          text += "  "
        }
      }
      guard hasText else {
        while text.last == " " || text.last == "-" { text.removeLast() }
        text += "\n"
        continue
      }
      text += " |"
      for index in 0..<16 {
        guard index < line.count else {
          text += " "
          continue
        }
        let byte = bytes[start + index]
        text += 0x20...0x7e ~= byte ? String(UnicodeScalar(byte)) : "."
      }
      text += "|\n"
    }
  }
}

extension MessageHead {
  /// Of a multipart message: whether it is a reply.
  var isReply: Bool {
    switch MessageForm.of(kind, version)?.number {
    case .multipart(_, let isReply), .experimenterMultipart(_, _, let isReply): isReply
    default: false
    }
  }
}
