public import Actions
import Match

extension PacketInReason {
  /// The word for it in texts.
  public var name: String {
    switch self {
    case .noMatch: "no_match"
    case .action: "action"
    case .invalidTTL: "invalid_ttl"
    case .actionSet: "action_set"
    case .group: "group"
    case .packetOut: "packet_out"
    }
  }
}

extension PacketInMessage {
  public func print(to printer: inout MessagePrinter) {
    if table != 255 && table != 0 {
      printer.append(" table_id=")
      printer.append(table: table)
    }
    if cookie != ~0 { printer.append(" cookie=0x\(String(cookie, radix: 16))") }
    printer.append(" total_len=\(frameByteCount) ")
    printer.append(metadata)
    printer.append(" (via \(reason.name)) data_len=\(frame.count)")
    if let buffer {
      printer.append(" buffer=")
      printer.append(hexadecimal: buffer, digits: 8)
      if frameByteCount < frame.count { printer.append(" (***total_len < data_len***)") }
    } else {
      printer.append(" (unbuffered)")
      if frameByteCount != frame.count { printer.append(" (***total_len != data_len***)") }
    }
    printer.append("\n")
    if !userData.isEmpty {
      printer.append(" userdata=")
      let pairs = userData.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }
      printer.append(pairs.joined(separator: ".") + "\n")
    }
    continuation?.print(to: &printer)
    guard printer.style.verbosity > 0 else { return }
    printer.append(FrameText.text(of: frame) + "\n")
    if printer.style.verbosity > 2 { printer.appendDump(of: frame, hasText: false) }
  }
}

extension PacketInMessage.Continuation {
  /// What is in it is the business of the switch that wrote it.
  func print(to printer: inout MessagePrinter) {
    printer.append(" continuation=\(bytes.count) bytes\n")
  }
}
