import Bytes
public import Match

/// The first message of either side: which versions it speaks. OpenFlow 1.3.5 sections 6.3.1 and A.5.1.
public struct Hello: Hashable, Sendable {
  /// Bit n for version n, 0 to 31.
  public var versions: UInt32

  /// The hello of a side that speaks `versions`.
  public init(versions: some Sequence<OpenFlowVersion> = OpenFlowVersion.spoken) {
    self.versions = versions.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
  }

  /// Reads a peer's hello. Without a version bitmap it speaks the header's version and, as the rules before
  /// 1.3.1 had it, all below. Elements that are not known, or are cut off, say nothing.
  public init(_ frame: OpenFlowFrame) {
    let version = frame.header.version
    versions = version >= 31 ? ~1 : (2 << UInt32(version)) - 2
    var reader = ByteReader(frame.body)
    while let type = try? reader.read(UInt16.self), let length = try? reader.read(UInt16.self),
      let body = try? reader.take(Int(length) - 4)
    {
      if type == Self.versionBitmap {
        var words = ByteReader(body)
        if let first = try? words.read(UInt32.self) { versions = first }
        return
      }
      _ = try? reader.skip((8 - Int(length) % 8) % 8)
    }
  }

  /// The version for this connection: the highest that both speak, or `nil` when there is none; then
  /// `OpenFlowErrorCode.incompatible` is the answer, and the connection closes.
  public func negotiated(with peer: Hello) -> OpenFlowVersion? {
    OpenFlowVersion.spoken.last { (versions & peer.versions) & (1 << UInt32($0.rawValue)) != 0 }
  }

  /// The message, in the highest of the versions. A hello of 1.0 alone has no bitmap, which 1.0 does not know.
  public func encode(xid: UInt32) -> [UInt8] {
    let highest = OpenFlowVersion.spoken.last { versions & (1 << UInt32($0.rawValue)) != 0 } ?? .v10
    return encodeMessage(MessageType.hello, version: highest, xid: xid) { writer in
      guard highest > .v10 else { return }
      writer.write(Self.versionBitmap)
      writer.write(UInt16(8))
      writer.write(versions)
    }
  }

  /// `OFPHET_VERSIONBITMAP`.
  private static var versionBitmap: UInt16 { 1 }
}
