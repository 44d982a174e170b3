import Bytes
public import Match

/// What a table holds and did. OpenFlow 1.0 section 5.3.5.3; 1.3.5 section A.3.5.4.
public struct TableStatistics: Hashable, Sendable {
  public var table: UInt8
  /// Sent in 1.0 only, as is `maximumEntries`.
  public var name: String
  public var maximumEntries: UInt32
  public var activeEntries: UInt32
  /// Frames looked up, and those that a rule matched.
  public var lookups: UInt64
  public var matches: UInt64

  public init(
    table: UInt8, name: String, maximumEntries: UInt32, activeEntries: UInt32, lookups: UInt64,
    matches: UInt64
  ) {
    self.table = table
    self.name = name
    self.maximumEntries = maximumEntries
    self.activeEntries = activeEntries
    self.lookups = lookups
    self.matches = matches
  }

  /// `OFPFW_ALL` of 1.0: every field may be a wildcard.
  private static var allWildcards: UInt32 { 0x3f_ffff }

  public static func encode(_ tables: [TableStatistics], version: OpenFlowVersion, xid: UInt32) -> [[UInt8]] {
    encodeMultipart(.tableReply, version: version, xid: xid, items: tables) { table, writer in
      writer.write(table.table)
      writer.pad(3)
      if version == .v10 {
        writer.write(text: table.name, byteCount: 32)
        writer.write(allWildcards)
        writer.write(table.maximumEntries)
      }
      writer.write(table.activeEntries)
      writer.write(table.lookups)
      writer.write(table.matches)
    }
  }
}
