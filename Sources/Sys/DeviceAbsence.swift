import Glibc

extension SysError {
  /// Why a device cannot be used for now; `nil` for errors that waiting does not cure.
  public enum DeviceAbsence: Sendable {
    case noDevice
    case noNamespace
    case isDown
    /// Nobody listens at a Unix socket.
    case noListener
    /// Who was at the other end of a connection is gone.
    case noPeer
  }

  public var deviceAbsence: DeviceAbsence? {
    switch errno {
    case ENODEV, ENXIO, EBADFD: subject == "/dev/net/tun" ? nil : .noDevice
    case ENETDOWN: .isDown
    case ENOTCONN: .noPeer
    case ECONNREFUSED where call == "connect", ENOENT where call == "connect": .noListener
    case ENOENT where subject.hasPrefix("/run/netns/") || subject.hasPrefix("/proc/"): .noNamespace
    default: nil
    }
  }
}
