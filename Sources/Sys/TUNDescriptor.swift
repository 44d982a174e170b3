// Memory: the kernel's name goes into 16 bytes of the call.
import CLinux
import Glibc

/// The device that a descriptor of `/dev/net/tun` or `/dev/tapN` is a queue of.
public struct TUNDescriptor: Hashable, Sendable {
  /// The flags of TUNGETIFF, under their names in `<linux/if_tun.h>`.
  public struct Flags: OptionSet, Hashable, Sendable {
    public let rawValue: UInt16
    public init(rawValue: UInt16) { self.rawValue = rawValue }
    /// IFF_TUN: no Ethernet headers.
    public static var tun: Flags { .init(rawValue: 0x0001) }
    /// IFF_TAP.
    public static var tap: Flags { .init(rawValue: 0x0002) }
    /// IFF_MULTI_QUEUE.
    public static var severalQueues: Flags { .init(rawValue: 0x0100) }
    /// IFF_DETACH_QUEUE: the device takes and gives no frames by this descriptor.
    public static var detached: Flags { .init(rawValue: 0x0400) }
    /// IFF_VNET_HDR: a virtio header in front of a frame.
    public static var offloadHeader: Flags { .init(rawValue: 0x4000) }
  }

  /// As the device is called now, in the namespace where it is now.
  public var name: String
  /// IFF_NO_PI is not among them: TUNGETIFF gives its bit another meaning, IFF_NOFILTER.
  public var flags: Flags
  /// Whether four bytes of packet information are in front of each frame, which IFF_NO_PI prevents.
  public var hasPacketInformation: Bool

  public init(name: String, flags: Flags, hasPacketInformation: Bool = false) {
    self.name = name
    self.flags = flags
    self.hasPacketInformation = hasPacketInformation
  }

  /// Asks the kernel.
  ///
  /// - Throws: `EBADFD` when there is no device behind the descriptor, none yet or none any more; `ENOTTY` or `EINVAL` when
  ///   it is something else.
  public init(of descriptor: CInt) throws(SysError) {
    let (name, flags) = try Self.name(of: descriptor)
    self.init(name: name, flags: flags)
    // Macvtap devices have no packet information, and are no links of this kind.
    let link = try? Self.onDevice(named: name, of: descriptor) { name throws(SysError) in
      try TUNLink.lookup(name)
    }
    if case .tun(let link) = link { hasPacketInformation = link.hasPacketInformation }
  }

  private static func name(of descriptor: CInt) throws(SysError) -> (name: String, flags: Flags) {
    var name: InlineArray<16, CChar> = .init(repeating: 0)
    var bytes = name.mutableSpan
    let flags = unsafe bytes.withUnsafeMutableBufferPointer { room in
      unsafe clinux_tun_describe(descriptor, room.baseAddress)
    }
    try SysError.check(flags, call: "TUNGETIFF")
    var text: [UInt8] = []
    for i in name.indices where name[i] != 0 { text.append(UInt8(bitPattern: name[i])) }
    return (
      String(decoding: text, as: UTF8.self), Flags(rawValue: UInt16(truncatingIfNeeded: flags))
    )
  }

  /// The network namespace where the device of `descriptor` is now; `nil` for a kind of device that does not tell.
  public static func namespace(of descriptor: CInt) -> OwnedDescriptor? {
    try? OwnedDescriptor(clinux_tun_namespace(descriptor), call: "TUNGETDEVNETNS")
  }

  /// Runs `body` with the device's name, where the device is.
  public static func onDevice<Value: ~Copyable & Sendable>(
    of descriptor: CInt, _ body: @escaping @Sendable (_ name: String) throws(SysError) -> Value
  ) throws(SysError) -> Value {
    try onDevice(named: try name(of: descriptor).name, of: descriptor, body)
  }

  private static func onDevice<Value: ~Copyable & Sendable>(
    named name: String, of descriptor: CInt,
    _ body: @escaping @Sendable (_ name: String) throws(SysError) -> Value
  ) throws(SysError) -> Value {
    guard let place = namespace(of: descriptor) else { return try body(name) }
    let value = try NetworkNamespace.open(place.rawValue).run { () throws(SysError) in try body(name) }
    extendLifetime(place)
    return value
  }
}
