import Match

/// Reads what stands in front of a group's buckets.
struct GroupKeys {
  private(set) var result: GroupMod
  private(set) var type: GroupType?
  private var hasGroup = false
  private var hasCommandBucket = false
  /// Where words stand that make sense with others only.
  private var places: (method: Int?, parameter: Int?, fields: Int?) = (nil, nil, nil)

  init(command: GroupMod.Command) {
    result = GroupMod(command: command, group: GroupID.all)
  }

  private static let names = [
    "group_id", "type", "command_bucket_id", "selection_method", "selection_method_param", "fields", "bucket",
  ]

  mutating func take(_ word: KeyValueScanner.Word) throws(FlowSyntaxError) {
    let command = result.command
    let key = String(word.key.text)
    func refuse(unless allowed: Bool) throws(FlowSyntaxError) {
      guard allowed else {
        throw FlowSyntaxError(.notAllowed(key, because: "when \(command.sentence)"), at: word.key.offset)
      }
    }
    switch key {
    case "group_id":
      let value = try word.value(expected: "the number of a group")
      if value.text == "all" || value.text == "ALL" {
        try refuse(unless: command == .delete)
        result.group = GroupID.all
      } else {
        result.group = UInt32(
          try NumberText.parse(value.text, at: value.offset, of: key, in: 0...UInt64(GroupID.maximum)))
      }
      hasGroup = true
    case "type":
      try refuse(unless: command.takesType)
      let value = try word.value(expected: "a type of group")
      guard let named = GroupType(name: value.text) else {
        let nearest = nearestName(to: value.text, among: GroupType.names)
        throw FlowSyntaxError(
          .unknown(kind: "group type", name: String(value.text), nearest: nearest), at: value.offset)
      }
      type = named
      result.type = named
    case "command_bucket_id":
      try refuse(unless: command.takesCommandBucket)
      result.commandBucket = try commandBucket(word)
      hasCommandBucket = true
    case "selection_method":
      try refuse(unless: command != .removeBucket && command != .delete)
      let value = try word.value(expected: "hash or dp_hash", mayBeEmpty: true)
      guard value.text.utf8.count <= 15 else {
        throw FlowSyntaxError(
          .badValue(of: key, value: String(value.text), expected: "at most 15 bytes long"), at: value.offset)
      }
      result.selection.method = String(value.text)
      places.method = word.key.offset
    case "selection_method_param":
      try refuse(unless: command != .removeBucket && command != .delete)
      let value = try word.value(expected: "a number")
      result.selection.parameter =
        value.text == "-1"
        ? .max : try NumberText.parse(value.text, at: value.offset, of: key, in: 0...UInt64.max)
      places.parameter = word.key.offset
    case "fields":
      try refuse(unless: command != .removeBucket && command != .delete)
      try takeFields(try word.value(expected: "names of fields", mayBeEmpty: true))
      places.fields = word.key.offset
    default:
      throw FlowSyntaxError(
        .unknown(kind: "key of a group", name: key, nearest: nearestName(to: key, among: Self.names)),
        at: word.key.offset)
    }
  }

  /// Checks what depends on several words. `end` is where the text ends.
  func finish(at end: Int) throws(FlowSyntaxError) {
    let command = result.command
    if !hasGroup, command != .delete {
      throw FlowSyntaxError(.missing("group_id=", because: "every group has a number"), at: end)
    }
    if command.takesType, type == nil {
      let because = "say what the group does: type=all, select, indirect or ff"
      throw FlowSyntaxError(.missing("type=", because: because), at: end)
    }
    if command == .insertBucket, !hasCommandBucket {
      throw FlowSyntaxError(.missing("command_bucket_id=", because: "say before which bucket"), at: end)
    }
    let method = result.selection.method
    if let place = places.parameter, method.isEmpty {
      throw FlowSyntaxError(
        .notAllowed("selection_method_param", because: "without selection_method"), at: place)
    }
    if let place = places.fields, method != "hash" {
      throw FlowSyntaxError(.notAllowed("fields", because: "without selection_method=hash"), at: place)
    }
    if let place = places.method, command.takesType, type != .select, !method.isEmpty {
      throw FlowSyntaxError(
        .notAllowed("selection_method", because: "except in a group of type select"), at: place)
    }
  }

  private func commandBucket(_ word: KeyValueScanner.Word) throws(FlowSyntaxError) -> UInt32 {
    let value = try word.value(expected: "the number of a bucket, first, last or all")
    switch value.text {
    case "first": return BucketID.first
    case "last": return BucketID.last
    case "all":
      guard result.command == .removeBucket else {
        throw FlowSyntaxError(
          .notAllowed("command_bucket_id=all", because: "when inserting buckets"), at: value.offset)
      }
      return BucketID.all
    default:
      return UInt32(
        try NumberText.parse(
          value.text, at: value.offset, of: "command_bucket_id", in: 0...UInt64(BucketID.maximum)))
    }
  }

  /// Names of fields, each perhaps with `=mask`.
  private mutating func takeFields(_ list: KeyValueScanner.Piece) throws(FlowSyntaxError) {
    var scanner = KeyValueScanner(list)
    while let word = scanner.next() {
      let name = String(word.key.text)
      guard let field = Field.named(name), field.header(in: .v15) != nil else {
        let names = Field.all.lazy.filter { $0.header(in: .v15) != nil }.map(\.name)
        throw FlowSyntaxError(
          .unknown(kind: "field", name: name, nearest: nearestName(to: name, among: names)),
          at: word.key.offset)
      }
      var added = GroupSelection.HashField(field)
      if let mask = word.value {
        if mask.text.contains("/") {
          throw FlowSyntaxError(
            .notAllowed("a mask behind '/'", because: "here: the value is itself the mask"), at: mask.offset)
        }
        added.mask = try field.parse(mask.text, at: mask.offset).value
        guard field.maskRule == .any || added.mask == field.allOnes else {
          throw FlowSyntaxError(.maskNotAllowed(of: name), at: mask.offset)
        }
      }
      guard result.selection.insert(added) else {
        throw FlowSyntaxError(.repeated(name), at: word.key.offset)
      }
    }
  }
}

extension KeyValueScanner.Word {
  /// The value; throws when there is none.
  func value(expected: String, mayBeEmpty: Bool = false) throws(FlowSyntaxError) -> KeyValueScanner.Piece {
    guard let value, mayBeEmpty || !value.text.isEmpty else {
      throw FlowSyntaxError(.missingValue(of: String(key.text), expected: expected), at: valueOffset)
    }
    return value
  }
}
