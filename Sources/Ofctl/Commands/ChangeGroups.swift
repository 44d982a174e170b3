import Flow
import Match
import OpenFlow

/// `add-group SWITCH GROUP`. GROUP `-` reads lines from standard input, here and in the other commands.
enum AddGroup: OfctlCommand {
  static let name = "add-group"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try ChangeGroups.run(call, command: call.options.mayCreate ? .addOrModify : .add, takesKeyword: true)
  }
}

/// `add-groups SWITCH FILE`.
enum AddGroups: OfctlCommand {
  static let name = "add-groups"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try ChangeGroups.run(call, command: .add, takesKeyword: true, file: call[1])
  }
}

/// `mod-group SWITCH GROUP`.
enum ModifyGroup: OfctlCommand {
  static let name = "mod-group"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) {
    try ChangeGroups.run(call, command: call.options.mayCreate ? .addOrModify : .modify)
  }
}

/// `del-groups SWITCH [GROUP]`.
enum DeleteGroups: OfctlCommand {
  static let name = "del-groups"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) { try ChangeGroups.run(call, command: .delete) }
}

/// `insert-buckets SWITCH GROUP`.
enum InsertBuckets: OfctlCommand {
  static let name = "insert-buckets"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) { try ChangeGroups.run(call, command: .insertBucket) }
}

/// `remove-buckets SWITCH GROUP`.
enum RemoveBuckets: OfctlCommand {
  static let name = "remove-buckets"
  static let changesSwitch = true

  static func run(_ call: OfctlCall) throws(OfctlError) { try ChangeGroups.run(call, command: .removeBucket) }
}

enum ChangeGroups {
  /// Carries out the group's text, or every line of `file`.
  static func run(
    _ call: OfctlCall, command: GroupMod.Command, takesKeyword: Bool = false, file: String? = nil
  ) throws(OfctlError) {
    let file = file ?? (call.optional(1) == "-" ? "-" : nil)
    let text = try file.map { path throws(OfctlError) in try call.fileText(path) }
    var client = try ChangeSender(call: call).connect()
    let ports = try client.portNames(call)
    let groups: [(mod: GroupMod, name: String)]
    if let text, let file {
      groups = try GroupLine.parse(
        file: text, named: file, command: command, takesKeyword: takesKeyword, ports: ports)
    } else if let text = call.optional(1) {
      let mod = try GroupLine.parse(text, command: command, takesKeyword: takesKeyword, ports: ports)
      groups = [(mod, call[0])]
    } else {
      groups = [(GroupMod(command: .delete, group: GroupID.all), call[0])]
    }
    let changes = groups.map { (request: $0.mod as any MessagePayload, name: $0.name) }
    try ChangeSender(call: call).send(changes, asBundle: call.options.usesBundle, to: &client)
  }
}
