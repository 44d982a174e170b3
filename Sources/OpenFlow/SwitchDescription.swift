import Bytes
public import Match

/// Who made the switch, and which one it is. OpenFlow 1.3.5 section A.3.5.1.
public struct SwitchDescription: Hashable, Sendable {
  /// At most 255 bytes of each are sent, 31 of the serial number.
  public var manufacturer: String
  public var hardware: String
  public var software: String
  public var serialNumber: String
  /// For people: which of their switches it is.
  public var datapath: String

  public init(
    manufacturer: String, hardware: String, software: String, serialNumber: String = "None", datapath: String
  ) {
    self.manufacturer = manufacturer
    self.hardware = hardware
    self.software = software
    self.serialNumber = serialNumber
    self.datapath = datapath
  }

  public func encode(version: OpenFlowVersion, xid: UInt32) -> [[UInt8]] {
    encodeMultipart(.description, version: version, xid: xid, items: [self]) { description, writer in
      writer.write(text: description.manufacturer, byteCount: 256)
      writer.write(text: description.hardware, byteCount: 256)
      writer.write(text: description.software, byteCount: 256)
      writer.write(text: description.serialNumber, byteCount: 32)
      writer.write(text: description.datapath, byteCount: 256)
    }
  }
}
