import Match

/// Ways to write a flow mod on the wire, Open vSwitch's "flow formats": ovs-ofctl(8), option `-F`. Earlier ones
/// are understood by more switches.
struct FlowProtocols: OptionSet, Hashable, Sendable {
  var rawValue: UInt16

  static let openFlow10 = FlowProtocols(rawValue: 1 << 0)
  static let openFlow10WithTable = FlowProtocols(rawValue: 1 << 1)
  static let nxm = FlowProtocols(rawValue: 1 << 2)
  static let nxmWithTable = FlowProtocols(rawValue: 1 << 3)
  static let openFlow11 = FlowProtocols(rawValue: 1 << 4)
  static let openFlow12 = FlowProtocols(rawValue: 1 << 5)
  static let openFlow13 = FlowProtocols(rawValue: 1 << 6)
  static let openFlow14 = FlowProtocols(rawValue: 1 << 7)
  static let openFlow15 = FlowProtocols(rawValue: 1 << 8)

  static let anyOpenFlow10: FlowProtocols = [.openFlow10, .openFlow10WithTable]
  static let anyNXM: FlowProtocols = [.nxm, .nxmWithTable]
  static let anyOXM: FlowProtocols = [.openFlow12, .openFlow13, .openFlow14, .openFlow15]
  static let all: FlowProtocols = [.anyOpenFlow10, .anyNXM, .openFlow11, .anyOXM]
  /// Those that can say which table a rule is for.
  static let withTable: FlowProtocols = [.openFlow10WithTable, .nxmWithTable, .openFlow11, .anyOXM]
  static let nxmAndOXM: FlowProtocols = [.anyNXM, .anyOXM]
  static let from13: FlowProtocols = [.openFlow13, .openFlow14, .openFlow15]

  /// Names of several, then of each, in the order in which they are printed.
  private static let names: [(String, FlowProtocols)] = [
    ("any", .all), ("OpenFlow10", .anyOpenFlow10), ("NXM", .anyNXM), ("OXM", .anyOXM),
    ("OpenFlow10-table_id", .openFlow10), ("OpenFlow10+table_id", .openFlow10WithTable),
    ("NXM-table_id", .nxm), ("NXM+table_id", .nxmWithTable), ("OpenFlow11", .openFlow11),
    ("OXM-OpenFlow12", .openFlow12), ("OXM-OpenFlow13", .openFlow13), ("OXM-OpenFlow14", .openFlow14),
    ("OXM-OpenFlow15", .openFlow15),
  ]

  init(rawValue: UInt16) { self.rawValue = rawValue }

  /// The formats that a list such as `NXM,OXM-OpenFlow13` names.
  init(listing text: String) throws(OfctlError) {
    self = []
    for word in text.split(separator: ",") {
      guard let named = Self.names.first(where: { $0.0.lowercased() == word.lowercased() }) else {
        throw OfctlError(unknown("flow format", String(word), among: Self.names.map(\.0)))
      }
      formUnion(named.1)
    }
    guard !isEmpty else { throw OfctlError("--flow-format: a format such as NXM is missing") }
  }

  /// Those that a connection of `version` can carry.
  init(of version: OpenFlowVersion) {
    self =
      switch version {
      case .v10: [.anyOpenFlow10, .anyNXM]
      case .v11: .openFlow11
      case .v12: .openFlow12
      case .v13: .openFlow13
      case .v14: .openFlow14
      case .v15: .openFlow15
      }
  }

  /// The one that most switches understand; `self` must not be empty.
  var first: FlowProtocols { FlowProtocols(rawValue: rawValue & ~(rawValue - 1)) }

  /// The version that a single format belongs to.
  var version: OpenFlowVersion {
    OpenFlowVersion.allCases.first { FlowProtocols(of: $0).isSuperset(of: self) } ?? .v10
  }

  var isNXM: Bool { !isEmpty && FlowProtocols.anyNXM.isSuperset(of: self) }
}

extension FlowProtocols: CustomStringConvertible {
  /// `NXM,OXM`: what `-F` takes; `none` for none.
  var description: String {
    var rest = self
    var words: [String] = []
    for (name, formats) in Self.names where rest.isSuperset(of: formats) {
      words.append(name)
      rest.subtract(formats)
    }
    return words.isEmpty ? "none" : words.joined(separator: ",")
  }
}
