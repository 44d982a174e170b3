public import Bytes
public import Flow
public import Match

/// A request for what groups counted, OFPMP_GROUP, or for what they are, OFPMP_GROUP_DESC. OpenFlow 1.3.5 sections
/// A.3.5.9 and A.3.5.10; in 1.0 Nicira's extension. Before 1.5 the latter is always about all groups.
public struct GroupRequest: MessagePayload {
  /// `GroupID.all` for all.
  public var group: UInt32
  public var isDescription: Bool

  public init(_ group: UInt32 = GroupID.all, isDescription: Bool) {
    self.group = group
    self.isDescription = isDescription
  }

  init(_ head: MessageHead) throws(OpenFlowError) {
    isDescription = head.kind == .groupDescriptionRequest || head.kind == .niciraGroupDescriptionRequest
    var reader = MessageReader(head.body)
    group = reader.isEmpty ? GroupID.all : try reader.read()
  }

  public func kind(in version: OpenFlowVersion) -> MessageKind? {
    switch (version, isDescription) {
    case (.v10, false): .niciraGroupRequest
    case (.v10, true): .niciraGroupDescriptionRequest
    case (_, false): .groupRequest
    case (_, true): .groupDescriptionRequest
    }
  }

  public func encodeBody(to writer: inout ByteWriter, version: OpenFlowVersion) {
    guard !isDescription || Bucket.hasID(in: version) else { return }
    writer.write(group)
    writer.pad(4)
  }

  public func print(to printer: inout MessagePrinter) {
    printer.append(" group_id=")
    switch group {
    case GroupID.all: printer.append("ALL")
    case GroupID.any: printer.append("ANY")
    default: printer.append(String(group))
    }
  }
}
