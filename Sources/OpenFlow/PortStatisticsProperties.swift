import Bytes
import Match

/// Frames by length, and errors by kind, in the words of RFC 2819 and RFC 2863, each `nil` when the port does not
/// count it.
public struct PortLengthStatistics: Hashable, Sendable {
  /// Received in lengths from 1 to 64, 65 to 127, 128 to 255, 256 to 511, 512 to 1023, 1024 to 1522 and above;
  /// sent in the same; sent multicast, received broadcast, sent broadcast; received undersized, oversized,
  /// fragments and jabbers.
  public var counters: [UInt64?]

  public init(counters: [UInt64?]) { self.counters = counters }

  static var count: Int { 21 }
}

/// A counter of a device's own.
public struct PortCustomCounter: Hashable, Sendable {
  public var name: String
  public var value: UInt64?

  public init(name: String, value: UInt64?) {
    self.name = name
    self.value = value
  }
}

/// Open vSwitch's experimenter properties of port statistics.
extension PortStatistics {
  /// Intel's number as an experimenter.
  private static var intel: UInt32 { 0xaa01 }
  private static var lengthsType: UInt32 { 1 }
  private static var customType: UInt32 { 2 }

  mutating func readExperimenter(_ property: Property) throws(OpenFlowError) {
    var value = property.value
    let start = property.bytes
    guard value.count >= 8 else { throw OpenFlowError(.badPropertyLength, start) }
    guard try value.read(UInt32.self) == Self.intel else { return }
    switch try value.read(UInt32.self) {
    case Self.lengthsType:
      guard value.count == 4 + 8 * PortLengthStatistics.count else {
        throw OpenFlowError(.badPropertyLength, start)
      }
      try value.skip(4)
      var counters: [UInt64?] = []
      for _ in 0..<PortLengthStatistics.count { counters.append(try value.readCounter()) }
      lengths = PortLengthStatistics(counters: counters)
    case Self.customType:
      guard value.count >= 4 else { throw OpenFlowError(.badPropertyLength, start) }
      try value.skip(2)
      let count = try value.read(UInt16.self)
      for _ in 0..<count {
        guard !value.isEmpty else { throw OpenFlowError(.badPropertyLength, start) }
        let nameLength = try Int(value.read(UInt8.self))
        guard value.count >= nameLength + 8 else { throw OpenFlowError(.badPropertyLength, start) }
        let name = String(decoding: try value.take(nameLength), as: UTF8.self)
        custom.append(PortCustomCounter(name: name, value: try value.readCounter()))
      }
    default: break
    }
  }

  func writeExperimenters(to writer: inout ByteWriter) {
    if let lengths {
      writer.property(Property.experimenter) { writer in
        writer.write(Self.intel)
        writer.write(Self.lengthsType)
        writer.pad(4)
        for counter in lengths.counters { writer.write(counter ?? ~0) }
      }
    }
    guard !custom.isEmpty else { return }
    writer.property(Property.experimenter) { writer in
      writer.write(Self.intel)
      writer.write(Self.customType)
      writer.pad(2)
      writer.write(UInt16(clamping: custom.count))
      for counter in custom {
        let name = counter.name.utf8.prefix(255)
        writer.write(UInt8(name.count))
        writer.write(name)
        writer.write(counter.value ?? ~0)
      }
    }
  }
}
