import NIOCore
import NIOPosix
import NIOSSL
import Sys

/// Why a connection could not be made or ended, in words.
enum ConnectionFault {
  static func text(of error: any Error) -> String {
    switch error {
    case let error as IOError: return SysError.text(of: error.errnoCode)
    case let error as TLSFault: return error.message
    case let error as ChannelError:
      if case .connectTimeout = error { return "no answer" }
      return "\(error)"
    case let error as NIOSSLError: return TLSFault.text(of: error)
    default: return "\(error)"
    }
  }

  static var closedByPeer: String { "the controller closed the connection" }
}
