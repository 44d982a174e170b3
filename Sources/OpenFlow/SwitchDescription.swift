public import Bytes
public import Match

/// Who made the switch, and which one it is. OpenFlow 1.3.5 section A.3.5.1.
public struct SwitchDescription: MultipartItem {
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

  public static func kind(in version: OpenFlowVersion) -> MessageKind? { .descriptionReply }

  public init(
    _ reader: inout MessageReader, kind: MessageKind, version: OpenFlowVersion
  ) throws(OpenFlowError) {
    manufacturer = try reader.readText(256, isEnded: false)
    hardware = try reader.readText(256, isEnded: false)
    software = try reader.readText(256, isEnded: false)
    serialNumber = try reader.readText(32, isEnded: false)
    datapath = try reader.readText(256, isEnded: false)
  }

  public func encode(to writer: inout ByteWriter, kind: MessageKind, version: OpenFlowVersion) {
    writer.write(text: manufacturer, byteCount: 256)
    writer.write(text: hardware, byteCount: 256)
    writer.write(text: software, byteCount: 256)
    writer.write(text: serialNumber, byteCount: 32)
    writer.write(text: datapath, byteCount: 256)
  }

  public func encode(version: OpenFlowVersion, xid: UInt32) -> [[UInt8]] {
    MultipartReply([self]).messages(version: version, xid: xid)
  }

  public static func print(_ items: [SwitchDescription], to printer: inout MessagePrinter) {
    for each in items {
      printer.append("\nManufacturer: \(each.manufacturer)\nHardware: \(each.hardware)\n")
      printer.append("Software: \(each.software)\nSerial Num: \(each.serialNumber)\n")
      printer.append("DP Description: \(each.datapath)\n")
    }
  }
}

extension MessageReader {
  /// Text in a field of `byteCount` bytes, of which the last one is a zero if the text `isEnded` always.
  mutating func readText(_ byteCount: Int, isEnded: Bool = true) throws(OpenFlowError) -> String {
    let text = try take(byteCount).prefix(isEnded ? byteCount - 1 : byteCount)
    return String(decoding: text.prefix { $0 != 0 }, as: UTF8.self)
  }
}
