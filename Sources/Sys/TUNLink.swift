/// How a TUN or TAP device was made, by route netlink: what the kernel compares with when a descriptor is to become a queue
/// of it.
public struct TUNLink: Hashable, Sendable {
  public var isTAP = false
  public var hasSeveralQueues = false
  /// Whether it was made without IFF_NO_PI.
  public var hasPacketInformation = false
  /// Who may take it without CAP_NET_ADMIN, if that is not everybody.
  public var owner: UInt32?
  public var group: UInt32?

  public init() {}

  /// What is called `name` in the namespace of the calling thread.
  public enum Answer: Hashable, Sendable {
    case none
    case tun(TUNLink)
    /// A device of another kind, in the kernel's words; hardware has none.
    case other(kind: String)
  }

  public static func lookup(_ name: String) throws(SysError) -> Answer {
    guard let index = try? Link(name).index() else { return .none }
    let request = NetlinkMessage.linkRequest(index: index)
    for message in try NetlinkSocket().answers(to: request, subject: name)
    where message.type == NetlinkMessage.newLink && message.body.count >= 16 {
      return Answer(message)
    }
    return .none
  }
}

extension TUNLink.Answer {
  fileprivate init(_ message: NetlinkMessage) {
    var kind = ""
    var link = TUNLink()
    for attribute in NetlinkAttributes(message.body.dropFirst(16)) where attribute.type == 18 {
      for part in NetlinkAttributes(attribute.value) {  // IFLA_LINKINFO
        switch part.type {
        case 1: kind = String(decoding: part.value.prefix { $0 != 0 }, as: UTF8.self)
        case 2: link = TUNLink(NetlinkAttributes(part.value))
        default: break
        }
      }
    }
    self = kind == "tun" ? .tun(link) : .other(kind: kind)
  }
}

extension TUNLink {
  /// IFLA_TUN_OWNER and those behind it, `<linux/if_link.h>`.
  fileprivate init(_ attributes: NetlinkAttributes) {
    for attribute in attributes {
      let number: UInt32? = attribute.value.count == 4 ? attribute.value.load(UInt32.self, at: 0) : nil
      let byte = attribute.value.first
      switch attribute.type {
      case 1: owner = number
      case 2: group = number
      case 3: isTAP = byte == 2
      case 4: hasPacketInformation = byte == 1
      case 7: hasSeveralQueues = byte == 1
      default: break
      }
    }
  }
}
