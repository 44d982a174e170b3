/// Opens ports by the words that a command or a configuration uses.
///
/// Adding a type of port: its file, with a `PortType` at its end, and its line in `types`.
public enum PortRegistry {
  /// All types, in the order in which they are listed.
  public static let types: [PortType] = [
    .tap, .system, .afxdp, .vhostUser, .dpdkVHostUserClient, .dpdkVHostUser, .stream, .dgram, .internal,
    .pcap, .null,
  ]

  /// The type called `name`.
  ///
  /// - Throws: an `.option` error that names the nearest type and all of them.
  public static func type(named name: String) throws(PortError) -> PortType {
    for type in types where type.name == name { return type }
    throw .option(.unknownType(name, allowed: types.map(\.name)))
  }

  /// Opens a port.
  ///
  /// - Parameters:
  ///   - name: what the device is called, where the type has one.
  ///   - type: one of `types`.
  ///   - options: the type's options by name.
  /// - Throws: an `.option` error before anything is touched; otherwise what the system said.
  public static func open(
    _ name: String, type: String, options: [String: String] = [:]
  ) throws(PortError) -> any Port {
    try self.type(named: type).open(name, options: options)
  }
}

/// A type of port: what it is called, what it can be told, how it is opened.
public struct PortType: Sendable {
  public let name: String
  /// In one line, for lists.
  public let summary: String
  public let options: [PortOption]
  /// Whether a device of the host stands behind its ports, which has a link and can come and go.
  public let hasLink: Bool
  private let make: @Sendable (_ name: String, _ values: PortOptionValues) throws(PortError) -> any Port

  init(
    _ type: any Port.Type, named name: String? = nil, _ summary: String, hasLink: Bool = true,
    options: [PortOption],
    open make: @escaping @Sendable (_ name: String, _ values: PortOptionValues) throws(PortError) -> any Port
  ) {
    self.name = name ?? type.typeName
    self.summary = summary
    self.options = options
    self.hasLink = hasLink
    self.make = make
  }

  func open(_ name: String, options values: [String: String]) throws(PortError) -> any Port {
    for option in values.keys.sorted() where !options.contains(where: { $0.name == option }) {
      throw .option(.unknownOption(option, type: self.name, allowed: options.map(\.name)))
    }
    return try make(name, PortOptionValues(values: values, type: self.name))
  }
}

/// Something that a type of port can be told.
public struct PortOption: Hashable, Sendable {
  public let name: String
  /// What its value looks like.
  public let syntax: String
  /// What it does, and what holds without it.
  public let meaning: String
  /// Whether there is no port without it.
  public let isRequired: Bool

  init(_ name: String, _ syntax: String, _ meaning: String, isRequired: Bool = false) {
    self.name = name
    self.syntax = syntax
    self.meaning = meaning
    self.isRequired = isRequired
  }
}
