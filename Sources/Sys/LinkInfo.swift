/// What the kernel says of a network device.
public struct LinkInfo: Hashable, Sendable {
  public var name: String
  /// The kernel's number for the device; it stays when the device is renamed.
  public var index: Int32
  /// Whether the device was brought up.
  public var isUp: Bool
  /// Whether it is up and has a carrier: a cable, a peer that is up, a program that holds the TAP device.
  public var hasCarrier: Bool
  /// The longest IP packet, in bytes.
  public var mtu: Int
  /// In the low 48 bits, first byte highest; 0 for a device without one.
  public var macAddress: UInt64

  /// Looks up the device called `name` in the namespace of the calling thread.
  ///
  /// - Throws: `ENODEV` when there is none.
  public static func lookup(_ name: String) throws(SysError) -> LinkInfo {
    let index = try Link(name).index()
    let request = NetlinkMessage.linkRequest(index: index)
    for message in try NetlinkSocket().answers(to: request, subject: name) {
      if case .changed(let info) = LinkEvent(message) { return info }
    }
    throw SysError(call: "RTM_GETLINK", subject: name, errno: 19)
  }

  /// All devices of the namespace of the calling thread.
  public static func all() throws(SysError) -> [LinkInfo] {
    let request = NetlinkMessage.linkRequest(index: nil)
    return try NetlinkSocket().answers(to: request, subject: "").compactMap {
      if case .changed(let info) = LinkEvent($0) { info } else { nil }
    }
  }
}

/// What happened to network devices.
public enum LinkEvent: Hashable, Sendable {
  /// A device is new, or something about it is.
  case changed(LinkInfo)
  /// A device was deleted, or moved to another namespace.
  case removed(LinkInfo)
  /// There was more than the kernel could keep: compare `LinkInfo.all` with what is known.
  case lost
}

extension LinkEvent {
  /// What a route netlink message says of a link; `nil` when it is about something else or malformed.
  init?(_ message: NetlinkMessage) {
    // struct ifinfomsg: family, padding, type, index, flags, change. A bridge speaks of its ports under a family
    // of its own.
    let body = message.body
    guard message.type == NetlinkMessage.newLink || message.type == NetlinkMessage.deletedLink,
      body.count >= 16, body.load(UInt8.self, at: 0) == 0
    else { return nil }
    let flags = body.load(UInt32.self, at: 8)
    var info = LinkInfo(
      name: "", index: body.load(Int32.self, at: 4), isUp: flags & 0x1 != 0, hasCarrier: flags & 0x10000 != 0,
      mtu: 0, macAddress: 0)
    for attribute in NetlinkAttributes(body.dropFirst(16)) {
      switch attribute.type {
      case 1 where attribute.value.count == 6:
        info.macAddress = attribute.value.reduce(0) { $0 << 8 | UInt64($1) }
      case 3:
        info.name = String(decoding: attribute.value.prefix { $0 != 0 }, as: UTF8.self)
      case 4 where attribute.value.count == 4:
        info.mtu = Int(attribute.value.load(UInt32.self, at: 0))
      default:
        break
      }
    }
    self = message.type == NetlinkMessage.newLink ? .changed(info) : .removed(info)
  }
}
