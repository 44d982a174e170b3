import Actions
import Bytes
import Flow
import Match

/// Buckets in messages: fixed fields in 1.1 to 1.4; properties and a number in 1.5, and in Nicira's messages of 1.0.
/// OpenFlow 1.3.5 section A.3.4.3; 1.5.1 section 7.3.4.2.1.
extension Bucket {
  /// `OFPGBPT_*`.
  private enum PropertyType {
    static var weight: UInt16 { 0 }
    static var watchPort: UInt16 { 1 }
    static var watchGroup: UInt16 { 2 }
  }

  /// Whether buckets of `version` have numbers.
  static func hasID(in version: OpenFlowVersion) -> Bool { version == .v10 || version >= .v15 }

  /// Reads the buckets that fill `reader`.
  static func decode(
    _ reader: inout MessageReader, of type: GroupType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> [Bucket] {
    var buckets: [Bucket] = []
    while !reader.isEmpty {
      let start = reader.remaining
      guard reader.count >= 8 else { throw OpenFlowError(.badBucket, start) }
      let length = try Int(reader.read(UInt16.self))
      guard length >= 8, length <= start.count else { throw OpenFlowError(.badBucket, start.prefix(8)) }
      guard length % 8 == 0 else { throw OpenFlowError(.badLength, start.prefix(8)) }
      var body = MessageReader(try reader.take(length - 2))
      var bucket = Bucket(weight: type.defaultWeight)
      if hasID(in: version) {
        try bucket.decodeProperties(&body, version: version)
      } else {
        try bucket.decodeFixed(&body, version: version)
        bucket.id = UInt32(buckets.count)
      }
      buckets.append(bucket)
    }
    return buckets
  }

  private mutating func decodeFixed(
    _ body: inout MessageReader, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    guard body.count >= 14 else { throw OpenFlowError(.badBucket, body.remaining) }
    weight = try body.read()
    watchPort = try Self.readWatchPort(&body)
    watchGroup = try body.read()
    try body.skip(4)
    actions = try decodeActions(body.rest(), version: version)
  }

  private mutating func decodeProperties(
    _ body: inout MessageReader, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    let actionByteCount = try Int(body.read(UInt16.self))
    id = try body.read()
    guard id <= BucketID.maximum, actionByteCount <= body.count else {
      throw OpenFlowError(.badBucket, body.remaining.prefix(8))
    }
    actions = try decodeActions(body.take(actionByteCount), version: version)
    while var property = try body.nextProperty() {
      // Each is four bytes long.
      guard property.value.count == 4 || property.type > PropertyType.watchGroup else {
        throw OpenFlowError(.badPropertyLength, property.bytes)
      }
      switch property.type {
      case PropertyType.weight:
        weight = try property.value.read()
      case PropertyType.watchPort: watchPort = try Self.readWatchPort(&property.value)
      case PropertyType.watchGroup: watchGroup = try property.value.read()
      default: throw OpenFlowError(.badPropertyType, property.bytes)
      }
    }
  }

  /// A port in 32 bits, whatever the version.
  private static func readWatchPort(_ reader: inout MessageReader) throws(OpenFlowError) -> PortNumber {
    let start = reader.remaining
    guard reader.count >= 4, let port = PortNumber(wide: try reader.read()) else {
      throw OpenFlowError(.badWatch, start.prefix(4))
    }
    return port
  }

  /// Appends the bucket of a group of `type`.
  func encode(to writer: inout ByteWriter, of type: GroupType, version: OpenFlowVersion) {
    let start = writer.count
    writer.write(UInt16(0))
    let list = ActionCodec.encode(actions, version: version)
    if Self.hasID(in: version) {
      writer.write(UInt16(truncatingIfNeeded: list.count))
      writer.write(id)
      writer.write(list)
      if type == .select || weight != 0 {
        writer.property(PropertyType.weight) { writer in
          writer.write(weight)
          writer.pad(2)
        }
      }
      if watchPort != .none { writer.property(PropertyType.watchPort) { $0.write(watchPort.wide) } }
      if watchGroup != GroupID.any { writer.property(PropertyType.watchGroup) { $0.write(watchGroup) } }
    } else {
      writer.write(weight)
      writer.write(watchPort.wide)
      writer.write(watchGroup)
      writer.pad(4)
      writer.write(list)
    }
    writer.patch(UInt16(truncatingIfNeeded: writer.count - start), at: start)
  }
}
