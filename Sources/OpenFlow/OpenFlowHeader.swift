import Bytes

/// The eight bytes in front of every message. OpenFlow 1.0 section 5.1, the same in all versions.
///
///     | version 8 | type 8 |      length 16      |            xid 32             |
public struct OpenFlowHeader: Hashable, Sendable {
  /// Header length in bytes.
  public static var byteCount: Int { 8 }

  /// Not an `OpenFlowVersion`: a hello may say a version that is not spoken here.
  public var version: UInt8
  public var type: UInt8
  /// Bytes of the whole message, the header included; at least 8.
  public var length: UInt16
  /// What a reply repeats, so that its request can be found.
  public var xid: UInt32

  public var isHello: Bool { type == 0 }
  public var isError: Bool { type == 1 }

  public init(version: UInt8, type: UInt8, length: UInt16, xid: UInt32) {
    self.version = version
    self.type = type
    self.length = length
    self.xid = xid
  }
}

/// One message as it came: its header, and all its bytes.
public struct OpenFlowFrame: Hashable, Sendable {
  public var header: OpenFlowHeader
  /// The whole message. An error message quotes its start.
  public var bytes: [UInt8]
  /// What follows the header.
  public var body: ArraySlice<UInt8> { bytes.dropFirst(OpenFlowHeader.byteCount) }
}

/// Cuts a stream of bytes into messages.
///
/// Each message says its length in its header. A length below eight makes the stream unreadable for good: the
/// connection has to be closed.
public struct OpenFlowFrameSplitter: Sendable {
  /// Why a stream cannot be read on.
  public struct BadLength: Error, Hashable, Sendable {
    public var header: OpenFlowHeader
  }

  private var buffer: [UInt8] = []
  /// Where the next message starts in `buffer`.
  private var start = 0

  public init() {}

  /// Bytes that wait for the rest of their message: less than 65,535 after `next` returned `nil`.
  public var pendingByteCount: Int { buffer.count - start }

  /// Takes bytes as they arrive, in pieces of any size.
  public mutating func append(_ bytes: some Sequence<UInt8>) {
    if start > 0, start == buffer.count || start > 65_535 {
      buffer.removeFirst(start)
      start = 0
    }
    buffer.append(contentsOf: bytes)
  }

  /// The next whole message, or `nil` until more bytes arrive.
  public mutating func next() throws(BadLength) -> OpenFlowFrame? {
    var reader = ByteReader(buffer[start...])
    guard let version = try? reader.read(UInt8.self), let type = try? reader.read(UInt8.self),
      let length = try? reader.read(UInt16.self), let xid = try? reader.read(UInt32.self)
    else { return nil }
    let header = OpenFlowHeader(version: version, type: type, length: length, xid: xid)
    guard Int(length) >= OpenFlowHeader.byteCount else { throw BadLength(header: header) }
    guard pendingByteCount >= Int(length) else { return nil }
    defer { start += Int(length) }
    return OpenFlowFrame(header: header, bytes: Array(buffer[start..<start + Int(length)]))
  }
}
