import Bytes
import Match

/// The longest message that a header can announce, in bytes.
let maximumMessageByteCount = 65_535

/// A message of that type: the header, then what `fill` appends.
///
/// Precondition: the message is no longer than 65,535 bytes. Callers bound what they put in.
func encodeMessage(
  _ type: UInt8, version: OpenFlowVersion, xid: UInt32, _ fill: (inout ByteWriter) -> Void = { _ in }
) -> [UInt8] {
  var writer = ByteWriter()
  writer.write(version.rawValue)
  writer.write(type)
  writer.write(UInt16(0))
  writer.write(xid)
  fill(&writer)
  precondition(writer.count <= maximumMessageByteCount, "OpenFlow message of \(writer.count) bytes")
  writer.patch(UInt16(writer.count), at: 2)
  return writer.bytes
}

/// A message in Nicira's experimenter space.
func encodeNiciraMessage(
  _ subtype: UInt32, version: OpenFlowVersion, xid: UInt32, _ fill: (inout ByteWriter) -> Void
) -> [UInt8] {
  encodeMessage(MessageType.experimenter, version: version, xid: xid) { writer in
    writer.write(ExperimenterID.nicira)
    writer.write(subtype)
    fill(&writer)
  }
}

extension ByteWriter {
  mutating func writeMAC(_ address: UInt64) {
    write(UInt16(truncatingIfNeeded: address >> 32))
    write(UInt32(truncatingIfNeeded: address))
  }

  /// A port number in the width of `version`.
  mutating func writePort(_ port: PortNumber, _ version: OpenFlowVersion) {
    if version == .v10 { write(port.rawValue) } else { write(port.wide) }
  }

  /// Text in UTF-8 in a place of `byteCount` bytes, cut before a character that does not fit, with at least
  /// one byte of 0 behind it.
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

  /// Whole seconds and the nanoseconds beyond, 32 bits each; a negative duration counts as 0.
  mutating func write(_ duration: Duration) {
    let (seconds, attoseconds) = max(duration, .zero).components
    write(UInt32(clamping: seconds))
    write(UInt32(clamping: attoseconds / 1_000_000_000))
  }

  /// A match in the layout of NXM messages: entries, then zeros up to a multiple of eight bytes. The length
  /// without the zeros goes to `lengthOffset`.
  mutating func write(nxm match: FlowMatch, lengthAt lengthOffset: Int) {
    let list = match.encodedNXM()
    patch(UInt16(list.count), at: lengthOffset)
    let start = count
    write(list)
    pad(toMultipleOf: 8, from: start)
  }
}
