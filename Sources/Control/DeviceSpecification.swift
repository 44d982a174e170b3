import Ports
import Sys

/// All that decides which device a port opens: when it changes the device is opened anew.
struct DeviceSpecification: Equatable {
  var name: String
  var type: InterfaceConfiguration.DeviceType
  var options: [String: String]
  var mtu: Int?
  /// What the device is given; `nil` leaves it.
  var mac: UInt64?

  init(_ interface: InterfaceConfiguration, bridgeMAC: UInt64?) {
    name = interface.name
    type = interface.type
    options = interface.options
    mtu = interface.requestedMTU
    mac = interface.mac ?? bridgeMAC
  }

  /// `netns`: a name of `ip netns`, or the ID of a process that lives in the namespace.
  var namespace: NetworkNamespace? {
    options["netns"].map { Int32($0).map(NetworkNamespace.process) ?? .named($0) }
  }

  /// Whether a device of the host stands behind the port, which has a link and can come and go.
  var isLink: Bool {
    switch type {
    case .system, .tap, .internal: true
    case .patch, .pcap, .null: false
    }
  }

  /// Opens the device.
  /// - Parameter generatedMAC: for a device that is made and was given no address.
  func open(generatedMAC: UInt64) throws(PortError) -> (any Port)? {
    switch type {
    case .patch: return nil
    case .null: return NullPort()
    case .pcap:
      return try PcapPort.open(PcapOptions(receiveFile: options["rx_pcap"], transmitFile: options["tx_pcap"]))
    case .system, .tap, .internal:
      do throws(SysError) {
        return try openLink(generatedMAC: generatedMAC)
      } catch {
        throw .system(error)
      }
    }
  }

  private func openLink(generatedMAC: UInt64) throws(SysError) -> any Port {
    switch type {
    case .tap:
      return try TAPPort.open(
        TAPOptions(
          name: name, namespace: namespace, mtu: mtu, macAddress: mac,
          owner: options["owner"].flatMap { UInt32($0) }))
    case .internal:
      return try InternalPort.open(name: name, macAddress: mac ?? generatedMAC, mtu: mtu, namespace: namespace)
    default:
      let port = try PacketSocketPort.open(PacketSocketOptions(name: name, namespace: namespace, mtu: mtu))
      if let mac { try inNamespace { () throws(SysError) in try Link(name).setMACAddress(mac) } }
      return port
    }
  }

  /// The device as the kernel describes it.
  func lookUp() throws(SysError) -> LinkInfo {
    try inNamespace { () throws(SysError) in try LinkInfo.lookup(name) }
  }

  private func inNamespace<R: Sendable>(
    _ body: @escaping @Sendable () throws(SysError) -> R
  ) throws(SysError) -> R {
    guard let namespace else { return try body() }
    return try namespace.run(body)
  }
}
