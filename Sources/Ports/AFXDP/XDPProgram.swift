import CLinux
import Glibc
import Sys

/// The XDP program of a port, on the port's device: it gives each frame to the AF_XDP socket of its queue, and frames of
/// queues without one to the host's network stack.
///
/// The kernel takes it off the device when `link` is closed, whoever closes it: also when the switch dies.
struct XDPProgram: ~Copyable, Sendable {
  /// Where a program runs.
  enum Mode: Sendable {
    /// In the device's driver.
    case native
    /// Behind the driver, on frames of every driver.
    case generic

    fileprivate var flag: UInt32 {
      switch self {
      case .native: UInt32(clinux_xdp_native)
      case .generic: UInt32(clinux_xdp_generic)
      }
    }
  }

  let mode: Mode
  private let map: OwnedDescriptor
  private let link: OwnedDescriptor

  /// - Parameters:
  ///   - index: the device's, in the namespace of the calling thread.
  ///   - queues: those that can have a socket are 0 to `queues` - 1.
  ///   - modes: the first one that the device takes holds.
  init(device: String, index: CInt, queues: Int, modes: [Mode]) throws(SysError) {
    let map = try OwnedDescriptor(
      clinux_xdp_make_map(UInt32(queues)), call: "BPF_MAP_CREATE", subject: device)
    let program = try OwnedDescriptor(
      clinux_xdp_load_program(map.rawValue), call: "BPF_PROG_LOAD", subject: device)
    var result = -EOPNOTSUPP
    var taken = Mode.generic
    for mode in modes {
      taken = mode
      result = clinux_xdp_attach(program.rawValue, index, mode.flag)
      if result >= 0 || Self.isTheSameForAllModes(-result) { break }
    }
    link = try OwnedDescriptor(result, call: "BPF_LINK_CREATE", subject: device)
    mode = taken
    self.map = map
  }

  private static func isTheSameForAllModes(_ errno: CInt) -> Bool {
    switch errno {
    // A program of the same mode, and one of another.
    case EBUSY, EEXIST: true
    case EPERM, ENODEV: true
    default: false
    }
  }

  /// Gives what arrives by `queue` to `socket` from now on.
  func give(_ queue: Int, to socket: CInt, device: String) throws(SysError) {
    try SysError.check(
      clinux_xdp_map_set(map.rawValue, UInt32(queue), socket), call: "BPF_MAP_UPDATE_ELEM", subject: device)
  }
}
