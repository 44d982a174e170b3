import Glibc
import Ports
import Sys

/// The socket beside the management socket at which clients hand over descriptors (`HandOver`): SwiftNIO receives none. Used on
/// the control thread.
///
/// # Theory
/// Nobody waits here. Connections and messages stay in the kernel until a request names the descriptors, which were sent
/// before it, or until `tick` looks after those whose request does not come.
final class DescriptorSocket {
  /// Connections whose descriptors nobody has asked for yet; when one more comes the oldest is closed.
  static var mostWaiting: Int { 64 }

  private let listener: OwnedDescriptor
  private let path: String
  /// The oldest first.
  private var waiting: [Visitor] = []

  init(path: String) throws(SysError) {
    listener = try UnixSocket.bound(
      .messages, to: UnixAddress(path), owner: nil, permissions: 0o660, backlog: 128)
    self.path = path
  }

  deinit { ProcessSettings.removeFile(path) }

  /// The descriptors that were handed over under that name, once.
  func claim(_ name: String) -> HandedDescriptors? {
    hear()
    guard let index = waiting.firstIndex(where: { $0.name == name }) else { return nil }
    let visitor = waiting.remove(at: index)
    return HandedDescriptors(giver: visitor.process, visitor.descriptors)
  }

  /// To be called once a second: closes what belongs to clients that are gone.
  func tick() {
    hear()
    waiting.removeAll(where: \.hasEnded)
  }

  private func hear() {
    while let socket = try? UnixSocket.accept(from: listener.rawValue) {
      guard let peer = try? UnixPeer(of: socket.rawValue), peer.isTrusted else { continue }
      waiting.append(Visitor(socket, process: peer.process))
      if waiting.count > Self.mostWaiting { waiting.removeFirst() }
    }
    for visitor in waiting { visitor.hear() }
  }
}

/// One client, and what it has handed over so far.
private final class Visitor {
  let process: Int32
  private(set) var name: String?
  private(set) var descriptors: [Int: SharedDescriptor] = [:]
  private(set) var hasEnded = false
  private let socket: OwnedDescriptor

  init(_ socket: consuming OwnedDescriptor, process: Int32) {
    self.socket = socket
    self.process = process
  }

  func hear() {
    while !hasEnded {
      do throws(SysError) {
        let message = try DescriptorMessages.receive(from: socket.rawValue, capacity: 256)
        if !take(message.bytes, message.descriptors) { hasEnded = true }
      } catch {
        if error.errno == EAGAIN { return }
        if error.errno != EINTR { hasEnded = true }
      }
    }
  }

  /// `false` for what is no message `NAME NUMBER...` with as many descriptors, all of them new, and for another name than in
  /// the first one.
  private func take(_ bytes: [UInt8], _ received: [SharedDescriptor]) -> Bool {
    let words = String(decoding: bytes, as: UTF8.self).split(separator: " ")
    let numbers = words.dropFirst().compactMap { Int($0) }
    guard let first = words.first, (name ?? String(first)) == first, !numbers.isEmpty,
      numbers.count == words.count - 1, numbers.count == received.count
    else { return false }
    name = String(first)
    for (number, descriptor) in zip(numbers, received) {
      guard descriptors.count < TAPOptions.mostQueues,
        descriptors.updateValue(descriptor, forKey: number) == nil
      else { return false }
    }
    return true
  }
}
