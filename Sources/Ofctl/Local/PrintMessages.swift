import Match
import OpenFlow

/// `ofp-print MESSAGE [VERBOSITY]`: prints an OpenFlow message that is given in hexadecimal.
enum PrintMessage: OfctlCommand {
  static let name = "ofp-print"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var verbosity = 2 + call.options.verbosity
    if let text = call.optional(1) {
      guard let number = Int(text), number >= 0 else {
        throw OfctlError("VERBOSITY: '\(text)' is not a number")
      }
      verbosity = number
    }
    let style = MessagePrinter.Style(verbosity: min(4, verbosity))
    let texts = call[0] == "-" ? try call.inputLines() : [call[0]]
    for text in texts {
      call.console.write(MessagePrinter.shown(try Hexadecimal.bytes(text), style: style))
    }
  }
}

/// `ofp-parse FILE`: prints the messages that a file holds as they are on a connection.
enum ParseMessages: OfctlCommand {
  static let name = "ofp-parse"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var splitter = OpenFlowFrameSplitter()
    splitter.append(try call.fileBytes(call[0]))
    do throws(OpenFlowFrameSplitter.BadLength) {
      while let frame = try splitter.next() {
        call.console.write(MessagePrinter.shown(frame.bytes, style: call.style(base: 1)))
      }
    } catch {
      throw OfctlError("\(call[0]): a message whose header says that it has \(error.header.length) bytes")
    }
    guard splitter.pendingByteCount == 0 else {
      throw OfctlError("\(call[0]): the file ends within a message")
    }
  }
}

/// `encode-hello BITMAP`: the hello of a side that speaks certain versions.
enum EncodeHello: OfctlCommand {
  static let name = "encode-hello"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let isHexadecimal = call[0].lowercased().hasPrefix("0x")
    let digits = isHexadecimal ? call[0].dropFirst(2) : call[0][...]
    guard let bitmap = UInt32(digits, radix: isHexadecimal ? 16 : 10) else {
      throw OfctlError("BITMAP: '\(call[0])' is not a number of 32 bits")
    }
    let versions = OpenFlowVersion.allCases.filter { bitmap & (1 << UInt32($0.rawValue)) != 0 }
    guard !versions.isEmpty, bitmap & ~0x7e == 0 else {
      throw OfctlError(
        "BITMAP: bits 1 (OpenFlow 1.0) to 6 (OpenFlow 1.5) stand for versions, at least one of them")
    }
    let bytes = Hello(versions: versions).encode(xid: 1)
    call.console.write(Hexadecimal.dump(bytes))
    call.console.write(MessagePrinter.shown(bytes, style: MessagePrinter.Style(verbosity: 0)))
  }
}
