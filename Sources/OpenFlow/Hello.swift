public import Bytes
public import Match

/// The first message of a connection: the versions that a side speaks. OpenFlow 1.3.5 sections 6.3.1 and A.5.1.
public struct Hello: MessagePayload {
  /// Bit n for version number n.
  public var versions: UInt32
  /// Whether the versions are in a bitmap; else they are all up to that of the header.
  public var hasBitmap = true
  /// Whether there was anything else that is not understood. Such a hello counts all the same.
  public var hasUnknownElements = false

  public init(versions: some Sequence<OpenFlowVersion> = OpenFlowVersion.allCases) {
    self.versions = versions.reduce(0) { $0 | 1 << UInt32($1.rawValue) }
    hasBitmap = self.versions > 1 << UInt32(OpenFlowVersion.v10.rawValue)
  }

  /// Reads a hello. Without a bitmap, or with one that is empty, it means all versions up to the header's. What cannot be understood is
  /// passed over: the specification wants elements that are not known ignored.
  public init(_ frame: OpenFlowFrame) {
    let version = frame.header.version
    versions = version >= 31 ? ~1 : max(2, (2 << UInt32(version)) - 2)
    hasBitmap = false
    var reader = ByteReader(frame.body)
    while !reader.isEmpty {
      guard let type = try? reader.read(UInt16.self), let length = try? reader.read(UInt16.self),
        let body = try? reader.take(Int(length) - 4)
      else {
        hasUnknownElements = true
        return
      }
      var words = ByteReader(body)
      if type == Self.versionBitmap, let first = try? words.read(UInt32.self), first & ~1 != 0 {
        versions = first & ~1
        hasBitmap = true
      } else {
        hasUnknownElements = true
      }
      // The last element may lack its padding.
      _ = try? reader.skip(min((8 - Int(length) % 8) % 8, reader.count))
    }
  }

  /// The highest version that both sides speak, if there is one.
  public func negotiated(with peer: Hello) -> OpenFlowVersion? {
    OpenFlowVersion.allCases.last { (versions & peer.versions) & (1 << UInt32($0.rawValue)) != 0 }
  }

  /// The message, in the highest version that it offers.
  public func encode(xid: UInt32) -> [UInt8] {
    let highest = OpenFlowVersion.allCases.last { versions & (1 << UInt32($0.rawValue)) != 0 } ?? .v10
    return encode(version: highest, xid: xid)
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? { .hello }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    guard hasBitmap else { return }
    writer.write(Self.versionBitmap)
    writer.write(UInt16(8))
    writer.write(versions)
  }

  public func print(to printer: inout MessagePrinter) {
    let numbers = (1..<32).filter { versions & 1 << UInt32($0) != 0 }.map { number in
      "0x" + (number < 16 ? "0" : "") + String(number, radix: 16)
    }
    printer.append("\n version bitmap: " + numbers.joined(separator: ", "))
    guard hasUnknownElements, let frame = printer.frame else { return }
    printer.append("\n unknown data in hello:\n")
    printer.appendDump(of: frame.bytes)
  }

  private static var versionBitmap: UInt16 { 1 }
}
