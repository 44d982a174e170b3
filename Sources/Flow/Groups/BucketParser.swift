import Actions
import Match

/// Reads one bucket: `bucket_id:1,weight:2,watch_port:3,watch_group:4,actions=...`. What is none of these keys is
/// an action, so `actions=` can be left out.
struct BucketParser {
  /// `nil` when buckets are inserted: the text does not say into what.
  let type: GroupType?
  let ports: PortLookup
  /// Whether the bucket says its number.
  private(set) var hasID = false
  private var hasActions = false

  init(type: GroupType?, ports: @escaping PortLookup) {
    self.type = type
    self.ports = ports
  }

  mutating func parse(_ piece: KeyValueScanner.Piece) throws(FlowSyntaxError) -> Bucket {
    var bucket = Bucket(weight: type?.defaultWeight ?? 0)
    var scanner = KeyValueScanner(piece)
    // Actions that stand side by side are read together.
    var run: (start: Substring.Index, offset: Int, end: Substring.Index)?
    while let word = scanner.next() {
      if try takeParameter(word, into: &bucket) {
        try append(run, of: piece.text, to: &bucket)
        run = nil
      } else if word.key.text == "actions" {
        try append(run, of: piece.text, to: &bucket)
        let value = word.value ?? KeyValueScanner.Piece(text: "", offset: word.valueOffset)
        hasActions = true
        run = value.text.isEmpty ? nil : (value.text.startIndex, value.offset, value.text.endIndex)
      } else {
        hasActions = true
        run = (
          run?.start ?? word.whole.text.startIndex, run?.offset ?? word.whole.offset, word.whole.text.endIndex
        )
      }
    }
    try append(run, of: piece.text, to: &bucket)
    let end = piece.offset + piece.text.utf8.count
    guard hasActions else {
      let because = "say what the bucket does, for instance actions=drop"
      throw FlowSyntaxError(.missing("actions=", because: because), at: end)
    }
    if type == .fastFailover, !bucket.watchesSomething {
      throw FlowSyntaxError(
        .missing("watch_port or watch_group", because: "a bucket of type ff must watch one of them"), at: end)
    }
    return bucket
  }

  /// Reads `word` unless it is an action. Returns whether it was none.
  private mutating func takeParameter(
    _ word: KeyValueScanner.Word, into bucket: inout Bucket
  ) throws(FlowSyntaxError) -> Bool {
    let key = String(word.key.text)
    func number(upTo maximum: UInt64) throws(FlowSyntaxError) -> UInt64 {
      let value = try word.value(expected: "a number")
      return try NumberText.parse(value.text, at: value.offset, of: key, in: 0...maximum)
    }
    switch key {
    case "bucket_id":
      bucket.id = UInt32(try number(upTo: UInt64(BucketID.maximum)))
      hasID = true
    case "weight":
      bucket.weight = UInt16(try number(upTo: 0xffff))
      guard type == .select || type == nil else {
        throw FlowSyntaxError(
          .notAllowed(key, because: "except in a group of type select"), at: word.key.offset)
      }
    case "watch_port":
      let value = try word.value(expected: "a port")
      bucket.watchPort = try PortNumber.parse(value.text, at: value.offset, of: key, ports: ports)
      guard bucket.watchPort <= .maximum || bucket.watchPort == .none else {
        throw FlowSyntaxError(
          .badValue(of: key, value: String(value.text), expected: "a port that can go down"), at: value.offset
        )
      }
    case "watch_group":
      bucket.watchGroup = UInt32(try number(upTo: UInt64(GroupID.maximum)))
    default: return false
    }
    return true
  }

  private func append(
    _ run: (start: Substring.Index, offset: Int, end: Substring.Index)?, of text: Substring,
    to bucket: inout Bucket
  ) throws(FlowSyntaxError) {
    guard let run else { return }
    let actions = try ActionList.parse(text[run.start..<run.end], at: run.offset, ports: ports)
    if let instruction = actions.first(where: { $0.isInstruction }) {
      let name = ActionList.format([instruction])
      throw FlowSyntaxError(.notAllowed(name, because: "in a bucket: it is an instruction"), at: run.offset)
    }
    bucket.actions += actions
  }
}
