// Memory: bytes and descriptors go from and into arrays of the call, whose lengths the kernel is told.
import CLinux
import Glibc

/// A descriptor that several own: closed when the last of them lets go of it.
public final class SharedDescriptor: Sendable {
  private let owned: OwnedDescriptor
  public var rawValue: CInt { owned.rawValue }
  public init(_ owned: consuming OwnedDescriptor) { self.owned = owned }
}

/// Messages with descriptors beside them (SCM_RIGHTS, unix(7)), on a connection of `UnixSocket.Kind.messages`. Never waits.
public enum DescriptorMessages {
  /// The most descriptors of a message.
  public static var mostDescriptors: Int { Int(clinux_most_descriptors) }

  public static func send(_ bytes: [UInt8], with descriptors: [CInt], to socket: CInt) throws(SysError) {
    let result = unsafe clinux_send_message(socket, bytes, bytes.count, descriptors, CInt(descriptors.count))
    try SysError.check(CInt(clamping: result), call: "sendmsg")
  }

  /// The next message, of at most `capacity` bytes; empty at the connection's end.
  ///
  /// - Throws: `EAGAIN` when none is there.
  public static func receive(
    from socket: CInt, capacity: Int
  ) throws(SysError) -> (bytes: [UInt8], descriptors: [SharedDescriptor]) {
    var bytes = [UInt8](repeating: 0, count: capacity)
    var descriptors = [CInt](repeating: -1, count: mostDescriptors)
    var count: CInt = 0
    let result = unsafe clinux_receive_message(socket, &bytes, capacity, &descriptors, &count)
    let received = descriptors.prefix(Int(count)).map { SharedDescriptor(OwnedDescriptor(adopting: $0)) }
    try SysError.check(CInt(clamping: result), call: "recvmsg")
    return (Array(bytes.prefix(result)), received)
  }
}

/// Who is at the other end of a Unix socket's connection, as it was when he connected.
public struct UnixPeer: Hashable, Sendable {
  public var process: Int32
  public var user: UInt32
  /// Whether this process' own group is among his.
  public var isOfOwnGroup: Bool

  public init(of socket: CInt) throws(SysError) {
    var peer = clinux_peer()
    try SysError.check(unsafe clinux_unix_peer(socket, &peer), call: "SO_PEERCRED")
    process = peer.process
    user = peer.user
    let group = getegid()
    isOfOwnGroup = peer.group == group || clinux_unix_peer_has_group(socket, group) != 0
  }

  /// Whether it is somebody for whom a socket with permissions 0660 is.
  public var isTrusted: Bool { user == 0 || user == geteuid() || isOfOwnGroup }
}
