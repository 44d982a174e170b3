public import Bytes
public import Match

/// What a table holds and did; before 1.3, what it can do too. OpenFlow 1.0 section 5.3.5.3; 1.2 section A.3.5.4;
/// 1.3.5 section A.3.5.4.
public struct TableStatistics: MultipartItem {
  public var table: UInt8
  /// Sent before 1.3 only, as is `maximumEntries`.
  public var name: String
  public var maximumEntries: UInt32
  public var activeEntries: UInt32
  /// Frames looked up, and those that a rule matched.
  public var lookups: UInt64
  public var matches: UInt64
  /// What a table can do, in the bits of the version; `nil` for all that is known here.
  public var bits: Bits?

  /// The numbers of 1.0 to 1.2, as they are sent; those that a version does not have are 0.
  public struct Bits: Hashable, Sendable {
    public var match: UInt64 = 0
    public var wildcards: UInt64 = 0
    public var instructions: UInt32 = 0
    public var writeActions: UInt32 = 0
    public var applyActions: UInt32 = 0
    public var writeFields: UInt64 = 0
    public var applyFields: UInt64 = 0
    public var metadataMatch: UInt64 = 0
    public var metadataWrite: UInt64 = 0
    public var config: UInt32 = 0

    public init() {}
  }

  public init(
    table: UInt8, name: String, maximumEntries: UInt32, activeEntries: UInt32, lookups: UInt64,
    matches: UInt64, bits: Bits? = nil
  ) {
    self.table = table
    self.name = name
    self.maximumEntries = maximumEntries
    self.activeEntries = activeEntries
    self.lookups = lookups
    self.matches = matches
    self.bits = bits
  }

  public static func kind(in version: OpenFlowVersion) -> MessageKind? { .tableReply }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    self.init(
      table: try reader.read(), name: "", maximumEntries: 0, activeEntries: 0, lookups: 0, matches: 0)
    try reader.skip(version == .v10 || version >= .v13 ? 3 : 7)
    if version < .v13 {
      name = try reader.readText(32)
      var bits = Bits()
      switch version {
      case .v10: bits.wildcards = UInt64(try reader.read(UInt32.self))
      case .v11:
        bits.wildcards = UInt64(try reader.read(UInt32.self))
        bits.match = UInt64(try reader.read(UInt32.self))
        bits.instructions = try reader.read()
        bits.writeActions = try reader.read()
        bits.applyActions = try reader.read()
        bits.config = try reader.read()
      default:
        bits.match = try reader.read()
        bits.wildcards = try reader.read()
        bits.writeActions = try reader.read()
        bits.applyActions = try reader.read()
        bits.writeFields = try reader.read()
        bits.applyFields = try reader.read()
        bits.metadataMatch = try reader.read()
        bits.metadataWrite = try reader.read()
        bits.instructions = try reader.read()
        bits.config = try reader.read()
      }
      self.bits = bits
      maximumEntries = try reader.read()
    }
    activeEntries = try reader.read()
    lookups = try reader.read()
    matches = try reader.read()
  }

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    writer.write(table)
    writer.pad(version == .v10 || version >= .v13 ? 3 : 7)
    if version < .v13 {
      writer.write(text: name, byteCount: 32)
      let bits = bits ?? .all(version)
      switch version {
      case .v10: writer.write(UInt32(truncatingIfNeeded: bits.wildcards))
      case .v11:
        writer.write(UInt32(truncatingIfNeeded: bits.wildcards))
        writer.write(UInt32(truncatingIfNeeded: bits.match))
        writer.write(bits.instructions)
        writer.write(bits.writeActions)
        writer.write(bits.applyActions)
        writer.write(bits.config)
      default:
        writer.write(bits.match)
        writer.write(bits.wildcards)
        writer.write(bits.writeActions)
        writer.write(bits.applyActions)
        writer.write(bits.writeFields)
        writer.write(bits.applyFields)
        writer.write(bits.metadataMatch)
        writer.write(bits.metadataWrite)
        writer.write(bits.instructions)
        writer.write(bits.config)
      }
      writer.write(maximumEntries)
    }
    writer.write(activeEntries)
    writer.write(lookups)
    writer.write(matches)
  }

  public static func encode(_ tables: [TableStatistics], version: OpenFlowVersion, xid: UInt32) -> [[UInt8]] {
    MultipartReply(tables).messages(version: version, xid: xid)
  }
}

extension TableStatistics.Bits {
  /// What every table here can do.
  static func all(_ version: OpenFlowVersion) -> TableStatistics.Bits {
    var bits = TableStatistics.Bits()
    // Goto, write metadata, write, apply and clear actions.
    bits.instructions = 0x3e
    switch version {
    case .v10:
      bits.wildcards = 0x3f_ffff
      bits.instructions = 0
    case .v11:
      bits.match = 0xfbff
      bits.wildcards = 0xfbff
      bits.writeActions = 0x01ff_e7ff
    default:
      bits.match = 0xf_ffff_fffd
      bits.wildcards = bits.match
      bits.writeActions = 0x03ff_8001
      bits.writeFields = 0xf_ffff_fbdd
      bits.applyFields = bits.writeFields
      bits.metadataMatch = ~0
      bits.metadataWrite = ~0
    }
    bits.applyActions = bits.writeActions
    return bits
  }
}
