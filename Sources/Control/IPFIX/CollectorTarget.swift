import NIOCore

/// Where a collector listens: `192.0.2.1:4739`, `[2001:db8::1]`.
struct CollectorTarget: Hashable, Sendable, CustomStringConvertible {
  /// The port that IANA gave to IPFIX over UDP.
  static var defaultPort: Int { 4739 }

  /// As it was written.
  let description: String
  let address: SocketAddress

  /// Throws an error that says what is wrong and what is allowed.
  init(_ text: String, subject: String) throws(CommandError) {
    func refusal(_ reason: String) -> CommandError {
      CommandError("\(subject): '\(text)': \(reason) (the form is IP[:PORT])")
    }
    description = text
    var host = text[...]
    var port = Substring()
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { throw refusal("'[' without ']'") }
      host = text[..<end].dropFirst()
      port = text[text.index(after: end)...]
      guard host.contains(":") else { throw refusal("'\(host)' is not an IPv6 address") }
    } else if let colon = text.firstIndex(of: ":") {
      host = text[..<colon]
      port = text[colon...]
      if port.dropFirst().contains(":") { throw refusal("an IPv6 address stands in brackets") }
    }
    var number = Self.defaultPort
    if !port.isEmpty {
      let digits = port.dropFirst()
      guard port.first == ":", !digits.isEmpty, digits.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
        let value = UInt16(digits), value > 0
      else { throw refusal("'\(port)' is not ':' and a port from 1 to 65535") }
      number = Int(value)
    }
    do {
      address = try SocketAddress(ipAddress: String(host), port: number)
    } catch {
      throw refusal("'\(host)' is not an IP address; names are not looked up")
    }
  }

  static func == (a: CollectorTarget, b: CollectorTarget) -> Bool { a.description == b.description }
  func hash(into hasher: inout Hasher) { hasher.combine(description) }
}
