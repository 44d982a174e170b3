public import Sys

/// A bridge's own interface on the host: a TAP device that is always there, with a MAC address that stays.
///
/// The host brings it up when it gives it an address, so the switch leaves it down unless told otherwise.
public final class InternalPort: Port {
  public static var typeName: String { "internal" }

  /// The device behind the port.
  public let tap: TAPPort

  /// Creates the device or takes it over.
  ///
  /// - Parameter macAddress: in the low 48 bits, first byte highest. The caller keeps it, so that the host's
  ///   neighbours need not learn a new one after each start.
  public static func open(
    name: String, macAddress: UInt64, mtu: Int? = nil, namespace: NetworkNamespace? = nil, isUp: Bool = false
  ) throws(SysError) -> InternalPort {
    InternalPort(
      try TAPPort.open(
        TAPOptions(name: name, namespace: namespace, mtu: mtu, macAddress: macAddress, isUp: isUp)))
  }

  private init(_ tap: TAPPort) { self.tap = tap }

  public var name: String { tap.name }
  public var queues: [any PortQueue] { tap.queues }
  public var offloads: PortOffloads { tap.offloads }
  public var receiveLosses: ReceiveLosses { tap.receiveLosses }
  public var packetLimit: Int { tap.packetLimit }
  public func noteMTU(_ mtu: Int) { tap.noteMTU(mtu) }
}

extension PortType {
  static let `internal` = PortType(
    InternalPort.self, "a bridge's own interface on the host",
    options: [
      .namespace, .namespaceProcess, .mtu,
      PortOption("mac", "MAC", "the MAC address of the interface; must be given"),
      PortOption("up", "true|false", "whether the interface is brought up; false"),
    ]
  ) { (name, values) throws(PortError) in
    guard let mac = try values.macAddress("mac") else {
      throw .option(.missing(option: "mac", type: InternalPort.typeName))
    }
    let device = try values.deviceName(name)
    let mtu = try values.integer("mtu", in: 68...65_535)
    let namespace = try values.namespace()
    let isUp = try values.flag("up") ?? false
    return try opening { () throws(SysError) in
      try InternalPort.open(name: device, macAddress: mac, mtu: mtu, namespace: namespace, isUp: isUp)
    }
  }
}
