import Glibc
import Sys

/// Descriptors on their way to the daemon, beside a request that names them.
///
/// They go over a connection of their own, `RunDirectory.descriptorSocket`: messages that carry them (SCM_RIGHTS) and say in
/// text a name for them all and their numbers here. The request names them by the same name. What no request has taken when
/// the connection ends, the daemon closes; so this is kept until the request is answered.
public struct HandOver: ~Copyable {
  /// Nobody can guess it.
  public let name: String
  private let socket: OwnedDescriptor

  /// Hands over the descriptors that `words`, those of a request, name; `nil` when they name none.
  public static func of(_ words: [String], to directory: RunDirectory) throws(MessageError) -> HandOver? {
    let numbers = numbers(namedIn: words)
    guard !numbers.isEmpty else { return nil }
    for number in numbers where fcntl(number, F_GETFD) < 0 {
      throw MessageError(
        message:
          "options:fd=\(number): apus was started without a descriptor \(number); in a shell '\(number)<>FILE' opens one"
      )
    }
    var random = SystemRandomNumberGenerator()
    let name = String(random.next(), radix: 16) + String(random.next(), radix: 16)
    do throws(SysError) {
      return HandOver(name: name, socket: try send(numbers, as: name, to: directory.descriptorSocket))
    } catch {
      throw MessageError(message: "descriptors cannot be handed over: \(error)")
    }
  }

  private init(name: String, socket: consuming OwnedDescriptor) {
    self.name = name
    self.socket = socket
  }

  private static func send(
    _ numbers: [CInt], as name: String, to path: String
  ) throws(SysError) -> OwnedDescriptor {
    let socket = try connected(to: path)
    for start in stride(from: 0, to: numbers.count, by: DescriptorMessages.mostDescriptors) {
      let part = Array(numbers[start...].prefix(DescriptorMessages.mostDescriptors))
      let text = ([name] + part.map(String.init)).joined(separator: " ")
      try DescriptorMessages.send(Array(text.utf8), with: part, to: socket.rawValue)
    }
    return socket
  }

  private static func connected(to path: String) throws(SysError) -> OwnedDescriptor {
    let address = try UnixAddress(path)
    // The daemon looks once a second at least.
    for _ in 0..<500 {
      do throws(SysError) { return try UnixSocket.connected(.messages, to: address) } catch {
        guard error.errno == EAGAIN else { throw error }
      }
      _ = poll(nil, 0, 10)
    }
    return try UnixSocket.connected(.messages, to: address)
  }

  /// Those of `options:fd=7:8` and `options={fd=7, ...}`, each once. What is no number is left to the daemon to refuse.
  static func numbers(namedIn words: [String]) -> [CInt] {
    var result: [CInt] = []
    for word in words {
      for value in values(of: word) {
        for number in value.split(separator: ":").compactMap({ CInt($0) })
        where number >= 0 && !result.contains(number) {
          result.append(number)
        }
      }
    }
    return result
  }

  private static func values(of word: String) -> [String] {
    if word.hasPrefix("options:fd=") { return [word.dropFirst(11).filter { $0 != "\"" }] }
    guard word.hasPrefix("options=") else { return [] }
    return word.dropFirst(8).split(whereSeparator: { "{}, ".contains($0) }).filter { $0.hasPrefix("fd=") }
      .map { $0.dropFirst(3).filter { $0 != "\"" } }
  }
}
