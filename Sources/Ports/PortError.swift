public import Sys

/// Why a port could not be opened.
public enum PortError: Error, Hashable, Sendable {
  /// The kernel refused.
  case system(SysError)
  /// A capture file cannot be read or written.
  case capture(CaptureError)
  /// The type or an option is not what it has to be.
  case option(PortOptionError)
}

extension PortError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .system(let error): error.description
    case .capture(let error): error.description
    case .option(let error): error.description
    }
  }
}
