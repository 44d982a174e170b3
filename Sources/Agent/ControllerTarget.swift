import Match
public import NIOCore

/// How a controller is reached, or how it reaches the switch: `tcp:192.0.2.1:6653`, `ptcp:6653:[::1]`.
public struct ControllerTarget: Hashable, Sendable, CustomStringConvertible {
  public enum Method: String, CaseIterable, Sendable {
    case tcp, ssl, unix
    /// The switch waits for connections.
    case ptcp, pssl, punix

    public var isPassive: Bool { self == .ptcp || self == .pssl || self == .punix }
    public var isEncrypted: Bool { self == .ssl || self == .pssl }

    /// What stands behind the colon.
    fileprivate var form: String {
      switch self {
      case .tcp, .ssl: "\(rawValue):IP[:PORT]"
      case .ptcp, .pssl: "\(rawValue):[PORT][:IP]"
      case .unix, .punix: "\(rawValue):/PATH"
      }
    }
  }

  /// The port that IANA gave to OpenFlow.
  public static var defaultPort: Int { 6653 }

  /// As it was written.
  public let description: String
  public let method: Method
  /// Where to connect to, or to listen at.
  public let address: SocketAddress

  /// Throws an error that says what is wrong and what is allowed.
  public init(_ text: String) throws(ControllerTargetError) {
    description = text
    let colon = text.firstIndex(of: ":")
    let name = String(text[..<(colon ?? text.endIndex)])
    let names = Method.allCases.map(\.rawValue)
    guard let colon, let method = Method(rawValue: name) else {
      let forms = Method.allCases.map(\.form).joined(separator: ", ")
      let hint = nearestName(to: name, among: names).map { $0 == name ? "" : "; did you mean '\($0)'?" } ?? ""
      throw ControllerTargetError("'\(text)' is no controller\(hint) (allowed: \(forms))")
    }
    self.method = method
    let rest = text[text.index(after: colon)...]
    do throws(Fault) {
      switch method {
      case .tcp, .ssl: address = try Self.active(rest)
      case .ptcp, .pssl: address = try Self.passive(rest)
      case .unix, .punix: address = try Self.path(rest)
      }
    } catch {
      throw ControllerTargetError("'\(text)': \(error.reason) (the form is \(method.form))")
    }
  }

  private struct Fault: Error {
    var reason: String
  }

  /// `IP[:PORT]`.
  private static func active(_ text: Substring) throws(Fault) -> SocketAddress {
    let (host, rest) = try splitHost(text)
    guard !host.isEmpty else { throw Fault(reason: "an IP address is missing") }
    guard rest.isEmpty || rest.first == ":" else { throw Fault(reason: "'\(rest)' behind the address") }
    return try address(host, port: rest.isEmpty ? defaultPort : port(rest.dropFirst()))
  }

  /// `[PORT][:IP]`.
  private static func passive(_ text: Substring) throws(Fault) -> SocketAddress {
    let digits = text.prefix { $0 != ":" }
    let number = digits.isEmpty ? defaultPort : try port(digits)
    let rest = text[digits.endIndex...].dropFirst()
    guard !rest.isEmpty else { return try address("0.0.0.0", port: number) }
    let (host, tail) = try splitHost(rest)
    guard tail.isEmpty else { throw Fault(reason: "'\(tail)' behind the address") }
    return try address(host, port: number)
  }

  /// An address, in brackets if it is one of IPv6, and what follows it.
  private static func splitHost(_ text: Substring) throws(Fault) -> (host: Substring, rest: Substring) {
    guard text.first == "[" else {
      let host = text.prefix { $0 != ":" }
      let rest = text[host.endIndex...]
      if rest.dropFirst().contains(":") {
        throw Fault(reason: "an IPv6 address stands in brackets: [\(text)]")
      }
      return (host, rest)
    }
    guard let end = text.firstIndex(of: "]") else { throw Fault(reason: "'[' without ']'") }
    let host = text[..<end].dropFirst()
    guard host.contains(":") else { throw Fault(reason: "'\(host)' is not an IPv6 address") }
    return (host, text[text.index(after: end)...])
  }

  private static func port(_ text: Substring) throws(Fault) -> Int {
    let isNumber = !text.isEmpty && text.utf8.allSatisfy { (0x30...0x39).contains($0) }
    guard isNumber, let number = UInt16(text), number > 0 else {
      throw Fault(reason: "'\(text)' is not a port from 1 to 65535")
    }
    return Int(number)
  }

  private static func address(_ host: Substring, port: Int) throws(Fault) -> SocketAddress {
    do {
      return try SocketAddress(ipAddress: String(host), port: port)
    } catch {
      throw Fault(reason: "'\(host)' is not an IP address; names are not looked up")
    }
  }

  private static func path(_ text: Substring) throws(Fault) -> SocketAddress {
    guard text.first == "/" else { throw Fault(reason: "'\(text)' is not an absolute path") }
    do {
      return try SocketAddress(unixDomainSocketPath: String(text))
    } catch {
      throw Fault(reason: "the path of a socket has at most 107 bytes")
    }
  }

  /// Whether both mean the same place in the same way, however they are written.
  public func isSame(as other: ControllerTarget) -> Bool {
    method == other.method && address == other.address
  }

  public static func == (a: ControllerTarget, b: ControllerTarget) -> Bool { a.description == b.description }
  public func hash(into hasher: inout Hasher) { hasher.combine(description) }
}

/// Why a text is no controller.
public struct ControllerTargetError: Error, Hashable, Sendable {
  public var message: String
  init(_ message: String) { self.message = message }
}
