import Actions
import Bytes
import Match

extension PacketInMessage {
  /// What a paused translation needs to go on, as properties that only the switch that wrote them understands.
  public struct Continuation: Hashable, Sendable {
    /// The list of properties.
    public var bytes: [UInt8]

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// A number that no Open vSwitch has, so that its tools pass the property over.
    private static var tokenType: UInt16 { 0xc000 }

    /// What this switch needs: the 128 bits under which it keeps the rest itself.
    public init(high: UInt64, low: UInt64) {
      var writer = ByteWriter()
      writer.property(Self.tokenType) { writer in
        writer.pad(4)
        writer.write(high)
        writer.write(low)
      }
      bytes = writer.bytes
    }

    /// The 128 bits; `nil` when this switch did not write them.
    public var token: (high: UInt64, low: UInt64)? {
      var reader = MessageReader(bytes[...])
      guard let property = try? reader.nextProperty(), property.type == Self.tokenType,
        property.value.count == 20, reader.isEmpty
      else { return nil }
      var value = property.value
      guard (try? value.skip(4)) != nil, let high = try? value.read(UInt64.self),
        let low = try? value.read(UInt64.self)
      else { return nil }
      return (high, low)
    }
  }

  /// Properties of NXT_PACKET_IN2, `NXPINT_*`.
  enum PropertyType {
    static var packet: UInt16 { 0 }
    static var fullLength: UInt16 { 1 }
    static var buffer: UInt16 { 2 }
    static var table: UInt16 { 3 }
    static var cookie: UInt16 { 4 }
    static var reason: UInt16 { 5 }
    static var metadata: UInt16 { 6 }
    static var userData: UInt16 { 7 }
    static var continuation: UInt16 { 8 }
  }

  mutating func readProperties(_ reader: inout MessageReader) throws(OpenFlowError) {
    guard !reader.isEmpty else { throw OpenFlowError(.badLength) }
    var fullLength: Int?
    while let property = try reader.nextProperty() {
      var value = property.value
      func expect(_ count: Int) throws(OpenFlowError) {
        guard value.count == count else { throw OpenFlowError(.badPropertyLength, property.bytes) }
      }
      switch property.type {
      case PropertyType.packet: frame = Array(value.rest())
      case PropertyType.fullLength:
        try expect(4)
        fullLength = Int(try value.read(UInt32.self))
      case PropertyType.buffer:
        try expect(4)
        buffer = try value.read()
      case PropertyType.table:
        try expect(1)
        table = try value.read()
      case PropertyType.cookie:
        try expect(12)
        try value.skip(4)
        cookie = try value.read()
      case PropertyType.reason:
        try expect(1)
        guard let known = PacketInReason(rawValue: try value.read()) else {
          throw OpenFlowError(.badReason, property.bytes)
        }
        reason = known
      case PropertyType.metadata: metadata = try FlowMatch.decodeOXM(value.rest(), isLoose: true)
      case PropertyType.userData: userData = Array(value.rest())
      case PropertyType.continuation:
        // The list inside begins at a multiple of eight bytes.
        if value.count >= 4 { try value.skip(4) }
        continuation = Continuation(Array(value.rest()))
      default: break  // Those that are not known are passed over.
      }
    }
    frameByteCount = fullLength ?? frame.count
    guard !frame.isEmpty, frameByteCount >= frame.count else { throw OpenFlowError(.badLength) }
  }

  func writeProperties(to writer: inout ByteWriter, version: OpenFlowVersion) {
    let sent = frame.prefix(Self.maximumFrameByteCount)
    writer.property(PropertyType.packet) { $0.write(sent) }
    if sent.count < frameByteCount {
      writer.property(PropertyType.fullLength) { $0.write(UInt32(clamping: frameByteCount)) }
    }
    if let buffer { writer.property(PropertyType.buffer) { $0.write(buffer) } }
    writer.property(PropertyType.table) { $0.write(table) }
    if cookie != ~0 {
      writer.property(PropertyType.cookie) { writer in
        writer.pad(4)
        writer.write(cookie)
      }
    }
    writer.property(PropertyType.reason) { $0.write(reason.rawValue) }
    writer.property(PropertyType.metadata) { $0.write(entriesOf: metadata, version: version) }
    if let continuation {
      writer.property(PropertyType.continuation) { writer in
        writer.pad(4)
        writer.write(continuation.bytes)
      }
    }
    if !userData.isEmpty { writer.property(PropertyType.userData) { $0.write(userData) } }
  }
}
