public import Match

/// Reads changes to groups as ovs-ofctl(8) takes them ("Group Syntax"): `group_id=`, `type=` and so on, then a
/// `bucket=` for each bucket.
extension GroupMod {
  /// The change that `text` asks for.
  ///
  /// Buckets that say no `bucket_id` get the lowest numbers that no other bucket of the text has.
  ///
  /// - Parameters:
  ///   - text: one group.
  ///   - offset: bytes from the start of the whole text to `text`, for the error.
  ///   - command: what to do with it; it says which keys are allowed and which are needed.
  ///   - ports: finds ports by name.
  /// - Throws: `FlowSyntaxError` when anything in `text` is not understood or is not allowed in this command.
  public init(
    parsing text: Substring, at offset: Int = 0, command: Command, ports: @escaping PortLookup = { _ in nil }
  ) throws(FlowSyntaxError) {
    let bytes = text.utf8
    let parts = Self.split(bytes)
    let end = offset + bytes.count
    var parser = GroupKeys(command: command)
    var scanner = KeyValueScanner(
      KeyValueScanner.Piece(text: text[..<(parts.first?.start ?? text.endIndex)], offset: offset))
    while let word = scanner.next() { try parser.take(word) }
    try parser.finish(at: end)
    self = parser.result
    if let first = parts.first, !command.takesBuckets {
      throw FlowSyntaxError(
        .notAllowed("bucket", because: "when \(command.sentence)"), at: offset + first.offset)
    }
    var needsID: [Int] = []
    for (index, part) in parts.enumerated() {
      let piece = KeyValueScanner.Piece(
        text: text[part.contents..<part.end],
        offset: offset + part.offset + text.utf8.distance(from: part.start, to: part.contents))
      var parser = BucketParser(type: parser.type, ports: ports)
      let bucket = try parser.parse(piece)
      if !parser.hasID { needsID.append(index) }
      buckets.append(bucket)
      if type == .indirect, command != .insertBucket, index == 1 {
        throw FlowSyntaxError(
          .notAllowed("a second bucket", because: "in a group of type indirect"), at: offset + part.offset)
      }
    }
    var used = Set(buckets.indices.filter { !needsID.contains($0) }.map { buckets[$0].id })
    var next: UInt32 = 0
    for index in needsID {
      while used.contains(next) { next += 1 }
      used.insert(next)
      buckets[index].id = next
    }
  }

  private struct Part {
    /// Where `bucket=` starts, where its value does, and where that ends.
    var start: Substring.Index
    var contents: Substring.Index
    var end: Substring.Index
    /// Bytes from the start of the text to `bucket=`.
    var offset: Int
  }

  /// Where the buckets of a text are: each from one `bucket=` to the next.
  private static func split(_ bytes: Substring.UTF8View) -> [Part] {
    let marker = Array("bucket=".utf8)
    var parts: [Part] = []
    var index = bytes.startIndex
    var offset = 0
    while index != bytes.endIndex {
      let rest = bytes[index...]
      if rest.starts(with: marker) {
        if !parts.isEmpty { parts[parts.count - 1].end = index }
        let contents = bytes.index(index, offsetBy: marker.count)
        parts.append(Part(start: index, contents: contents, end: bytes.endIndex, offset: offset))
        index = contents
        offset += marker.count
      } else {
        index = bytes.index(after: index)
        offset += 1
      }
    }
    return parts
  }
}

extension GroupMod.Command {
  var takesType: Bool { self == .add || self == .modify || self == .addOrModify }
  var takesBuckets: Bool { takesType || self == .insertBucket }
  var takesCommandBucket: Bool { self == .insertBucket || self == .removeBucket }

  /// What the command does, for messages: "... is not allowed when ...".
  var sentence: String {
    switch self {
    case .add, .addOrModify: "adding groups"
    case .modify: "modifying groups"
    case .delete: "deleting groups"
    case .insertBucket: "inserting buckets"
    case .removeBucket: "removing buckets"
    }
  }
}
