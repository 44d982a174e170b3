// Memory: the C library owns the directory's entries; their names are copied before the next one is read.
import Glibc

/// The other end of a pair of veth devices.
public struct LinkPeer: Hashable, Sendable {
  /// Where the other end is.
  public enum Place: Hashable, Sendable {
    /// In the namespace that was asked.
    case here
    /// In that of this process.
    case ofThisProcess
    case namespace(NetworkNamespace)
  }

  public var name: String
  public var place: Place

  /// What is known of the other end of a device.
  public enum Answer: Hashable, Sendable {
    /// The device has none: it is no veth but of this kind, in the kernel's words; hardware has no kind.
    case none(kind: String)
    case found(LinkPeer)
    /// It has one in a network namespace without a name.
    case outOfSight
  }

  /// Looks for the other end of the device called `name` of the namespace of the calling thread.
  ///
  /// - Throws: `ENODEV` when there is no such device.
  public static func lookup(_ name: String) throws(SysError) -> Answer {
    let index = try Link(name).index()
    let socket = try NetlinkSocket()
    let request = NetlinkMessage.linkRequest(index: index)
    for message in try socket.answers(to: request, subject: name)
    where message.type == NetlinkMessage.newLink && message.body.count >= 16 {
      return try find(message, from: socket)
    }
    throw SysError(call: "RTM_GETLINK", subject: name, errno: ENODEV)
  }

  /// The end that `message`, an answer about a link, speaks of.
  private static func find(
    _ message: NetlinkMessage, from socket: borrowing NetlinkSocket
  ) throws(SysError) -> Answer {
    var peer: Int32?
    var namespace: Int32?
    var kind = ""
    for attribute in NetlinkAttributes(message.body.dropFirst(16)) {
      switch attribute.type {
      case 5 where attribute.value.count == 4:  // IFLA_LINK
        peer = attribute.value.load(Int32.self, at: 0)
      case 37 where attribute.value.count == 4:  // IFLA_LINK_NETNSID
        namespace = attribute.value.load(Int32.self, at: 0)
      case 18:  // IFLA_LINKINFO, with IFLA_INFO_KIND
        for part in NetlinkAttributes(attribute.value) where part.type == 1 {
          kind = String(decoding: part.value.prefix { $0 != 0 }, as: UTF8.self)
        }
      default: break
      }
    }
    guard kind == "veth", let peer else { return .none(kind: kind) }
    guard let namespace else {
      return try nameOfLink(peer).map { .found(LinkPeer(name: $0, place: .here)) } ?? .outOfSight
    }
    let own = NetworkNamespace.process(getpid())
    for candidate in [own] + NetworkNamespace.allNamed()
    where (try? candidate.identifier(from: socket)) == namespace {
      let name = try candidate.run { () throws(SysError) in try nameOfLink(peer) }
      let place: Place = candidate == own ? .ofThisProcess : .namespace(candidate)
      return name.map { .found(LinkPeer(name: $0, place: place)) } ?? .outOfSight
    }
    return .outOfSight
  }

  /// The name of the device with that number in the namespace of the calling thread.
  private static func nameOfLink(_ index: Int32) throws(SysError) -> String? {
    for message in try NetlinkSocket().answers(to: NetlinkMessage.linkRequest(index: index), subject: "") {
      if case .changed(let info) = LinkEvent(message) { return info.name }
    }
    return nil
  }
}

extension NetworkNamespace {
  /// Those that `ip netns` has names for.
  static func allNamed() -> [NetworkNamespace] {
    guard let directory = unsafe opendir("/run/netns") else { return [] }
    defer { unsafe closedir(directory) }
    var names: [String] = []
    while let entry = unsafe readdir(directory) {
      let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
        unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
      }
      if !name.hasPrefix(".") { names.append(name) }
    }
    return names.sorted().map { .named($0) }
  }

  /// The number that `socket`'s namespace has for this one; `nil` when it has none.
  fileprivate func identifier(from socket: borrowing NetlinkSocket) throws(SysError) -> Int32? {
    let file = try openFile()
    let request = NetlinkMessage.namespaceRequest(descriptor: file.rawValue)
    for message in try socket.answers(to: request, subject: path)
    where message.type == NetlinkMessage.newNamespace && message.body.count >= 4 {
      for attribute in NetlinkAttributes(message.body.dropFirst(4))
      where attribute.type == 1 && attribute.value.count == 4 {  // NETNSA_NSID
        let identifier = attribute.value.load(Int32.self, at: 0)
        return identifier < 0 ? nil : identifier
      }
    }
    return nil
  }
}
