import Glibc

extension SysError {
  /// Why a device cannot be used for now; `nil` for errors that waiting does not cure.
  public enum DeviceAbsence: Sendable {
    case noDevice
    case noNamespace
    case isDown
  }

  public var deviceAbsence: DeviceAbsence? {
    switch errno {
    case ENODEV, ENXIO, EBADFD: .noDevice
    case ENETDOWN: .isDown
    case ENOENT where subject.hasPrefix("/run/netns/") || subject.hasPrefix("/proc/"): .noNamespace
    default: nil
    }
  }
}
