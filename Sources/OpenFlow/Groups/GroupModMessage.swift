public import Bytes
public import Flow
public import Match

/// OFPT_GROUP_MOD, in 1.0 NXT_GROUP_MOD, which has the layout of 1.5.
extension GroupMod: MessagePayload {
  init(_ head: MessageHead) throws(OpenFlowError) {
    var reader = MessageReader(head.body)
    let commandNumber = try reader.read(UInt16.self)
    let number = try reader.read(UInt8.self)
    try reader.skip(1)
    let group = try reader.read(UInt32.self)
    guard let type = GroupType(rawValue: number) else {
      throw OpenFlowError(.badGroupType, head.body.prefix(8))
    }
    guard let command = Command(rawValue: commandNumber) else {
      throw OpenFlowError(.badGroupCommand, head.body.prefix(2))
    }
    self.init(command: command, type: type, group: group)
    if Bucket.hasID(in: head.version) {
      let bucketByteCount = try Int(reader.read(UInt16.self))
      try reader.skip(2)
      commandBucket = try reader.read()
      try checkCommandBucket()
      var list = MessageReader(try reader.take(bucketByteCount))
      buckets = try Bucket.decode(&list, of: type, version: head.version)
      selection = try GroupSelection(&reader, of: type, command: command)
    } else {
      guard command != .insertBucket, command != .removeBucket else {
        throw OpenFlowError(.badGroupCommand, head.body.prefix(2))
      }
      buckets = try Bucket.decode(&reader, of: type, version: head.version)
    }
    try check()
  }

  private func checkCommandBucket() throws(OpenFlowError) {
    let isNamed = commandBucket == BucketID.first || commandBucket == BucketID.last
    let isValid =
      switch command {
      case .insertBucket: commandBucket <= BucketID.maximum || isNamed
      case .removeBucket: commandBucket <= BucketID.maximum || isNamed || commandBucket == BucketID.all
      case .add, .modify, .delete, .addOrModify: commandBucket == BucketID.all
      }
    guard isValid else { throw OpenFlowError(.badBucket) }
  }

  /// Throws unless the parts of the change go together.
  private func check() throws(OpenFlowError) {
    switch command {
    case .add, .modify, .addOrModify:
      guard type != .indirect || buckets.count == 1 else { throw OpenFlowError(.invalidGroup) }
      for bucket in buckets {
        guard type == .select || bucket.weight == 0 else { throw OpenFlowError(.invalidGroup) }
        switch type {
        case .all, .indirect:
          guard !bucket.watchesSomething else { throw OpenFlowError(.watchUnsupported) }
        case .fastFailover:
          guard bucket.watchesSomething else { throw OpenFlowError(.invalidGroup) }
        case .select: break
        }
      }
    case .delete:
      guard buckets.isEmpty else { throw OpenFlowError(.invalidGroup) }
    case .removeBucket:
      guard buckets.isEmpty else { throw OpenFlowError(.badBucket) }
    case .insertBucket: break
    }
    guard Set(buckets.map(\.id)).count == buckets.count else { throw OpenFlowError(.badBucket) }
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    if version == .v10 { return .niciraGroupMod }
    let needsBucketIDs = command == .insertBucket || command == .removeBucket
    return needsBucketIDs && version < .v15 ? nil : .groupMod
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    writer.write(command.rawValue)
    writer.write(type.rawValue)
    writer.pad(1)
    writer.write(group)
    let hasIDs = Bucket.hasID(in: version)
    let lengthOffset = writer.count
    if hasIDs {
      writer.pad(4)
      writer.write(commandBucket)
    }
    let start = writer.count
    for bucket in buckets { bucket.encode(to: &writer, of: type, version: version) }
    guard hasIDs else { return }
    writer.patch(UInt16(truncatingIfNeeded: writer.count - start), at: lengthOffset)
    selection.encode(to: &writer, version: version)
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append("\n ")
    appendDescription(to: &printer)
  }

  func appendDescription(to printer: inout MessagePrinter) {
    printer.append(
      description(showsBucketIDs: Bucket.hasID(in: printer.version), names: printer.style.names))
  }
}
