import Glibc
import Ports
import Sys
import Wire

/// All that decides which device a port opens, and what the device is given.
struct DeviceSpecification: Equatable {
  var name: String
  var type: String
  var options: [String: String]
  /// What the device is given; `nil` leaves it.
  var mtu: Int?
  /// What the device is given; `nil` leaves it.
  var mac: UInt64?
  /// Those of a device that somebody else has opened.
  var descriptors: DeviceDescriptors?

  /// - Parameters:
  ///   - bridgeMAC: of the bridge whose local port this is.
  ///   - directory: where sockets are whose place nobody has said.
  init(_ interface: InterfaceConfiguration, bridgeMAC: UInt64?, directory: String) {
    name = interface.name
    type = interface.type
    options = interface.options
    mtu = interface.requestedMTU
    mac = interface.mac ?? bridgeMAC
    descriptors = interface.descriptors
    if type == Self.typeWithSocket, options["socket"] == nil { options["socket"] = "\(directory)/\(name)" }
  }

  /// The type whose socket has a place of its own accord.
  private static var typeWithSocket: String { "dpdkvhostuser" }

  var isPatch: Bool { type == InterfaceConfiguration.patchType }

  /// Whether a device of the host stands behind the port, which has a link and can come and go.
  var isLink: Bool { !isPatch && portType?.hasLink == true }

  private var portType: PortType? { PortRegistry.types.first { $0.name == type } }

  /// Where the device is; `nil` for the network namespace of the switch.
  var namespace: NetworkNamespace? {
    if let process = options["netns-pid"].flatMap({ Int32($0) }) { return .process(process) }
    return options["netns"].map(NetworkNamespace.named)
  }

  /// Opens the device; not for patch ports, which have none.
  /// - Parameter generatedMAC: for a device that is made and needs an address.
  func open(generatedMAC: UInt64) throws(PortError) -> any Port {
    var options = options
    if let descriptors { options[InterfaceConfiguration.descriptorKey] = descriptors.option }
    let known = portType?.options.map(\.name) ?? []
    if known.contains("mtu"), let mtu { options["mtu"] = String(mtu) }
    let given = type == InterfaceConfiguration.internalType ? mac ?? generatedMAC : mac
    if known.contains("mac"), let given { options["mac"] = MACAddress(rawValue: given).description }
    let device = try PortRegistry.open(name, type: type, options: options)
    guard let mac, isLink, !known.contains("mac") else { return device }
    do throws(SysError) {
      try onDevice { name throws(SysError) in try Link(name).setMACAddress(mac) }
    } catch {
      throw .system(error)
    }
    return device
  }

  /// Whether `other` opens the same device of the host, if with another MTU or MAC address.
  func isSameDevice(as other: DeviceSpecification) -> Bool {
    isLink && name == other.name && type == other.type && options == other.options
      && descriptors == other.descriptors
  }

  /// Gives the device, which is open, its MTU and its MAC address.
  func adjustDevice() throws(SysError) {
    try onDevice { [mtu, mac] name throws(SysError) in
      let link = try Link(name)
      if let mtu, try link.mtu() != mtu { try link.setMTU(mtu) }
      if let mac, try link.macAddress() != mac { try link.setMACAddress(mac) }
    }
  }

  /// The device as the kernel describes it; `nil` for one that is there, but where the switch does not see it.
  func lookUp() throws(SysError) -> LinkInfo? {
    do throws(SysError) {
      return try onDevice { name throws(SysError) in try LinkInfo.lookup(name) }
    } catch {
      guard error.errno == ENODEV, let descriptors, !descriptors.canBeFound else { throw error }
      return nil
    }
  }

  /// Runs `body` with the device's name, where the device is.
  private func onDevice<R: Sendable>(
    _ body: @escaping @Sendable (_ name: String) throws(SysError) -> R
  ) throws(SysError) -> R {
    if let descriptors { return try descriptors.onDevice(body) }
    guard let namespace else { return try body(name) }
    return try namespace.run { [name] () throws(SysError) in try body(name) }
  }
}
