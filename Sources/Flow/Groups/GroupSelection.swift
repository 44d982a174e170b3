public import Match

/// How a select group chooses its bucket: a property of groups that Netronome defined and Open vSwitch took over.
public struct GroupSelection: Hashable, Sendable {
  /// A field that is hashed, in the bits of `mask`.
  public struct HashField: Hashable, Sendable {
    public var field: Field
    public var mask: UInt128

    public init(_ field: Field, mask: UInt128? = nil) {
      self.field = field
      self.mask = mask ?? field.allOnes
    }
  }

  /// `hash`, `dp_hash`, or empty for the switch's own choice; at most 15 bytes.
  public var method: String
  /// For `hash`, the basis; for `dp_hash`, algorithm and basis, 32 bits each.
  public var parameter: UInt64
  /// What `hash` looks at, in the order of the field table; empty for the switch's own choice.
  public private(set) var fields: [HashField]

  public init(method: String = "", parameter: UInt64 = 0, fields: [HashField] = []) {
    self.method = method
    self.parameter = parameter
    self.fields = []
    for field in fields { insert(field) }
  }

  /// Adds a field in its place. Returns `false` when it is there already; nothing changes then.
  @discardableResult
  public mutating func insert(_ added: HashField) -> Bool {
    guard !fields.contains(where: { $0.field == added.field }) else { return false }
    let place = Self.order[added.field.name] ?? .max
    let index = fields.firstIndex { Self.order[$0.field.name] ?? .max > place } ?? fields.endIndex
    fields.insert(added, at: index)
    return true
  }

  private static let order: [String: Int] = Dictionary(
    Field.all.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first })
}
