import Bytes
public import Match

/// Changes a port's configuration. OpenFlow 1.0 section 5.3.3; 1.3.5 section A.3.4.3.
public struct PortMod: Hashable, Sendable {
  public var port: PortNumber
  /// Must be the port's address, else `portModBadAddress` is the answer: so a controller that missed a change
  /// of ports does not configure the wrong one.
  public var hardwareAddress: UInt64
  public var config: PortConfig
  /// Which bits of `config` to set.
  public var mask: PortConfig
  /// Features to advertise, in the version's bits; 0 to leave them as they are.
  public var advertised: UInt32
}

extension PortMod {
  init(_ body: ArraySlice<UInt8>, version: OpenFlowVersion) throws(OpenFlowError) {
    var reader = MessageReader(body)
    port = try reader.readPort(version, else: .portModBadPort)
    if version == .v13 { try reader.skip(4) }
    hardwareAddress = try reader.readMAC()
    if version == .v13 { try reader.skip(2) }
    config = PortConfig(rawValue: try reader.read())
    mask = PortConfig(rawValue: try reader.read())
    advertised = try reader.read()
    try reader.skip(4)
    try reader.expectEnd()
    guard mask.isSubset(of: .known(version)) else { throw OpenFlowError(.portModBadConfig) }
    config.formIntersection(mask)
  }
}
