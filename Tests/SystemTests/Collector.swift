// `bind`, `getsockname` and `recv` get an address and an array that are as long as the call is told.
import Glibc
import Sys
import TestKit

/// A collector of IPFIX that listens on the loopback address of a namespace.
final class Collector {
  let port: UInt16
  private let socket: CInt
  private var decoder = IPFIXDecoder()
  private(set) var messages: [IPFIXDecoder.Message] = []

  /// - Parameter namespace: `nil` for that of the tests.
  init(in namespace: Namespace? = nil) throws {
    let bound = try Self.bound(in: namespace)
    (socket, port) = (bound.socket, bound.port)
  }

  deinit { close(socket) }

  private static func bound(in namespace: Namespace?) throws -> (socket: CInt, port: UInt16) {
    guard let namespace else { return try open() }
    return try NetworkNamespace.named(namespace.name).run { () throws(SysError) in try open() }
  }

  private static func open() throws(SysError) -> (socket: CInt, port: UInt16) {
    let socket = Glibc.socket(AF_INET, CInt(SOCK_DGRAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = unsafe withUnsafeMutablePointer(to: &address) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        unsafe bind(socket, $0, length) == 0 ? getsockname(socket, $0, &length) : -1
      }
    }
    guard result == 0 else { throw SysError(call: "bind", subject: "127.0.0.1", errno: errno) }
    return (socket, UInt16(bigEndian: address.sin_port))
  }

  /// Takes what has come.
  func receive() throws {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe recv(socket, &buffer, buffer.count, CInt(MSG_DONTWAIT))
      guard count > 0 else { return }
      messages.append(try decoder.decode(Array(buffer.prefix(count))))
    }
  }

  /// The records of flows, but none of the exporter's own.
  var records: [IPFIXDecoder.Record] { messages.flatMap(\.records).filter { $0.template != 462 } }

  /// Waits for that many records.
  func waitForRecords(_ count: Int) throws {
    try eventually("\(count) records") {
      try receive()
      return records.count >= count
    }
  }
}
