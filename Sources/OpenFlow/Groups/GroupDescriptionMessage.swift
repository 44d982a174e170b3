public import Bytes
public import Flow
public import Match

/// What OFPMP_GROUP_DESC lists. OpenFlow 1.3.5 section A.3.5.10; 1.5.1 section 7.3.5.7; in 1.0 Nicira's extension.
extension GroupDescription: MultipartItem {
  public static func kind(in version: OpenFlowVersion) -> MessageKind? {
    version == .v10 ? .niciraGroupDescriptionReply : .groupDescriptionReply
  }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    let start = reader.remaining
    let length = try Int(reader.read(UInt16.self))
    let hasIDs = Bucket.hasID(in: version)
    guard length >= (hasIDs ? 16 : 8) else { throw OpenFlowError(.badLength, start.prefix(8)) }
    var body = MessageReader(try reader.take(length - 2))
    let number = try body.read(UInt8.self)
    try body.skip(1)
    let group = try body.read(UInt32.self)
    guard let type = GroupType(rawValue: number) else { throw OpenFlowError(.badGroupType, start.prefix(8)) }
    self.init(group: group, type: type, buckets: [])
    if hasIDs {
      let bucketByteCount = try Int(body.read(UInt16.self))
      try body.skip(6)
      var list = MessageReader(try body.take(bucketByteCount))
      buckets = try Bucket.decode(&list, of: type, version: version)
      selection = try GroupSelection(&body, of: type, command: .add)
    } else {
      buckets = try Bucket.decode(&body, of: type, version: version)
    }
  }

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    let start = writer.count
    writer.write(UInt16(0))
    writer.write(type.rawValue)
    writer.pad(1)
    writer.write(group)
    let hasIDs = Bucket.hasID(in: version)
    let lengthOffset = writer.count
    if hasIDs { writer.pad(8) }
    let bucketStart = writer.count
    for bucket in buckets { bucket.encode(to: &writer, of: type, version: version) }
    if hasIDs {
      writer.patch(UInt16(truncatingIfNeeded: writer.count - bucketStart), at: lengthOffset)
      selection.encode(to: &writer, version: version)
    }
    writer.patch(UInt16(truncatingIfNeeded: writer.count - start), at: start)
  }

  public static func print(_ items: [GroupDescription], to printer: inout MessagePrinter) {
    for item in items {
      printer.append("\n ")
      printer.append(
        item.description(
          showsBucketIDs: Bucket.hasID(in: printer.version), names: printer.style.names))
    }
  }
}
