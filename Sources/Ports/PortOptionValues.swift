import Sys

/// The options that somebody gave a port, read as what they have to be. `nil` for one that was not given.
struct PortOptionValues: Sendable {
  let values: [String: String]
  /// The type's name, for errors.
  let type: String

  func text(_ option: String) -> String? { values[option] }

  func integer(_ option: String, in range: ClosedRange<Int>) throws(PortError) -> Int? {
    guard let text = values[option] else { return nil }
    guard let value = Int(text), range.contains(value) else {
      throw bad(option, "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  func packetType(_ option: String) throws(PortError) -> PortPacketType? {
    guard let text = values[option] else { return nil }
    guard let type = PortPacketType(rawValue: text) else { throw bad(option, "legacy_l2, legacy_l3 or ptap") }
    return type
  }

  func xdpMode(_ option: String) throws(PortError) -> AFXDPOptions.Mode? {
    guard let text = values[option] else { return nil }
    guard let mode = AFXDPOptions.Mode(rawValue: text) else {
      throw bad(option, "one of \(AFXDPOptions.Mode.allCases.map(\.rawValue).joined(separator: ", "))")
    }
    return mode
  }

  func vhostMode(_ option: String) throws(PortError) -> VHostUserOptions.Mode? {
    guard let text = values[option] else { return nil }
    guard let mode = VHostUserOptions.Mode(rawValue: text) else { throw bad(option, "server or client") }
    return mode
  }

  func reception(_ option: String) throws(PortError) -> PacketSocketOptions.Reception? {
    guard let text = values[option] else { return nil }
    guard let reception = PacketSocketOptions.Reception(rawValue: text) else {
      throw bad(option, "auto, ring or mmsg")
    }
    return reception
  }

  func flag(_ option: String) throws(PortError) -> Bool? {
    switch values[option] {
    case nil: return nil
    case "true": return true
    case "false": return false
    default: throw bad(option, "true or false")
    }
  }

  /// Whether the port merges TCP segments.
  func merging() throws(PortError) -> Bool {
    switch values["gro"] {
    case nil, "auto": return true
    case "off": return false
    default: throw bad("gro", "auto or off")
    }
  }

  /// A unicast MAC address in the low 48 bits, first byte highest.
  func macAddress(_ option: String) throws(PortError) -> UInt64? {
    guard let text = values[option] else { return nil }
    let bytes = text.split(separator: ":", omittingEmptySubsequences: false).map { part in
      part.utf8.count == 2 && part.first?.isHexDigit == true ? UInt8(part, radix: 16) : nil
    }
    let mac = bytes.reduce(UInt64(0)) { $0 << 8 | UInt64($1 ?? 0) }
    guard bytes.count == 6, !bytes.contains(nil), mac != 0, mac >> 40 & 1 == 0 else {
      throw bad(option, "a unicast MAC address such as 02:00:00:00:00:01")
    }
    return mac
  }

  /// The namespace that `netns` or `netns-pid` says.
  func namespace() throws(PortError) -> NetworkNamespace? {
    let process = try integer("netns-pid", in: 1...Int(Int32.max))
    guard let name = values["netns"] else { return process.map { .process(Int32($0)) } }
    guard process == nil else { throw .option(.conflict("netns", "netns-pid")) }
    guard !name.isEmpty, !name.contains("/"), name != ".", name != ".." else {
      throw bad("netns", "the name of a namespace")
    }
    return .named(name)
  }

  /// The path of a Unix socket, which must be given.
  func path(_ option: String) throws(PortError) -> String {
    guard let path = values[option] else { throw .option(.missing(option: option, type: type)) }
    guard path.hasPrefix("/"), path.utf8.count <= 107 else {
      throw bad(option, "an absolute path of at most 107 bytes, which is what a Unix socket has room for")
    }
    return path
  }

  /// Descriptors of this process, none when the option was not given. They stand for what other options would make.
  func descriptors(_ option: String) throws(PortError) -> [CInt] {
    guard let text = values[option] else { return [] }
    guard let numbers = DescriptorList(text)?.numbers else { throw bad(option, DescriptorList.syntax) }
    for other in DescriptorList.contradictions where values[other] != nil {
      throw .option(.conflict(option, other))
    }
    return numbers.map { CInt($0) }
  }

  func userID(_ option: String) throws(PortError) -> UInt32? {
    try integer(option, in: 0...Int(UInt32.max) - 1).map { UInt32($0) }
  }

  /// `name` when Linux takes it as a device's name.
  func deviceName(_ name: String) throws(PortError) -> String {
    let isAllowed =
      (1...15).contains(name.utf8.count) && name != "." && name != ".."
      && !name.contains { $0 == "/" || $0 == ":" || $0 == "%" || $0 == "\0" || $0.isWhitespace }
    guard isAllowed else { throw .option(.badName(name)) }
    return name
  }

  private func bad(_ option: String, _ allowed: String) -> PortError {
    .option(.badValue(option: option, value: values[option] ?? "", allowed: allowed))
  }
}

extension PortOption {
  static let namespace = PortOption("netns", "NAME", "the network namespace of the device; the switch's own")
  static let namespaceProcess = PortOption(
    "netns-pid", "PID", "the same, by a process that lives in it")
  static let socketOwner = PortOption(
    "owner", "UID", "the user whose the socket is, and who alone may use it; root")
  static let descriptors = PortOption(
    "fd", "NUMBER[:NUMBER]...",
    "descriptors of a device that somebody else has opened, one for each queue, which apus hands over; none")
  static let mtu = PortOption("mtu", "68..65535", "the longest IP packet, in bytes; as it is")
  static let merging = PortOption(
    "gro", "auto|off", "whether TCP segments that arrive together are merged into large frames; auto")
  static let mac = PortOption("mac", "MAC", "the MAC address of the interface; as the kernel makes it")
}

/// Turns an error of the system into one of a port.
func opening<Value>(_ body: () throws(SysError) -> Value) throws(PortError) -> Value {
  do throws(SysError) { return try body() } catch { throw .system(error) }
}
