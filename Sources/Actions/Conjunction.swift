import Bytes
import Match

extension Action {
  /// `conjunction(id,k/n)`: the rule is one way to fulfil clause k of the n that make up a conjunctive match; see
  /// "Conjunctive Match Fields" in ovs-fields(7). A rule that has one has no other actions save `note`.
  public struct Conjunction: Hashable, Sendable {
    /// The value of `conj_id` when all clauses are fulfilled.
    public var id: UInt32
    /// Which clause it is: 1 to `clauses`.
    public var clause: UInt8
    /// How many clauses there are: 2 to 64.
    public var clauses: UInt8

    public init(id: UInt32, clause: UInt8, of clauses: UInt8) {
      self.id = id
      self.clause = clause
      self.clauses = clauses
    }
  }
}

/// `NXAST_CONJUNCTION`.
extension Action.Conjunction: ActionForm {
  static let keywords = ["conjunction"]

  private static let numbersOfClauses: ClosedRange<UInt64> = 2...64

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let expected = "conjunction(id,k/n)"
    let text = try call.argument(expected: expected)
    let pieces = call.isParenthesized ? call.pieces().map(\.trimmed) : []
    let fraction = pieces.last?.split(at: { $0 == "/" }).map(\.trimmed) ?? []
    guard pieces.count == 2, fraction.count == 2 else {
      throw FlowSyntaxError(
        .badValue(of: call.keyword, value: String(text), expected: expected), at: call.argumentOffset)
    }
    let id = try pieces[0].number(of: "id", in: 0...UInt64(UInt32.max))
    let clauses = try fraction[1].number(of: "number of clauses", in: numbersOfClauses)
    let clause = try fraction[0].number(of: "clause", in: 1...clauses)
    return .conjunction(Action.Conjunction(id: UInt32(id), clause: UInt8(clause), of: UInt8(clauses)))
  }

  func append(to text: inout String) { text += "conjunction(\(id),\(clause)/\(clauses))" }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(34)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    try body.demand(count: 6)
    let index: UInt8 = try body.read()
    let clauses: UInt8 = try body.read()
    let id: UInt32 = try body.read()
    guard numbersOfClauses.contains(UInt64(clauses)), index < clauses else {
      throw OpenFlowError(.badConjunction)
    }
    return .conjunction(Action.Conjunction(id: id, clause: index + 1, of: clauses))
  }

  func encode(to encoder: inout ActionEncoder) {
    encoder.nicira(34) { writer in
      writer.write(clause &- 1)
      writer.write(clauses)
      writer.write(id)
    }
  }
}
