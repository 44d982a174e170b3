// `posix_spawnp` gets pointers to C strings that were allocated here and are freed when it has returned; the
// file actions are initialised before use and destroyed after it. Files are read through streams that are
// closed in the same function.

import Glibc

/// Runs the real `ovs-ofctl` (Debian package openvswitch-common), the oracle of what Open vSwitch prints.
public enum OVSOfctl {
  /// What `ovs-ofctl`, or another program of that package, prints to its standard output and error when it reads
  /// `input`, and whether it exits with 0. Without `takesErrors` standard error does not count.
  public static func run(
    _ arguments: [String], input: String = "", takesErrors: Bool = true, program: String = "ovs-ofctl"
  ) -> (text: String, succeeded: Bool) {
    let path = temporaryFile(holding: "")
    let inputPath = temporaryFile(holding: input)
    defer {
      unlink(path)
      unlink(inputPath)
    }
    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    unsafe posix_spawn_file_actions_addopen(&actions, 0, inputPath, O_RDONLY, 0)
    unsafe posix_spawn_file_actions_addopen(&actions, 1, path, O_WRONLY | O_APPEND, 0)
    if takesErrors {
      unsafe posix_spawn_file_actions_adddup2(&actions, 1, 2)
    } else {
      unsafe posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0)
    }
    let words = unsafe ([program] + arguments).map { unsafe strdup($0) }
    var process: pid_t = 0
    let error = unsafe posix_spawnp(&process, program, &actions, nil, words + [nil], environ)
    for i in unsafe words.indices { unsafe free(words[i]) }
    guard error == 0 else { return ("", false) }
    var status: Int32 = 0
    unsafe waitpid(process, &status, 0)
    return (read(path), status == 0)
  }

  /// The path of a new file with `text` in it. Whoever called removes it.
  public static func temporaryFile(holding text: String) -> String {
    temporaryFile(holding: Array(text.utf8))
  }

  /// The path of a new file with `bytes` in it. Whoever called removes it.
  public static func temporaryFile(holding bytes: [UInt8]) -> String {
    var template = Array("/tmp/apus-oracle-XXXXXX".utf8CString)
    let descriptor = unsafe mkstemp(&template)
    guard let file = unsafe fdopen(descriptor, "w") else { return "" }
    unsafe fwrite(bytes, 1, bytes.count, file)
    unsafe fclose(file)
    return String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Removes a file.
  public static func unlink(_ path: String) { _ = unsafe Glibc.unlink(path) }

  /// The text of a file; empty when there is none.
  public static func read(_ path: String) -> String {
    guard let file = unsafe fopen(path, "r") else { return "" }
    var bytes: [UInt8] = []
    while case let byte = unsafe fgetc(file), byte != EOF { bytes.append(UInt8(byte)) }
    unsafe fclose(file)
    return String(decoding: bytes, as: UTF8.self)
  }
}
