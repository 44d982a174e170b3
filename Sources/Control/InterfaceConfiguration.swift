public import Match
import Ports

/// What an interface is to be: the device behind a port.
public struct InterfaceConfiguration: Equatable, Sendable {
  public let name: String
  /// A word of `deviceTypes`.
  public internal(set) var type = InterfaceConfiguration.systemType
  /// The number that the port has. It belongs to the name until the port is deleted; `nil` until the
  /// transaction that made the port is complete.
  public internal(set) var number: PortNumber?
  /// `ofport_request`: honoured when no other port of the bridge has the number.
  public internal(set) var requestedNumber: PortNumber?
  public internal(set) var requestedMTU: Int?
  /// `mac`: the address that the device is given.
  public internal(set) var mac: UInt64?
  /// Checked against `optionKeys` when it was set, and against the type at the end of the transaction.
  public internal(set) var options: [String: String] = [:]
  /// Those that `options:fd` names, which came with the command that set it.
  var descriptors: DeviceDescriptors?
  /// Checked against `InterfaceConfiguration.otherConfigKeys` when it was set.
  public internal(set) var otherConfig: [String: String] = [:]
  public internal(set) var externalIDs: [String: String] = [:]

  init(name: String) { self.name = name }
}

extension InterfaceConfiguration {
  /// A network device of the host: the default, also written as the empty string.
  static var systemType: String { "system" }
  static var internalType: String { "internal" }
  /// Two ports that are connected to each other. It has no device, so the registry of those does not know it.
  static var patchType: String { "patch" }

  /// What the column `type` may hold.
  static let deviceTypes: [String] = PortRegistry.types.map(\.name) + [patchType]

  /// Every option that some type has. `mtu` and `mac` are columns of their own.
  static let optionKeys: [ColumnType.MapKey] = {
    var keys = [ColumnType.MapKey(name: "peer", type: .text)]
    for option in PortRegistry.types.flatMap(\.options)
    where !keys.contains(where: { $0.name == option.name }) {
      guard option.name != "mtu", option.name != "mac" else { continue }
      keys.append(.init(name: option.name, type: type(of: option)))
    }
    return keys.sorted { $0.name < $1.name }
  }()

  /// What the option's value is: what its syntax says, if it lists words.
  private static func type(of option: PortOption) -> AtomType {
    guard option.syntax != "true|false" else { return .boolean }
    let words = option.syntax.split(separator: "|").map(String.init)
    return words.count > 1 ? .word(words) : .text
  }

  /// The names of the options that a type has.
  static func options(of type: String) -> [String] {
    let names =
      type == patchType ? ["peer"] : PortRegistry.types.first { $0.name == type }?.options.map(\.name) ?? []
    return optionKeys.map(\.name).filter(names.contains)
  }

  static let otherConfigKeys: [ColumnType.MapKey] = [.init(name: affinityKey, type: .text)]
  /// Which worker takes which queue, in the words of Open vSwitch: `QUEUE:WORKER` pairs.
  private static var affinityKey: String { "pmd-rxq-affinity" }

  /// Workers by queue, for those about which something is said; `nil` if what is said makes no sense.
  private var affinity: [Int: Int]? {
    var result: [Int: Int] = [:]
    for pair in (otherConfig[Self.affinityKey] ?? "").split(separator: ",") {
      let numbers = pair.split(separator: ":", omittingEmptySubsequences: false).map { UInt16($0) }
      guard numbers.count == 2, let queue = numbers[0], let worker = numbers[1] else { return nil }
      guard result.updateValue(Int(worker), forKey: Int(queue)) == nil else { return nil }
    }
    return result
  }

  var queueAffinity: [Int: Int] { affinity ?? [:] }

  /// Throws unless the options fit the type.
  func validate() throws(CommandError) {
    if affinity == nil {
      throw CommandError(
        "Interface \(name): other_config:\(Self.affinityKey): '\(otherConfig[Self.affinityKey] ?? "")' is not a list of "
          + "QUEUE:WORKER pairs, each queue once, such as 0:1,1:0")
    }
    let allowed = Self.options(of: type)
    for option in options.keys.sorted() where !allowed.contains(option) {
      let types = Self.deviceTypes.filter { Self.options(of: $0).contains(option) }
      throw CommandError(
        "Interface \(name): type \(type) has no option '\(option)'"
          + (allowed.isEmpty ? "" : " (allowed: \(allowed.joined(separator: ", ")))")
          + "; it belongs to type \(types.joined(separator: ", "))")
    }
    let required = PortRegistry.types.first { $0.name == type }?.options.filter(\.isRequired) ?? []
    for option in required where options[option.name] == nil {
      throw CommandError(
        "Interface \(name): type \(type) needs options:\(option.name), \(option.meaning.prefix { $0 != ";" })"
      )
    }
    if type == "pcap", options["rx_pcap"] == nil, options["tx_pcap"] == nil {
      throw CommandError("Interface \(name): type pcap needs options:rx_pcap or options:tx_pcap")
    }
    try validateDescriptors()
    guard type == Self.patchType else { return }
    guard let peer = options["peer"] else {
      throw CommandError("Interface \(name): type patch needs options:peer, the name of the other patch port")
    }
    guard peer != name else { throw CommandError("Interface \(name): options:peer names the port itself") }
  }
}
