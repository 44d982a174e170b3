import Bytes
import Match

/// `OFPMP_*`, in 1.0 `OFPST_*`: kinds of statistics. OpenFlow 1.0 section 5.3.5; 1.3.5 section A.3.5.
enum MultipartType: UInt16 {
  case description = 0
  case flow = 1
  case aggregate = 2
  case table = 3
  case portStatistics = 4
  case tableFeatures = 12
  case portDescription = 13
  case experimenter = 0xffff

  /// `NXST_*`: subtypes of Nicira's.
  static var niciraFlow: UInt32 { 0 }
  static var niciraAggregate: UInt32 { 1 }
}

/// The flag of a message that more of the same reply or request follow.
let multipartMore: UInt16 = 1

/// The messages of one reply: as many as `items` need, each shorter than 64 KiB, all but the last with the flag
/// that more follow. At least one, with no item if there are none. An item that no message can hold is left
/// out.
func encodeMultipart<Item>(
  _ type: MultipartType, version: OpenFlowVersion, xid: UInt32, niciraSubtype: UInt32? = nil,
  items: some Sequence<Item>, encode: (Item, inout ByteWriter) -> Void
) -> [[UInt8]] {
  let headerByteCount = OpenFlowHeader.byteCount + (version == .v10 ? 4 : 8) + (niciraSubtype == nil ? 0 : 12)
  let room = maximumMessageByteCount - headerByteCount
  var bodies: [ByteWriter] = [ByteWriter()]
  for item in items {
    var piece = ByteWriter()
    encode(item, &piece)
    guard piece.count <= room else { continue }
    if bodies[bodies.count - 1].count + piece.count > room { bodies.append(ByteWriter()) }
    bodies[bodies.count - 1].write(piece.bytes)
  }
  return bodies.enumerated().map { index, body in
    encodeMessage(MessageType.multipartReply(version), version: version, xid: xid) { writer in
      writer.write((niciraSubtype == nil ? type : .experimenter).rawValue)
      writer.write(index + 1 < bodies.count ? multipartMore : 0)
      if version == .v13 { writer.pad(4) }
      if let niciraSubtype {
        writer.write(ExperimenterID.nicira)
        writer.write(niciraSubtype)
        writer.pad(4)
      }
      writer.write(body.bytes)
    }
  }
}
