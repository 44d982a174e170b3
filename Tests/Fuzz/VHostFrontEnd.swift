// Memory: messages are read into an array of this object, and never beyond it.
import CLinux
import Glibc
import Sys

/// A front end's end of the connection to a port: messages out with descriptors, answers in.
final class VHostFrontEnd {
  /// Requests that the fuzzer speaks of by name, by their numbers in the vhost-user specification.
  enum Request {
    static let getFeatures: UInt32 = 1
    static let setFeatures: UInt32 = 2
    static let setOwner: UInt32 = 3
    static let setMemoryTable: UInt32 = 5
    static let setLogBase: UInt32 = 6
    static let setRingSize: UInt32 = 8
    static let setRingAddresses: UInt32 = 9
    static let setRingBase: UInt32 = 10
    static let getRingBase: UInt32 = 11
    static let setRingKick: UInt32 = 12
    static let setRingCall: UInt32 = 13
    static let setRingError: UInt32 = 14
    static let setProtocolFeatures: UInt32 = 16
    static let setRingEnabled: UInt32 = 18
    static let setInflight: UInt32 = 32
    static let last: UInt32 = 44
  }

  enum Answer {
    /// The switch has done all that it was asked for.
    case done
    /// It has ended the connection.
    case ended
    /// It says nothing.
    case none
  }

  private let socket: OwnedDescriptor
  private var received: [UInt8] = []
  private var room = [UInt8](repeating: 0, count: 4096)

  init(_ path: String) throws(SysError) {
    socket = try UnixSocket.connected(to: UnixAddress(path))
  }

  static func message(_ request: UInt32, flags: UInt32 = 1, _ payload: [UInt8]) -> [UInt8] {
    bytes([request, flags, UInt32(payload.count)]) + payload
  }

  static func bytes(_ words: [UInt32]) -> [UInt8] {
    words.flatMap { word in (0..<4).map { UInt8(truncatingIfNeeded: word >> UInt32(8 * $0)) } }
  }

  static func bytes(_ words: [UInt64]) -> [UInt8] {
    words.flatMap { bytes([UInt32(truncatingIfNeeded: $0), UInt32(truncatingIfNeeded: $0 >> 32)]) }
  }

  /// Sends bytes and descriptors as they are.
  func send(_ bytes: [UInt8], _ descriptors: [CInt] = []) {
    guard !bytes.isEmpty else { return }
    _ = unsafe bytes.withUnsafeBytes { bytes in
      unsafe descriptors.withUnsafeBufferPointer { descriptors in
        unsafe clinux_send_message(
          socket.rawValue, bytes.baseAddress, bytes.count, descriptors.baseAddress, CInt(descriptors.count))
      }
    }
  }

  /// Says that nothing will follow.
  func finish() { _ = shutdown(socket.rawValue, CInt(SHUT_WR)) }

  /// Waits until the switch has done what was sent before, or ends the connection.
  func settle() -> Answer {
    send(Self.message(Request.getFeatures, []))
    return wait()
  }

  private func word(at place: Int) -> UInt32 {
    var word: UInt32 = 0
    for byte in received[place..<place + 4].reversed() { word = word << 8 | UInt32(byte) }
    return word
  }

  /// Waits for the answer to a GET_FEATURES, or for the connection's end.
  func wait() -> Answer {
    while true {
      while received.count >= 12 {
        let request = word(at: 0)
        let length = 12 + Int(word(at: 8))
        guard received.count >= length else { break }
        received.removeFirst(length)
        if request == Request.getFeatures { return .done }
      }
      var files: InlineArray<8, CInt> = .init(repeating: -1)
      var count: CInt = 0
      var places = files.mutableSpan
      let result = unsafe room.withUnsafeMutableBytes { room in
        unsafe places.withUnsafeMutableBufferPointer { places in
          unsafe clinux_receive_message(
            socket.rawValue, room.baseAddress, room.count, places.baseAddress, &count)
        }
      }
      for i in 0..<Int(count) { close(files[i]) }
      if result > 0 {
        received += room[..<result]
      } else if result == 0 || result == -Int(ECONNRESET) {
        return .ended
      } else if result == -Int(EAGAIN) {
        var event = pollfd(fd: socket.rawValue, events: Int16(POLLIN), revents: 0)
        if unsafe poll(&event, 1, 20_000) == 0 { return .none }
      }
    }
  }
}
