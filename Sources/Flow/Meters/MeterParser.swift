public import Match

/// Reads meters as ovs-ofctl(8) takes them ("Meter Syntax"): `meter=`, `kbps` or `pktps`, flags, then `bands=` with
/// a `type=` at the start of each band.
extension MeterMod {
  /// The change that `text` asks for.
  ///
  /// - Parameters:
  ///   - text: one meter.
  ///   - offset: bytes from the start of the whole text to `text`, for the error.
  ///   - command: what to do with it. Adding and modifying need a unit and bands; a delete does not.
  /// - Throws: `FlowSyntaxError` when anything in `text` is not understood or is missing.
  public init(parsing text: Substring, at offset: Int = 0, command: Command) throws(FlowSyntaxError) {
    var parser = MeterParser()
    try parser.parse(KeyValueScanner.Piece(text: text, offset: offset), needsAll: command != .delete)
    self.init(command: command, config: parser.config)
  }
}

extension MeterID {
  /// The meter that `text` names: `meter=5`, `meter=all`, or nothing but the number.
  public static func parse(_ text: Substring, at offset: Int = 0) throws(FlowSyntaxError) -> UInt32 {
    let prefix = "meter="
    let value = text.hasPrefix(prefix) ? text.dropFirst(prefix.count) : text
    return try parse(value: value, at: offset + text.utf8.count - value.utf8.count)
  }

  fileprivate static func parse(value: Substring, at offset: Int) throws(FlowSyntaxError) -> UInt32 {
    switch value {
    case "all": all
    case "controller": controller
    case "slowpath": slowPath
    default: UInt32(try NumberText.parse(value, at: offset, of: "meter", in: 1...UInt64(maximum)))
    }
  }
}

private struct MeterParser {
  private(set) var config = MeterConfig(meter: 0)
  private var hasMeter = false

  private static let names = ["meter", "kbps", "pktps", "burst", "stats", "bands"]

  mutating func parse(_ piece: KeyValueScanner.Piece, needsAll: Bool) throws(FlowSyntaxError) {
    let end = piece.offset + piece.text.utf8.count
    let bandsStart = Self.bandsStart(of: piece.text)
    var scanner = KeyValueScanner(
      KeyValueScanner.Piece(text: piece.text[..<(bandsStart ?? piece.text.endIndex)], offset: piece.offset))
    while let word = scanner.next() { try take(word) }
    guard hasMeter else {
      throw FlowSyntaxError(.missing("meter=", because: "every meter has a number"), at: end)
    }
    if let bandsStart {
      let place = piece.offset + piece.text.utf8.distance(from: piece.text.startIndex, to: bandsStart)
      let skipped = "bands=".utf8.count
      let start = piece.text.utf8.index(bandsStart, offsetBy: skipped)
      var bands = BandParser(hasBurst: config.flags.contains(.burst))
      config.bands = try bands.parse(
        KeyValueScanner.Piece(text: piece.text[start...], offset: place + skipped))
    }
    guard needsAll else { return }
    switch (config.flags.contains(.kilobits), config.flags.contains(.packets)) {
    case (true, true): throw FlowSyntaxError(.conflict(of: "kbps", with: "pktps"), at: piece.offset)
    case (false, false):
      throw FlowSyntaxError(.missing("kbps or pktps", because: "say what the rates count"), at: end)
    default: break
    }
    guard !config.bands.isEmpty else {
      let because = "say what happens above which rate, for instance bands=type=drop rate=1000"
      throw FlowSyntaxError(.missing("bands=", because: because), at: end)
    }
  }

  /// Where `bands=` is, as a word of its own.
  private static func bandsStart(of text: Substring) -> Substring.Index? {
    let marker = Array("bands=".utf8)
    var isWordStart = true
    for index in text.utf8.indices {
      if isWordStart, text.utf8[index...].starts(with: marker) { return index }
      isWordStart = TextCursor.isSeparator(text.utf8[index])
    }
    return nil
  }

  private mutating func take(_ word: KeyValueScanner.Word) throws(FlowSyntaxError) {
    let key = String(word.key.text)
    if key == "meter" {
      let value = try word.value(expected: "a number, all, controller or slowpath")
      config.meter = try MeterID.parse(value: value.text, at: value.offset)
      hasMeter = true
    } else if let flag = MeterConfig.flagNames.first(where: { $0.1 == key }) {
      guard word.value == nil else { throw FlowSyntaxError(.unexpectedValue(of: key), at: word.valueOffset) }
      config.flags.insert(flag.0)
    } else {
      throw FlowSyntaxError(
        .unknown(kind: "key of a meter", name: key, nearest: nearestName(to: key, among: Self.names)),
        at: word.key.offset)
    }
  }
}

private struct BandParser {
  let hasBurst: Bool
  private var type: KeyValueScanner.Piece?
  private var rate: UInt32?
  private var burstSize: UInt32?
  private var precedenceLevel: UInt8?

  init(hasBurst: Bool) { self.hasBurst = hasBurst }

  mutating func parse(_ piece: KeyValueScanner.Piece) throws(FlowSyntaxError) -> [MeterBand] {
    var bands: [MeterBand] = []
    var scanner = KeyValueScanner(piece)
    while let word = scanner.next() {
      guard word.key.text == "type" else {
        try take(word)
        continue
      }
      if let band = try finish(at: word.key.offset) { bands.append(band) }
      type = try word.value(expected: "drop or dscp_remark")
    }
    if let band = try finish(at: piece.offset + piece.text.utf8.count) { bands.append(band) }
    return bands
  }

  private mutating func take(_ word: KeyValueScanner.Word) throws(FlowSyntaxError) {
    let key = String(word.key.text)
    guard let type else {
      throw FlowSyntaxError(.missing("type=", because: "it starts each band"), at: word.key.offset)
    }
    func number(upTo maximum: UInt64) throws(FlowSyntaxError) -> UInt64 {
      let value = try word.value(expected: "a number")
      return try NumberText.parse(value.text, at: value.offset, of: key, in: 1...maximum)
    }
    switch key {
    case "rate": rate = UInt32(try number(upTo: 0xffff_ffff))
    case "burst_size":
      guard hasBurst else {
        throw FlowSyntaxError(.notAllowed(key, because: "without burst in the meter"), at: word.key.offset)
      }
      burstSize = UInt32(try number(upTo: 0xffff_ffff))
    case "prec_level":
      guard type.text == "dscp_remark" else {
        throw FlowSyntaxError(.notAllowed(key, because: "except in type=dscp_remark"), at: word.key.offset)
      }
      precedenceLevel = UInt8(try number(upTo: 0xff))
    default:
      let names = ["type", "rate", "burst_size", "prec_level"]
      throw FlowSyntaxError(
        .unknown(kind: "key of a band", name: key, nearest: nearestName(to: key, among: names)),
        at: word.key.offset)
    }
  }

  /// The band read so far, if one was begun.
  private mutating func finish(at end: Int) throws(FlowSyntaxError) -> MeterBand? {
    guard let type else { return nil }
    defer { (rate, burstSize, precedenceLevel) = (nil, nil, nil) }
    guard let rate else {
      throw FlowSyntaxError(.missing("rate=", because: "every band has a rate"), at: end)
    }
    if hasBurst, burstSize == nil {
      throw FlowSyntaxError(.missing("burst_size=", because: "the meter says burst"), at: end)
    }
    switch type.text {
    case "drop": return MeterBand(.drop, rate: rate, burstSize: burstSize ?? 0)
    case "dscp_remark":
      guard let precedenceLevel else {
        throw FlowSyntaxError(.missing("prec_level=", because: "dscp_remark needs it"), at: end)
      }
      return MeterBand(
        .remarkDSCP(precedenceLevel: precedenceLevel), rate: rate, burstSize: burstSize ?? 0)
    default:
      let nearest = nearestName(to: type.text, among: ["drop", "dscp_remark"])
      throw FlowSyntaxError(
        .unknown(kind: "band type", name: String(type.text), nearest: nearest), at: type.offset)
    }
  }
}
