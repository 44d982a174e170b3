// Memory: the kernel writes into an array of the call, of which it is told the size.
import CLinux
import Glibc

/// One message of route netlink (RFC 3549, section 2.2): the kernel's language for network devices. Integers are
/// in the machine's order; messages and attributes start at multiples of 4 bytes.
struct NetlinkMessage {
  static var error: UInt16 { 2 }
  static var done: UInt16 { 3 }
  static var newLink: UInt16 { 16 }
  static var deletedLink: UInt16 { 17 }
  static var newNamespace: UInt16 { 88 }

  var type: UInt16
  var body: ArraySlice<UInt8>

  /// Asks for one link, or for all.
  static func linkRequest(index: Int32?) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 32)
    bytes.store(UInt32(32), at: 0)
    bytes.store(UInt16(18), at: 4)  // RTM_GETLINK
    bytes.store(UInt16(index == nil ? 0x301 : 0x1), at: 6)  // NLM_F_REQUEST, and NLM_F_DUMP for all
    bytes.store(index ?? 0, at: 20)
    return bytes
  }

  /// Asks for the number of the network namespace whose file is open as `descriptor`.
  static func namespaceRequest(descriptor: CInt) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: 28)
    bytes.store(UInt32(28), at: 0)
    bytes.store(UInt16(90), at: 4)  // RTM_GETNSID
    bytes.store(UInt16(0x1), at: 6)  // NLM_F_REQUEST
    bytes.store(UInt16(8), at: 20)
    bytes.store(UInt16(3), at: 22)  // NETNSA_FD
    bytes.store(descriptor, at: 24)
    return bytes
  }

  /// The messages of a datagram. What is malformed ends it.
  static func all(in datagram: ArraySlice<UInt8>) -> [NetlinkMessage] {
    var rest = datagram
    var messages: [NetlinkMessage] = []
    while rest.count >= 16, case let length = Int(rest.load(UInt32.self, at: 0)), length >= 16,
      length <= rest.count
    {
      messages.append(
        NetlinkMessage(type: rest.load(UInt16.self, at: 4), body: rest.prefix(length).dropFirst(16)))
      rest = rest.dropFirst((length + 3) & ~3)
    }
    return messages
  }
}

/// The attributes at the end of a message. What is malformed ends them.
struct NetlinkAttributes: Sequence, IteratorProtocol {
  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  mutating func next() -> (type: UInt16, value: ArraySlice<UInt8>)? {
    guard rest.count >= 4, case let length = Int(rest.load(UInt16.self, at: 0)), length >= 4,
      length <= rest.count
    else { return nil }
    // The two highest bits say how the value is built.
    let type = rest.load(UInt16.self, at: 2) & 0x3fff
    let value = rest.prefix(length).dropFirst(4)
    rest = rest.dropFirst((length + 3) & ~3)
    return (type, value)
  }
}

/// A socket to ask the kernel about links, or to hear of them.
struct NetlinkSocket: ~Copyable, Sendable {
  /// Bytes of the longest datagram: the kernel fills no more into one.
  private static var capacity: Int { 32_768 }

  let descriptor: OwnedDescriptor

  /// A socket that hears of changes of links, or only of what it asks for.
  init(hearsOfLinks: Bool = false) throws(SysError) {
    descriptor = try OwnedDescriptor(clinux_netlink_open(hearsOfLinks ? 1 : 0), call: "socket(AF_NETLINK)")
  }

  /// The messages of the next datagram; `nil` when none is there.
  ///
  /// - Throws: `ENOBUFS` when datagrams were lost.
  func receive() throws(SysError) -> [NetlinkMessage]? {
    var buffer = [UInt8](repeating: 0, count: Self.capacity)
    while true {
      let length = unsafe clinux_netlink_receive(descriptor.rawValue, &buffer, Self.capacity)
      if length >= 0 { return NetlinkMessage.all(in: buffer.prefix(length)) }
      switch CInt(-length) {
      case EAGAIN: return nil
      case EINTR, EBADMSG: continue
      case let errno: throw SysError(call: "recvmsg(AF_NETLINK)", errno: errno)
      }
    }
  }

  /// Sends `request` and returns all that the kernel answers, which it has done when the request is sent.
  func answers(to request: [UInt8], subject: String) throws(SysError) -> [NetlinkMessage] {
    let sent = unsafe clinux_write(descriptor.rawValue, request, request.count)
    try SysError.check(CInt(clamping: sent), call: "RTM_GETLINK", subject: subject)
    var answers: [NetlinkMessage] = []
    while let messages = try receive() {
      for message in messages {
        if message.type == NetlinkMessage.done { return answers }
        if message.type == NetlinkMessage.error, message.body.count >= 4 {
          try SysError.check(message.body.load(CInt.self, at: 0), call: "RTM_GETLINK", subject: subject)
        }
        answers.append(message)
      }
    }
    return answers
  }
}

extension ArraySlice where Element == UInt8 {
  /// The integer in the machine's order, `offset` bytes behind the slice's start. Traps outside the slice.
  func load<T: FixedWidthInteger>(_: T.Type, at offset: Int) -> T {
    var value: T = 0
    for i in 0..<(T.bitWidth / 8) {
      value |= T(truncatingIfNeeded: self[startIndex + offset + i]) << T(truncatingIfNeeded: 8 * i)
    }
    return T(littleEndian: value)
  }
}

extension [UInt8] {
  /// Stores an integer in the machine's order.
  mutating func store<T: FixedWidthInteger>(_ value: T, at offset: Int) {
    for i in 0..<(T.bitWidth / 8) {
      self[offset + i] = UInt8(truncatingIfNeeded: value.littleEndian >> T(truncatingIfNeeded: 8 * i))
    }
  }
}
