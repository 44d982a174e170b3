public import Bytes
public import Match

/// An error message: what was wrong, and the start of the message that was. OpenFlow 1.3.5 section A.4.4.
public struct ErrorMessage: MessagePayload {
  public var number: OpenFlowErrorCode.Number
  /// For a failed hello, text; else at least the first 64 bytes of the refused message, if it had as many.
  public var data: [UInt8]

  /// The answer to `frame`, which `error` is about.
  public init(_ error: OpenFlowError, to frame: OpenFlowFrame, version: OpenFlowVersion) {
    number = error.code.number(in: version)
    data = Array(frame.bytes.prefix(64))
  }

  /// The answer to a hello with no version in common; `text` is for the peer's log.
  public init(incompatible text: String) {
    number = OpenFlowErrorCode.incompatible.number(in: .v10)
    data = Array(text.utf8.prefix(1024))
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    let version = head.version
    var reader = MessageReader(head.body)
    let type = try reader.read(UInt16.self)
    let code = try reader.read(UInt16.self)
    switch type {
    case Self.niciraErrorType where version < .v12:
      number = .experimenter(try reader.read(), type: try reader.read(), code: try reader.read())
    case Self.experimenterErrorType where version >= .v12:
      number = .experimenter(try reader.read(), type: 0, code: code)
    default:
      number = .standard(type: type, code: code)
    }
    data = Array(reader.rest())
  }

  /// The error's name, when it is one that is known here.
  public func code(in version: OpenFlowVersion) -> OpenFlowErrorCode? {
    OpenFlowErrorCode(number, in: version)
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? { .error }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    switch number {
    case .standard(let type, let code):
      writer.write(type)
      writer.write(code)
    case .experimenter(let experimenter, let type, let code) where version < .v12:
      writer.write(Self.niciraErrorType)
      writer.write(UInt16(0))
      writer.write(experimenter)
      writer.write(type)
      writer.write(code)
    case .experimenter(let experimenter, _, let code):
      writer.write(Self.experimenterErrorType)
      writer.write(code)
      writer.write(experimenter)
    }
    writer.write(data.prefix(Self.maximumDataByteCount))
  }

  public func print(to printer: inout MessagePrinter) {
    guard let code = code(in: printer.version) else {
      printer.append(" ***decode error: OFPBRC_BAD_LEN***\n")
      printer.appendDump(of: printer.frame?.bytes ?? [])
      return
    }
    printer.append(" \(code.rawValue)\n")
    if code == .incompatible || code == .helloForbidden {
      printer.append(Self.escaped(data))
    } else {
      var style = printer.style
      style.verbosity = 1
      printer.append(MessagePrinter.text(of: data, style: style, depth: printer.depth + 1))
    }
  }

  /// Text with everything but printable characters as backslash and octal digits.
  private static func escaped(_ bytes: [UInt8]) -> String {
    var text = ""
    for byte in bytes {
      if 0x20...0x7e ~= byte, byte != UInt8(ascii: "\\") {
        text.unicodeScalars.append(UnicodeScalar(byte))
      } else {
        let digits = String(byte, radix: 8)
        text += "\\" + String(repeating: "0", count: 3 - digits.count) + digits
      }
    }
    return text
  }

  /// Answers quote 64 bytes; others may quote more, and are written as they were read.
  private static var maximumDataByteCount: Int { 65_500 }

  /// `NXET_VENDOR`: type of OpenFlow 1.0 and 1.1 errors that Nicira defined; vendor, type and code follow.
  private static var niciraErrorType: UInt16 { 0xb0c2 }
  /// `OFPET_EXPERIMENTER`.
  private static var experimenterErrorType: UInt16 { 0xffff }
}
