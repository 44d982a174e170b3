import NIOCore
import NIOPosix
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
    default: return "\(error)"
    }
  }

  static var closedByPeer: String { "the controller closed the connection" }
}
