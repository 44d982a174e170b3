import Bytes
import Match

extension Action {
  /// `multipath(fields,basis,algorithm,n_links,arg,dst)`: writes the number of one of several links, chosen by a
  /// hash, to a field.
  public struct Multipath: Hashable, Sendable {
    /// How a hash becomes the number of a link: `NX_MP_ALG_*`.
    public enum Algorithm: UInt16, CaseIterable, Hashable, BitwiseCopyable, Sendable {
      case moduloN = 0
      case hashThreshold = 1
      case highestRandomWeight = 2
      case iterativeHash = 3
    }

    public var hash: LinkHash
    public var basis: UInt16
    public var algorithm: Algorithm
    /// The greatest number of a link: one less than there are links.
    public var lastLink: UInt16
    public var argument: UInt32
    /// At most 64 bits, enough of them for all numbers.
    public var target: Subfield

    public init(
      hash: LinkHash, basis: UInt16, algorithm: Algorithm, lastLink: UInt16, argument: UInt32,
      target: Subfield
    ) {
      self.hash = hash
      self.basis = basis
      self.algorithm = algorithm
      self.lastLink = lastLink
      self.argument = argument
      self.target = target
    }

    /// Whether the target has enough bits for the numbers of all links.
    var fits: Bool { target.bits >= 16 || Int(lastLink) < 1 << target.bits }
  }
}

extension Action.Multipath.Algorithm: NamedChoice {
  static let kind = "algorithm"

  var name: String {
    switch self {
    case .moduloN: "modulo_n"
    case .hashThreshold: "hash_threshold"
    case .highestRandomWeight: "hrw"
    case .iterativeHash: "iter_hash"
    }
  }
}

/// `NXAST_MULTIPATH`.
extension Action.Multipath: ActionForm {
  static let keywords = ["multipath"]

  static func parse(_ call: ActionCall, ports: PortLookup) throws(FlowSyntaxError) -> Action {
    let words = try call.words(6, expected: "(fields,basis,algorithm,n_links,arg,dst)")
    guard words.count == 6 else {
      throw FlowSyntaxError(.notAllowed(String(words[6].text), because: "behind dst"), at: words[6].offset)
    }
    let multipath = Action.Multipath(
      hash: try LinkHash.parse(words[0]), basis: UInt16(try words[1].number(of: "basis", in: 0...0xffff)),
      algorithm: try Algorithm.parse(words[2]),
      lastLink: UInt16(try words[3].number(of: "n_links", in: 1...0x1_0000) - 1),
      argument: UInt32(try words[4].number(of: "arg", in: 0...UInt64(UInt32.max))),
      target: try Subfield.parseTarget(words[5]))
    guard multipath.fits else {
      let expected = "a field with enough bits for \(multipath.lastLink) and all below"
      throw FlowSyntaxError(
        .badValue(of: "dst", value: String(words[5].text), expected: expected), at: words[5].offset)
    }
    return .multipath(multipath)
  }

  func append(to text: inout String) {
    text += "multipath(\(hash.name),\(basis),\(algorithm.name),\(Int(lastLink) + 1),\(argument),\(target))"
  }

  // MARK: Wire

  static let wireTypes: [ActionWireType] = [.nicira(10)]

  static func decode(
    _ body: inout ActionBody, as type: ActionWireType, version: OpenFlowVersion
  ) throws(OpenFlowError) -> Action {
    try body.demand(count: 22)
    let hash = LinkHash(rawValue: try body.read())
    let basis: UInt16 = try body.read()
    try body.skip(2)
    let algorithm = Algorithm(rawValue: try body.read())
    let lastLink: UInt16 = try body.read()
    let argument: UInt32 = try body.read()
    try body.skip(2)
    let bits = WireBits(rawValue: try body.read())
    let field = try body.readField(else: .badSetType)
    guard let hash, let algorithm else { throw OpenFlowError(.badActionArgument) }
    let multipath = Action.Multipath(
      hash: hash, basis: basis, algorithm: algorithm, lastLink: lastLink, argument: argument,
      target: try bits.subfield(of: field))
    guard multipath.fits else { throw OpenFlowError(.badActionArgument) }
    guard field.isWritable else { throw OpenFlowError(.badSetArgument) }
    return .multipath(multipath)
  }

  func encode(to encoder: inout ActionEncoder) {
    encoder.nicira(10) { writer in
      writer.write(hash.rawValue)
      writer.write(basis)
      writer.pad(2)
      writer.write(algorithm.rawValue)
      writer.write(lastLink)
      writer.write(argument)
      writer.pad(2)
      writer.write(WireBits(target).rawValue)
      target.field.headerInActions.encode(to: &writer)
    }
  }
}

extension Subfield {
  /// Reads the bits that an action writes. In messages such actions have room for the number of bits up to 64,
  /// and for a field's name in 32 bits.
  static func parseTarget(_ word: ActionCall.Piece) throws(FlowSyntaxError) -> Subfield {
    let target = try parse(word.text, at: word.offset)
    guard target.field.isWritable else { throw FlowSyntaxError(readOnly: target.field, at: word.offset) }
    guard target.field.hasShortHeader else {
      throw FlowSyntaxError(unnamed: target.field, at: word.offset)
    }
    guard target.bits <= 64 else {
      let expected = "at most 64 bits of a field"
      throw FlowSyntaxError(
        .badValue(of: "dst", value: String(word.text), expected: expected), at: word.offset)
    }
    return target
  }
}
