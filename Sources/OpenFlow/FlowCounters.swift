import Bytes
import Match

/// What 1.5 tells of a rule as a list of entries, each with the header of an OXM field. OpenFlow 1.5.1 section
/// 7.2.4.2.
struct FlowCounters {
  var duration: Duration?
  var idleAge: Duration?
  var flows: UInt32?
  var packets: UInt64?
  var bytes: UInt64?

  /// `OFPXSC_OPENFLOW_BASIC`.
  private static var basicClass: UInt16 { 0x8002 }
  /// `OFPXST_OFB_*`.
  private enum Entry {
    static var duration: UInt8 { 0 }
    static var idleTime: UInt8 { 1 }
    static var flows: UInt8 { 3 }
    static var packets: UInt8 { 4 }
    static var bytes: UInt8 { 5 }
  }

  init() {}

  /// Reads the list, its header and its padding.
  init(oxs reader: inout MessageReader) throws(OpenFlowError) {
    let start = reader.remaining
    try reader.skip(2)
    let length = try Int(reader.read(UInt16.self))
    guard length >= 4, length <= start.count else { throw OpenFlowError(.badLength, start.prefix(8)) }
    var list = MessageReader(try reader.take(length - 4))
    try reader.skip(min((8 - length % 8) % 8, reader.count))
    while !list.isEmpty {
      let entryClass = try list.read(UInt16.self)
      let field = try list.read(UInt8.self) >> 1
      var value = MessageReader(try list.take(Int(list.read(UInt8.self))))
      // Entries that are not known are passed over.
      guard entryClass == Self.basicClass else { continue }
      switch field {
      case Entry.duration: duration = try value.readDuration()
      case Entry.idleTime: idleAge = try value.readDuration()
      case Entry.flows: flows = try value.read()
      case Entry.packets: packets = try value.read()
      case Entry.bytes: bytes = try value.read()
      default: continue
      }
    }
  }

  /// Appends the list with its header and padding.
  func encode(to writer: inout ByteWriter) {
    let start = writer.count
    writer.pad(4)
    func entry(_ field: UInt8, byteCount: UInt8, _ fill: (inout ByteWriter) -> Void) {
      writer.write(Self.basicClass)
      writer.write(field << 1)
      writer.write(byteCount)
      fill(&writer)
    }
    if let duration { entry(Entry.duration, byteCount: 8) { $0.write(duration) } }
    if let idleAge { entry(Entry.idleTime, byteCount: 8) { $0.write(idleAge) } }
    if let packets { entry(Entry.packets, byteCount: 8) { $0.write(packets) } }
    if let bytes { entry(Entry.bytes, byteCount: 8) { $0.write(bytes) } }
    if let flows { entry(Entry.flows, byteCount: 4) { $0.write(flows) } }
    writer.patch(UInt16(writer.count - start), at: start + 2)
    writer.pad(toMultipleOf: 8, from: start)
  }
}

extension MessageReader {
  /// Seconds and nanoseconds, 32 bits each.
  mutating func readDuration() throws(OpenFlowError) -> Duration {
    .seconds(try read(UInt32.self)) + .nanoseconds(Int64(try read(UInt32.self)))
  }
}
