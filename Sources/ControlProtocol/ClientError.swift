public import Sys

/// Why the daemon did not answer.
public enum ClientError: Error, Equatable, Sendable {
  case pathTooLong(String)
  case badAddress(String)
  case notRunning(String)
  case notAllowed(String)
  case timeout(String)
  case closed(String)
  case badReply(String)
  case system(SysError)
}

extension ClientError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .pathTooLong(let path): "\(path): a socket's path has at most 107 bytes"
    case .badAddress(let text): "'\(text)' is not an IPv4 or IPv6 address; names are not looked up"
    case .notRunning(let path): "\(path): nobody listens; is apusd running, and is --run-dir right?"
    case .notAllowed(let path): "\(path): permission denied; the socket is for root and its group"
    case .timeout(let path): "\(path): no answer in time; --timeout=SECONDS waits longer"
    case .closed(let path): "\(path): the daemon closed the connection"
    case .badReply(let reason): "the daemon's answer cannot be read: \(reason)"
    case .system(let error): "\(error)"
    }
  }
}
