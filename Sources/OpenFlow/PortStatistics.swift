public import Bytes
public import Match

/// A port's counters. `nil` for one that the port does not have. OpenFlow 1.3.5 section A.3.5.6; 1.4 section
/// A.3.5.6.
public struct PortStatistics: MultipartItem {
  public var number: PortNumber
  public var receivedPackets: UInt64?
  public var sentPackets: UInt64?
  public var receivedBytes: UInt64?
  public var sentBytes: UInt64?
  public var receiveDrops: UInt64?
  public var sendDrops: UInt64?
  public var receiveErrors: UInt64?
  public var sendErrors: UInt64?
  public var frameErrors: UInt64?
  public var overruns: UInt64?
  public var crcErrors: UInt64?
  public var collisions: UInt64?
  /// How long the port has been there; `nil` where it is not known. Not sent before 1.3.
  public var duration: Duration?
  /// Frames by length, and errors, in the words of RFC 2819. 1.4 and later.
  public var lengths: PortLengthStatistics?
  /// Counters of the device's own, by name. 1.4 and later.
  public var custom: [PortCustomCounter] = []

  /// Counters that are all unknown.
  public init(number: PortNumber, duration: Duration? = nil) {
    self.number = number
    self.duration = duration
  }

  public static func kind(in version: OpenFlowVersion) -> MessageKind? { .portReply }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    guard version >= .v14 else {
      self.init(number: try reader.readPort(version))
      try reader.skip(version == .v10 ? 6 : 4)
      try readCounters(&reader, version)
      if version == .v13 { duration = try reader.readKnownDuration() }
      return
    }
    let start = reader.remaining
    let length = try Int(reader.read(UInt16.self))
    guard length >= 80, length <= start.count else { throw OpenFlowError(.badLength, start.prefix(8)) }
    var item = MessageReader(try reader.take(length - 2))
    try item.skip(2)
    self.init(number: try item.readPort(version))
    duration = try item.readKnownDuration()
    try readCounters(&item, version)
    while let property = try item.nextProperty() {
      switch property.type {
      case Self.ethernetProperty:
        var value = property.value
        guard value.count == 36 else { throw OpenFlowError(.badPropertyLength, property.bytes) }
        try value.skip(4)
        frameErrors = try value.readCounter()
        overruns = try value.readCounter()
        crcErrors = try value.readCounter()
        collisions = try value.readCounter()
      case Property.experimenter: try readExperimenter(property)
      default: break
      }
    }
  }

  /// `OFPPSPT_ETHERNET`.
  private static var ethernetProperty: UInt16 { 0 }

  private mutating func readCounters(
    _ reader: inout MessageReader, _ version: OpenFlowVersion
  ) throws(OpenFlowError) {
    receivedPackets = try reader.readCounter()
    sentPackets = try reader.readCounter()
    receivedBytes = try reader.readCounter()
    sentBytes = try reader.readCounter()
    receiveDrops = try reader.readCounter()
    sendDrops = try reader.readCounter()
    receiveErrors = try reader.readCounter()
    sendErrors = try reader.readCounter()
    guard version < .v14 else { return }
    frameErrors = try reader.readCounter()
    overruns = try reader.readCounter()
    crcErrors = try reader.readCounter()
    collisions = try reader.readCounter()
  }

  private var generalCounters: [UInt64?] {
    [
      receivedPackets, sentPackets, receivedBytes, sentBytes, receiveDrops, sendDrops, receiveErrors,
      sendErrors,
    ]
  }
  private var ethernetCounters: [UInt64?] { [frameErrors, overruns, crcErrors, collisions] }

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    guard version >= .v14 else {
      writer.writePort(number, version)
      writer.pad(version == .v10 ? 6 : 4)
      for counter in generalCounters + ethernetCounters { writer.write(counter ?? ~0) }
      if version == .v13 { writer.write(known: duration) }
      return
    }
    let start = writer.count
    writer.pad(4)
    writer.writePort(number, version)
    writer.write(known: duration)
    for counter in generalCounters { writer.write(counter ?? ~0) }
    writer.property(Self.ethernetProperty) { writer in
      writer.pad(4)
      for counter in ethernetCounters { writer.write(counter ?? ~0) }
    }
    writeExperimenters(to: &writer)
    writer.patch(UInt16(truncatingIfNeeded: writer.count - start), at: start)
  }

  public static func encode(_ ports: [PortStatistics], version: OpenFlowVersion, xid: UInt32) -> [[UInt8]] {
    MultipartReply(ports).messages(version: version, xid: xid)
  }
}

extension MessageReader {
  /// A counter; all ones is one that is not known.
  mutating func readCounter() throws(OpenFlowError) -> UInt64? {
    let value = try read(UInt64.self)
    return value == ~0 ? nil : value
  }

  /// Seconds and nanoseconds; seconds of all ones are not known.
  mutating func readKnownDuration() throws(OpenFlowError) -> Duration? {
    let duration = try readDuration()
    return duration.components.seconds >= Int64(UInt32.max) ? nil : duration
  }
}

extension ByteWriter {
  /// Seconds and nanoseconds; all ones when they are not known.
  mutating func write(known duration: Duration?) {
    if let duration { write(duration) } else { write(UInt64.max) }
  }
}
