import Bytes
public import Match

extension Action {
  /// `bundle(fields,basis,algorithm,ofport,members:...)`: outputs to one of several ports, chosen by a hash or by
  /// which of them are up. `bundle_load` writes the port's number to a field instead.
  public struct Bundle: Hashable, Sendable {
    /// `NX_BD_ALG_*`.
    public enum Algorithm: UInt16, CaseIterable, Hashable, BitwiseCopyable, Sendable {
      case activeBackup = 0
      case highestRandomWeight = 1
    }

    public var algorithm: Algorithm
    public var hash: LinkHash
    public var basis: UInt16
    public var members: [PortNumber]
    /// For `bundle_load`: 16 to 64 bits.
    public var target: Subfield?

    public init(
      algorithm: Algorithm, hash: LinkHash, basis: UInt16, members: [PortNumber], target: Subfield? = nil
    ) {
      self.algorithm = algorithm
      self.hash = hash
      self.basis = basis
      self.members = members
      self.target = target
    }

    static let largestMemberCount = 2048
    static let smallestTarget = 16

    /// Whether `port` may be a member.
    static func isValid(_ port: PortNumber) -> Bool {
      port == .none || port != .controller && Output.isValid(port)
    }
  }
}

extension Action.Bundle.Algorithm: NamedChoice {
  static let kind = "algorithm"

  var name: String {
    switch self {
    case .activeBackup: "active_backup"
    case .highestRandomWeight: "hrw"
    }
  }
}

/// `NXAST_BUNDLE` and `NXAST_BUNDLE_LOAD`.
extension Action.Bundle: ActionForm {
  static let keywords = ["bundle", "bundle_load"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let isLoad = call.keyword == "bundle_load"
    let words = try call.words(
      isLoad ? 6 : 5, expected: "(fields,basis,algorithm,ofport,\(isLoad ? "dst," : "")members:port,...)")
    var bundle = Action.Bundle(
      algorithm: try Algorithm.parse(words[2]), hash: try LinkHash.parse(words[0]),
      basis: UInt16(try words[1].number(of: "basis", in: 0...0xffff)), members: [])
    guard words[3].text == "ofport" else {
      let name = String(words[3].text)
      throw FlowSyntaxError(.unknown(kind: "member type", name: name, nearest: "ofport"), at: words[3].offset)
    }
    if isLoad { bundle.target = try parseTarget(words[4]) }
    bundle.members = try parseMembers(words.dropFirst(isLoad ? 5 : 4), ports: ports)
    return .bundle(bundle)
  }

  private static func parseTarget(_ word: ActionCall.Piece) throws(FlowSyntaxError) -> Subfield {
    let target = try Subfield.parseTarget(word)
    guard target.bits >= smallestTarget else {
      let expected = "at least \(smallestTarget) bits of a field"
      throw FlowSyntaxError(
        .badValue(of: "dst", value: String(word.text), expected: expected), at: word.offset)
    }
    return target
  }

  /// Reads `members:1`, `2` and so on; `[` and `]` around the ports have no meaning.
  private static func parseMembers(
    _ words: ArraySlice<ActionCall.Piece>, ports: PortLookup
  ) throws(FlowSyntaxError) -> [PortNumber] {
    var members: [PortNumber] = []
    var isFirst = true
    for word in words {
      var word = word
      if isFirst {
        isFirst = false
        let key = word.text.prefix { $0 != ":" }
        guard key == "members" || key == "slaves" else {
          let because = "the ports stand behind it"
          throw FlowSyntaxError(.missing("members:", because: because), at: word.offset)
        }
        word = word.dropFirst(key.utf8.count + 1)
      }
      for word in word.split(at: { $0 == "[" || $0 == "]" }) {
        let port = try PortNumber.parse(word.text, at: word.offset, of: "members", ports: ports)
        guard isValid(port) else {
          throw FlowSyntaxError(.notAllowed("\(port)", because: "as a member"), at: word.offset)
        }
        guard members.count < largestMemberCount else {
          let because = "as a bundle has at most \(largestMemberCount)"
          throw FlowSyntaxError(.notAllowed("another member", because: because), at: word.offset)
        }
        members.append(port)
      }
    }
    return members
  }

  func append(to text: inout String, names: PortNaming) {
    text += target == nil ? "bundle" : "bundle_load"
    text += "(\(hash.name),\(basis),\(algorithm.name),ofport,"
    if let target { text += "\(target)," }
    text += "members:" + members.map { $0.described(by: names) }.joined(separator: ",") + ")"
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(12), .nicira(13)]

  /// What members are: ports. The header of `in_port` in Nicira's match.
  private static let memberType: UInt32 = 2

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    let algorithm = Algorithm(rawValue: try body.read())
    let hash = LinkHash(rawValue: try body.read())
    let basis: UInt16 = try body.read()
    let memberType: UInt32 = try body.read()
    let count = Int(try body.read(UInt16.self))
    let bits: UInt16 = try body.read()
    var targetBytes = body
    let header: UInt32 = try body.read()
    let padding = try body.read(count: 4)
    try body.demand(atLeast: 2 * count)
    guard let hash, count <= largestMemberCount, let algorithm, memberType == Self.memberType else {
      throw OpenFlowError(.badActionArgument)
    }
    var bundle = Action.Bundle(algorithm: algorithm, hash: hash, basis: basis, members: [])
    if type == .nicira(13) {
      let field = try targetBytes.readField(else: .badSetType)
      let target = try WireBits(rawValue: bits).subfield(of: field)
      guard target.bits >= smallestTarget else { throw OpenFlowError(.badActionArgument) }
      guard field.isWritable else { throw OpenFlowError(.badSetArgument) }
      bundle.target = target
    } else if bits != 0 || header != 0 || padding.contains(where: { $0 != 0 }) {
      throw OpenFlowError(.badActionArgument)
    }
    for _ in 0..<count {
      let port = PortNumber(rawValue: try body.read())
      guard isValid(port) else { throw OpenFlowError(.badOutPort) }
      bundle.members.append(port)
    }
    try body.skip(body.count)
    return .bundle(bundle)
  }

  func encode(to encoder: inout ActionEncoder) {
    encoder.nicira(target == nil ? 12 : 13) { writer in
      writer.write(algorithm.rawValue)
      writer.write(hash.rawValue)
      writer.write(basis)
      writer.write(Self.memberType)
      writer.write(UInt16(truncatingIfNeeded: members.count))
      writer.write(target.map { WireBits($0).rawValue } ?? 0)
      if let target { target.field.headerInActions.encode(to: &writer) } else { writer.pad(4) }
      writer.pad(4)
      for port in members { writer.write(port.rawValue) }
    }
  }
}
