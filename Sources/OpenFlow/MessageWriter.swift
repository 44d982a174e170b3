import Bytes
import Match

/// Bytes of the longest message: its length is a field of 16 bits.
let maximumMessageByteCount = 65_535

/// A whole message: headers, then what `fill` writes. Empty when `version` has no such message, or when it would
/// be too long for one.
func encodeMessage(
  _ kind: MessageKind, version: OpenFlowVersion, xid: UInt32, multipartFlags: UInt16 = 0,
  _ fill: (inout ByteWriter) -> Void = { _ in }
) -> [UInt8] {
  guard let form = MessageForm.of(kind, version) else { return [] }
  var writer = ByteWriter()
  writer.writeHead(form.number, version: version, xid: xid, multipartFlags: multipartFlags)
  fill(&writer)
  guard writer.count <= maximumMessageByteCount else { return [] }
  writer.patch(UInt16(writer.count), at: 2)
  return writer.bytes
}

extension ByteWriter {
  /// 48 bits, right-justified in `address`.
  mutating func writeMAC(_ address: UInt64) {
    write(UInt16(truncatingIfNeeded: address >> 32))
    write(UInt32(truncatingIfNeeded: address))
  }

  /// A port number in the width of `version`.
  mutating func writePort(_ port: PortNumber, _ version: OpenFlowVersion) {
    if version == .v10 { write(port.rawValue) } else { write(port.wide) }
  }

  /// `text` in a field of `byteCount` bytes that ends with at least one zero. What does not fit is cut off, but
  /// never within a character.
  mutating func write(text: String, byteCount: Int) {
    var room = byteCount - 1
    var kept: [UInt8] = []
    for character in text {
      room -= character.utf8.count
      if room < 0 { break }
      kept.append(contentsOf: character.utf8)
    }
    write(kept)
    pad(byteCount - kept.count)
  }

  /// Seconds and nanoseconds, 32 bits each; 0 when negative.
  mutating func write(_ duration: Duration) {
    let (seconds, attoseconds) = max(duration, .zero).components
    write(UInt32(clamping: seconds))
    write(UInt32(clamping: attoseconds / 1_000_000_000))
  }

  /// A match as NXM entries, padded; its length without padding goes to the two bytes at `lengthOffset`.
  mutating func write(nxm match: FlowMatch, cookie: CookieMatch? = nil, lengthAt lengthOffset: Int) {
    let list = match.encodedNXM(cookie: cookie)
    patch(UInt16(truncatingIfNeeded: list.count), at: lengthOffset)
    let start = count
    write(list)
    pad(toMultipleOf: 8, from: start)
  }
}
