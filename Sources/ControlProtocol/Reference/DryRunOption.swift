extension CommandReference.Option {
  public static let dryRun = CommandReference.Option(
    name: "--dry-run", help: "show what would change, and change nothing; see 'apus --help'")
}

extension CommandReference {
  /// The commands that change something, each of which has `--dry-run`.
  private static let changing: Set<String> = [
    "add-br", "del-br", "add-port", "del-port", "port-import", "set-controller", "del-controller",
    "set-fail-mode",
    "del-fail-mode", "set-ssl", "del-ssl", "add-mirror", "del-mirror", "create", "destroy", "set", "add",
    "remove",
    "clear",
    "add-flow", "add-flows", "mod-flows", "del-flows", "mod-table", "mod-port", "packet-out", "fdb/add",
    "fdb/del", "fdb/flush",
    "fdb/stats-clear", "exit", "add-group", "add-groups", "mod-group", "del-groups", "insert-buckets",
    "remove-buckets", "add-meter", "mod-meter", "del-meter", "del-meters", "replace-flows", "bundle",
    "set-frags", "ct-flush-zone", "ct-flush", "add-tlv-map", "del-tlv-map",
  ]

  /// Whether the command changes something.
  public var changesSomething: Bool { Self.changing.contains(name) }

  /// With the option that all commands have which change something.
  var completed: CommandReference {
    guard changesSomething else { return self }
    var result = self
    result.options.append(.dryRun)
    return result
  }
}
