import ControlProtocol

/// Where a switch or a controller listens: `unix:PATH`, `tcp:ADDRESS[:PORT]`, a path, or a bridge of ours.
enum SwitchAddress: Hashable {
  case unix(path: String)
  case tcp(address: String, port: UInt16)
  case bridge(String)

  /// IANA's port for OpenFlow.
  static var defaultPort: UInt16 { 6653 }

  /// Whether the word can be nothing but an address: a bridge's name has neither a colon at that place nor a
  /// slash.
  static func isExplicit(_ word: String) -> Bool {
    ["unix:", "tcp:", "ssl:"].contains { word.hasPrefix($0) } || word.hasPrefix("/") || word.hasPrefix("./")
  }

  init(_ text: String) throws(OfctlError) {
    if text.hasPrefix("unix:") {
      self = .unix(path: String(text.dropFirst(5)))
    } else if text.hasPrefix("tcp:") {
      self = try Self.tcp(text.dropFirst(4))
    } else if text.hasPrefix("ssl:") {
      throw OfctlError("\(text): this client does not speak TLS; use tcp: or unix:")
    } else if text.hasPrefix("/") || text.hasPrefix("./") {
      self = .unix(path: text)
    } else if text.contains(":") || text.isEmpty {
      throw OfctlError("'\(text)' is not a switch: BRIDGE, unix:PATH or tcp:ADDRESS[:PORT]")
    } else {
      self = .bridge(text)
    }
  }

  private static func tcp(_ text: Substring) throws(OfctlError) -> SwitchAddress {
    var address = text
    var port: Substring?
    if text.hasPrefix("[") {
      guard let end = text.firstIndex(of: "]") else { throw OfctlError("tcp:\(text): ']' is missing") }
      address = text[text.index(after: text.startIndex)..<end]
      let rest = text[text.index(after: end)...]
      port = rest.hasPrefix(":") ? rest.dropFirst() : nil
    } else if let colon = text.lastIndex(of: ":"), text.firstIndex(of: ":") == colon {
      address = text[..<colon]
      port = text[text.index(after: colon)...]
    }
    guard let port else { return .tcp(address: String(address), port: defaultPort) }
    guard let number = UInt16(port), number > 0 else {
      throw OfctlError("tcp:\(text): '\(port)' is not a port number from 1 to 65535")
    }
    return .tcp(address: String(address), port: number)
  }

  /// Connects. `suffix` is what follows a bridge's name in its socket's path.
  func open(
    in directory: RunDirectory, suffix: String = RunDirectory.openFlowSuffix, timeoutSeconds: Int
  ) throws(OfctlError) -> ClientStream {
    do throws(ClientError) {
      switch self {
      case .unix(let path): return try ClientStream(path: path, timeoutSeconds: timeoutSeconds)
      case .tcp(let address, let port):
        return try ClientStream(address: address, port: port, timeoutSeconds: timeoutSeconds)
      case .bridge(let name):
        return try ClientStream(
          path: "\(directory.path)/\(name)\(suffix)", timeoutSeconds: timeoutSeconds)
      }
    } catch {
      switch (self, error) {
      case (.bridge(let name), .notRunning(let path)):
        throw OfctlError("no bridge '\(name)': nobody listens on \(path); 'apus list-br' lists the bridges")
      case (_, .notRunning(let place)): throw OfctlError("\(place): nobody listens there")
      default: throw OfctlError("\(error)")
      }
    }
  }
}
