// Memory: messages are read into an array of this object, of the longest message's length, and never beyond it.
import CLinux
import Glibc
import Sys

/// One connection to a front end: bytes and descriptors in, whole messages out. Never waits.
final class VHostConnection {
  enum Event {
    case message(VHostMessage, [ReceivedDescriptor])
    /// Nothing more for now.
    case nothing
    /// The connection has ended; why, for people.
    case ended(String)
  }

  private let socket: OwnedDescriptor
  private var bytes: [UInt8] = Array(
    repeating: 0, count: VHostMessage.headerLength + VHostMessage.longestPayload)
  private var filled = 0
  private var descriptors: [ReceivedDescriptor] = []

  private let closer: ForeignCloser

  /// - Parameter closer: what closes the descriptors that come.
  init(_ socket: consuming OwnedDescriptor, closer: ForeignCloser) {
    self.socket = socket
    self.closer = closer
  }

  var descriptor: CInt { socket.rawValue }

  /// The next message, as far as it is there.
  func next() -> Event {
    while true {
      var wanted = VHostMessage.headerLength
      var header: VHostMessage.Header?
      if filled >= wanted {
        do throws(VHostMessage.Malformation) {
          header = try VHostMessage.Header(bytes[..<VHostMessage.headerLength])
        } catch {
          return .ended("the front end sent \(error)")
        }
        wanted += header?.length ?? 0
      }
      if let header, filled == wanted {
        defer {
          filled = 0
          descriptors = []
        }
        let payload = Array(bytes[VHostMessage.headerLength..<wanted])
        return .message(
          VHostMessage(header.request, needsReply: header.needsReply, payload: payload), descriptors)
      }
      if let event = receive(upTo: wanted) { return event }
    }
  }

  /// Bytes up to `end` of the message. `nil` when there were some.
  private func receive(upTo end: Int) -> Event? {
    var received: InlineArray<8, CInt> = .init(repeating: -1)
    var count: CInt = 0
    let start = filled
    var places = received.mutableSpan
    let result = unsafe bytes.withUnsafeMutableBytes { room in
      unsafe places.withUnsafeMutableBufferPointer { places in
        unsafe clinux_receive_message(
          socket.rawValue, room.baseAddress.map { unsafe $0 + start }, end - start, places.baseAddress, &count
        )
      }
    }
    for i in 0..<Int(count) { descriptors.append(ReceivedDescriptor(received[i], closer: closer)) }
    if descriptors.count > Int(clinux_most_descriptors) {
      return .ended("the front end sent too many descriptors")
    }
    if result > 0 {
      filled += result
      return nil
    }
    switch CInt(-result) {
    case 0: return .ended("the front end closed the connection")
    case EAGAIN: return .nothing
    case EINTR: return nil
    case let error: return .ended("the connection failed: \(SysError.text(of: error))")
    }
  }

  /// Sends an answer. `false` when the front end takes none.
  func send(_ answer: [UInt8], with file: CInt? = nil) -> Bool {
    var files: InlineArray<1, CInt> = .init(repeating: file ?? -1)
    var places = files.mutableSpan
    let sent = unsafe answer.withUnsafeBytes { bytes in
      unsafe places.withUnsafeMutableBufferPointer { places in
        unsafe clinux_send_message(
          socket.rawValue, bytes.baseAddress, bytes.count, places.baseAddress, file == nil ? 0 : 1)
      }
    }
    return sent == answer.count
  }
}
