import Bytes
public import Match

/// What a table can do. OpenFlow 1.3.5 section A.3.5.5. All tables can do the same here; a table's rules can go
/// to the tables after it.
public struct TableFeatures: Hashable, Sendable {
  public var table: UInt8
  public var name: String
  public var maximumEntries: UInt32
  /// The highest table number of the switch.
  public var lastTable: UInt8

  public init(table: UInt8, name: String, maximumEntries: UInt32, lastTable: UInt8) {
    self.table = table
    self.name = name
    self.maximumEntries = maximumEntries
    self.lastTable = lastTable
  }

  /// `OFPIT_*`: goto, write metadata, write, apply and clear actions.
  private static let instructions: [UInt16] = [1, 2, 3, 4, 5]
  /// `OFPAT_*`: output, push and pop VLAN, set and decrement TTL, set field.
  private static let actions: [UInt16] = [0, 17, 18, 23, 24, 25]

  /// Property numbers, `OFPTFPT_*`. Each but `match` and `wildcards` has a twin, one higher, for the rule of
  /// priority 0; an absent twin says that it is the same.
  private enum Property {
    static var instructions: UInt16 { 0 }
    static var nextTables: UInt16 { 2 }
    static var writeActions: UInt16 { 4 }
    static var applyActions: UInt16 { 6 }
    static var match: UInt16 { 8 }
    static var wildcards: UInt16 { 10 }
    static var writeSetField: UInt16 { 12 }
    static var applySetField: UInt16 { 14 }
  }

  public static func encode(
    _ tables: [TableFeatures], version: OpenFlowVersion, xid: UInt32
  ) -> [[UInt8]] {
    encodeMultipart(.tableFeaturesReply, version: version, xid: xid, items: tables) { table, writer in
      table.encode(to: &writer)
    }
  }

  private func encode(to writer: inout ByteWriter) {
    let start = writer.count
    writer.write(UInt16(0))
    writer.write(table)
    writer.pad(5)
    writer.write(text: name, byteCount: 32)
    // All bits of the metadata can be matched and written.
    writer.write(UInt64.max)
    writer.write(UInt64.max)
    writer.write(UInt32(0))
    writer.write(maximumEntries)

    /// Type, length without padding, value; zeros up to a multiple of eight bytes.
    func property(_ type: UInt16, _ fill: (inout ByteWriter) -> Void) {
      let start = writer.count
      writer.write(type)
      writer.write(UInt16(0))
      fill(&writer)
      writer.patch(UInt16(writer.count - start), at: start + 2)
      writer.pad(toMultipleOf: 8, from: start)
    }
    /// A list of types with their lengths, four bytes each.
    func list(_ types: [UInt16]) -> (inout ByteWriter) -> Void {
      { writer in
        for type in types {
          writer.write(type)
          writer.write(UInt16(4))
        }
      }
    }

    property(Property.instructions, list(Self.instructions))
    property(Property.nextTables) { writer in
      if table < lastTable { writer.write((table + 1)...lastTable) }
    }
    property(Property.writeActions, list(Self.actions))
    property(Property.applyActions, list(Self.actions))
    property(Property.match) { writer in
      for (field, header) in Self.fields {
        (field.maskRule == .any ? header.masked : header).encode(to: &writer)
      }
    }
    property(Property.wildcards) { writer in
      for (_, header) in Self.fields { header.encode(to: &writer) }
    }
    for type in [Property.writeSetField, Property.applySetField] {
      property(type) { writer in
        for (field, header) in Self.fields where field.isWritable { header.encode(to: &writer) }
      }
    }
    writer.patch(UInt16(writer.count - start), at: start)
  }

  /// Every field that 1.3 can name, once, with its name there.
  private static let fields: [(field: Field, header: OXMHeader)] = {
    var seen: Set<OXMHeader> = []
    return Field.all.compactMap { field in
      guard let header = field.header(in: .v13), seen.insert(header).inserted else { return nil }
      return (field, header)
    }
  }()
}
