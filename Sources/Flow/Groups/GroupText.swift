import Actions
public import Match

/// Groups as Open vSwitch prints them. Bucket numbers are shown for versions that have them: 1.5, and 1.0 with
/// Nicira's messages.
extension GroupMod {
  /// What `ovs-ofctl` prints for the change: `ADD group_id=1,type=all,bucket=...`.
  public func description(showsBucketIDs: Bool, names: PortNaming = { _ in nil }) -> String {
    var text = command.name + " "
    let isOfBuckets = command == .insertBucket || command == .removeBucket
    if isOfBuckets {
      text += "command_bucket_id:"
      switch commandBucket {
      case BucketID.first: text += "first"
      case BucketID.last: text += "last"
      case BucketID.all: text += "all"
      case let id: text += String(id)
      }
      text += ","
    }
    let printed = GroupDescription(group: group, type: type, buckets: buckets, selection: selection)
    printed.append(to: &text, showsType: !isOfBuckets, showsBucketIDs: showsBucketIDs, names: names)
    return text
  }
}

extension GroupMod.Command {
  /// The word that is printed in front of a change.
  public var name: String {
    switch self {
    case .add: "ADD"
    case .modify: "MOD"
    case .delete: "DEL"
    case .insertBucket: "INSERT_BUCKET"
    case .removeBucket: "REMOVE_BUCKET"
    case .addOrModify: "ADD_OR_MOD"
    }
  }
}

extension GroupDescription {
  /// The group as `ovs-ofctl dump-groups` prints it: it can be read back.
  public func description(showsBucketIDs: Bool, names: PortNaming = { _ in nil }) -> String {
    var text = ""
    append(to: &text, showsType: true, showsBucketIDs: showsBucketIDs, names: names)
    return text
  }

  fileprivate func append(
    to text: inout String, showsType: Bool, showsBucketIDs: Bool, names: PortNaming
  ) {
    text += "group_id=\(group)"
    if showsType { text += ",type=\(type.name)" }
    selection.append(to: &text)
    for bucket in buckets {
      text += ",bucket="
      if showsBucketIDs { text += "bucket_id:\(bucket.id)," }
      if bucket.weight != type.defaultWeight { text += "weight:\(bucket.weight)," }
      if bucket.watchPort != .none { text += "watch_port:\(bucket.watchPort.described(by: names))," }
      if bucket.watchGroup != GroupID.any { text += "watch_group:\(bucket.watchGroup)," }
      text += "actions="
      ActionList.append(bucket.actions, to: &text, names: names)
    }
  }
}

extension GroupSelection {
  fileprivate func append(to text: inout String) {
    guard !method.isEmpty else { return }
    text += ",selection_method=\(method)"
    if parameter != 0 { text += ",selection_method_param=\(parameter)" }
    switch fields.count {
    case 0: break
    case 1: text += ",fields=\(fields[0].text)"
    default: text += ",fields(" + fields.map(\.text).joined(separator: ",") + ")"
    }
  }
}

extension GroupSelection.HashField {
  /// The field's name, with its mask unless that is all ones.
  fileprivate var text: String {
    mask == field.allOnes ? field.name : "\(field.name)=\(field.format(value: mask, mask: field.allOnes))"
  }
}
