public import Bytes
public import Match

/// Changes a port's configuration. OpenFlow 1.0 section 5.3.3; 1.3.5 section A.3.4.3; 1.4 section A.3.4.3.
public struct PortMod: MessagePayload {
  public var port: PortNumber
  /// Must be the port's address, else `portModBadAddress` is the answer: so a controller that missed a change
  /// of ports does not configure the wrong one.
  public var hardwareAddress: UInt64
  public var config: PortConfig
  /// Which bits of `config` to set.
  public var mask: PortConfig
  /// Features to advertise; none to leave them as they are.
  public var advertised: PortFeatures

  public init(
    port: PortNumber, hardwareAddress: UInt64, config: PortConfig, mask: PortConfig,
    advertised: PortFeatures = []
  ) {
    self.port = port
    self.hardwareAddress = hardwareAddress
    self.config = config.intersection(mask)
    self.mask = mask
    self.advertised = advertised
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    port = try reader.readPort(head.version)
    if head.version > .v10 { try reader.skip(4) }
    hardwareAddress = try reader.readMAC()
    if head.version > .v10 { try reader.skip(2) }
    config = PortConfig(rawValue: try reader.read())
    mask = PortConfig(rawValue: try reader.read())
    advertised = []
    if head.version < .v14 {
      advertised = PortFeatures(bits: try reader.read(), head.version)
    } else {
      while let property = try reader.nextProperty() {
        // Those of other media, and experimenters', are not for an Ethernet port.
        guard property.type == Self.ethernetProperty else { continue }
        var value = property.value
        guard value.count == 4 else { throw OpenFlowError(.badPropertyLength, property.bytes) }
        advertised = PortFeatures(bits: try value.read(), head.version)
      }
    }
    mask.formIntersection(.known(head.version))
    config.formIntersection(mask)
  }

  /// `OFPPMPT_ETHERNET`.
  private static var ethernetProperty: UInt16 { 0 }

  public func kind(in version: OpenFlowVersion) -> MessageKind? { .portMod }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.writePort(port, version)
    if version > .v10 { writer.pad(4) }
    writer.writeMAC(hardwareAddress)
    if version > .v10 { writer.pad(2) }
    writer.write(config.intersection(.known(version)).rawValue)
    writer.write(mask.intersection(.known(version)).rawValue)
    if version < .v14 {
      writer.write(advertised.bits(version))
      writer.pad(4)
    } else if !advertised.isEmpty {
      writer.property(Self.ethernetProperty) { $0.write(advertised.bits(version)) }
    }
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append(" port: ")
    printer.append(port)
    printer.append(": addr:")
    printer.append(mac: hardwareAddress)
    printer.append("\n     config: ")
    printer.append(bits: config.rawValue, PortConfig.names)
    printer.append("\n     mask:   ")
    printer.append(bits: mask.rawValue, PortConfig.names)
    printer.append("\n     advertise: ")
    if advertised.isEmpty {
      printer.append("UNCHANGED\n")
    } else {
      printer.append(bits: advertised.rawValue, PortFeatures.names)
      printer.append("\n")
    }
  }
}
