import Glibc
public import Sys

/// Descriptors of a TAP device that somebody else has opened, to be the queues of a port.
///
/// What they are to be like, the kernel settles when TUNSETIFF makes them queues, and nobody can change it later; so what does
/// not fit is refused with the flag that TUNSETIFF has to be given.
public enum TAPDescriptors {
  /// The device that they are queues of.
  ///
  /// - Parameters:
  ///   - descriptors: at least one, open in this process.
  ///   - names: what errors call them: their numbers where they come from.
  /// - Throws: for descriptors that no port can use, with the reason and the line that mends it as advice.
  public static func device(
    of descriptors: [CInt], named names: [Int], packetType: PortPacketType
  ) throws(SysError) -> TUNDescriptor {
    precondition(!descriptors.isEmpty && descriptors.count == names.count)
    var devices: [TUNDescriptor] = []
    for (descriptor, name) in zip(descriptors, names) {
      do throws(SysError) { devices.append(try TUNDescriptor(of: descriptor)) } catch {
        throw refusal("descriptor \(name)", error.errno, absence(error.errno))
      }
    }
    for (device, name) in zip(devices, names) {
      let subject = "descriptor \(name) (\(device.name))"
      if let fault = fault(of: device, packetType, count: devices.count) {
        throw refusal(subject, EINVAL, fault)
      }
      guard device.name == devices[0].name else {
        throw refusal(
          subject, EINVAL, "descriptor \(names[0]) is of \(devices[0].name), and a port has one device")
      }
    }
    return devices[0]
  }

  private static func refusal(_ subject: String, _ errno: CInt, _ advice: String) -> SysError {
    SysError(call: "TUNGETIFF", subject: subject, errno: errno, advice: advice)
  }

  private static func absence(_ errno: CInt) -> String {
    switch errno {
    case EBADFD:
      "it has no device: either that is gone, or TUNSETIFF with \(wanted(.ethernet, count: 1)) has to name one first"
    case EBADF: "it is not open"
    default:
      "it is no TAP device: open /dev/net/tun and name a device with TUNSETIFF, or /dev/tapN of a macvtap device"
    }
  }

  /// What is wrong with the flags.
  public static func fault(of device: TUNDescriptor, _ packetType: PortPacketType, count: Int) -> String? {
    let remedy = "TUNSETIFF with \(wanted(packetType, count: count)) makes one that fits"
    let isTAP = device.flags.contains(.tap)
    if isTAP, packetType != .ethernet {
      return "it has IFF_TAP, so Ethernet headers: leave out options:packet_type"
    }
    if !isTAP, packetType == .ethernet {
      return "it has IFF_TUN, so no Ethernet headers: options:packet_type=ptap takes it, \(remedy)"
    }
    if device.hasPacketInformation {
      return "it lacks IFF_NO_PI, so that four more bytes are in front of each frame: \(remedy)"
    }
    if !device.flags.contains(.offloadHeader) {
      return
        "it lacks IFF_VNET_HDR, without which no large frame and no unfinished checksum can cross: \(remedy)"
    }
    if count > 1, !device.flags.contains(.severalQueues) {
      return "it lacks IFF_MULTI_QUEUE, and there are \(count) descriptors: hand over one, or \(remedy)"
    }
    if device.flags.contains(.detached) {
      return
        "it is a queue that is switched off (IFF_DETACH_QUEUE): TUNSETQUEUE with IFF_ATTACH_QUEUE switches it on"
    }
    return nil
  }

  /// The flags as TUNSETIFF takes them.
  private static func wanted(_ packetType: PortPacketType, count: Int) -> String {
    let (kind, bit) = packetType == .ethernet ? ("IFF_TAP", 2) : ("IFF_TUN", 1)
    let flags = 0x5000 | bit | (count > 1 ? 0x100 : 0)
    return
      "0x\(String(flags, radix: 16)) (\(kind)|IFF_NO_PI|IFF_VNET_HDR\(count > 1 ? "|IFF_MULTI_QUEUE" : ""))"
  }
}
