// `posix_spawnp` gets pointers to C strings that were allocated here and are freed when it has returned; the
// file actions and attributes are initialised before use and destroyed after it. Reads go into arrays that are
// as long as the call is told.
import Glibc

/// How a program ended, and what it wrote.
struct CommandResult: Sendable {
  /// The exit status; 128 + the signal for a program that one ended.
  var status: CInt
  var output: String
  var errors: String
}

/// A program did not do what was expected of it.
struct CommandFailure: Error, CustomStringConvertible {
  var command: String
  var reason: String
  var description: String { "\(command): \(reason)" }
}

/// A running program, in a process group of its own, with its output in files that have no name.
final class ChildProcess {
  let command: String
  let pid: pid_t
  private let outputFile: CInt
  private let errorFile: CInt
  private var status: CInt?

  /// Starts `words`, found along PATH, with `input` as its standard input.
  init(_ words: [String], input: String = "") throws {
    command = words.joined(separator: " ")
    outputFile = try Self.unnamedFile()
    errorFile = try Self.unnamedFile()
    let inputFile = try Self.unnamedFile()
    defer { close(inputFile) }
    let bytes = Array(input.utf8)
    guard unsafe pwrite(inputFile, bytes, bytes.count, 0) == bytes.count else {
      throw CommandFailure(command: command, reason: "its input could not be written")
    }

    var actions = unsafe posix_spawn_file_actions_t()
    unsafe posix_spawn_file_actions_init(&actions)
    defer { unsafe posix_spawn_file_actions_destroy(&actions) }
    for (file, target) in [(inputFile, CInt(0)), (outputFile, 1), (errorFile, 2)] {
      unsafe posix_spawn_file_actions_adddup2(&actions, file, target)
    }
    var attributes = posix_spawnattr_t()
    unsafe posix_spawnattr_init(&attributes)
    defer { unsafe posix_spawnattr_destroy(&attributes) }
    // The threads that run tests have signals blocked, which a program would inherit.
    var signals = sigset_t()
    unsafe sigemptyset(&signals)
    unsafe posix_spawnattr_setsigmask(&attributes, &signals)
    unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK))

    let arguments = unsafe words.map { unsafe strdup($0) }
    var started: pid_t = 0
    let error = unsafe posix_spawnp(
      &started, words[0], &actions, &attributes, arguments + [nil], environ)
    for i in unsafe arguments.indices { unsafe free(arguments[i]) }
    guard error == 0 else {
      throw CommandFailure(command: command, reason: unsafe String(cString: strerror(error)))
    }
    pid = started
  }

  deinit {
    if status == nil {
      kill(-pid, SIGKILL)
      _ = waitpid(pid, nil, 0)
    }
    close(outputFile)
    close(errorFile)
  }

  private static func unnamedFile() throws -> CInt {
    var path = Array("/tmp/apus-test-XXXXXX".utf8CString)
    let file = unsafe mkstemp(&path)
    guard file >= 0 else { throw CommandFailure(command: "mkostemp", reason: "no temporary file") }
    _ = fcntl(file, F_SETFD, FD_CLOEXEC)
    unsafe unlink(path)
    return file
  }

  /// What it has written to standard output so far.
  var output: String { Self.text(of: outputFile) }
  /// What it has written to standard error so far.
  var errors: String { Self.text(of: errorFile) }

  private static func text(of file: CInt) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe pread(file, &chunk, chunk.count, bytes.count)
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Whether it has not ended yet.
  var isRunning: Bool {
    guard status == nil else { return false }
    var raw: CInt = 0
    guard unsafe waitpid(pid, &raw, WNOHANG) == pid else { return true }
    status = raw & 0x7f == 0 ? raw >> 8 & 0xff : 128 + raw & 0x7f
    return false
  }

  /// Waits until it ends by itself. Throws, and ends it, when that takes longer than `seconds`.
  @discardableResult
  func wait(seconds: Int = 30) throws -> CommandResult {
    let isOver = Deadline(seconds: seconds).waits { !isRunning }
    guard isOver, let status else {
      kill(-pid, SIGKILL)
      throw CommandFailure(
        command: command, reason: "still running after \(seconds) s; it wrote: \(output)\(errors)")
    }
    return CommandResult(status: status, output: output, errors: errors)
  }

  /// Waits until standard output or standard error contains `text`.
  func waitForOutput(_ text: String, seconds: Int = 10) throws {
    let isThere = Deadline(seconds: seconds).waits { (output + errors).contains(text) || !isRunning }
    guard isThere, (output + errors).contains(text) else {
      throw CommandFailure(command: command, reason: "did not write '\(text)' but: \(output)\(errors)")
    }
  }

  /// Sends a signal and waits for the end.
  @discardableResult
  func stop(signal: CInt = SIGTERM) throws -> CommandResult {
    if isRunning { kill(pid, signal) }
    return try wait(seconds: 10)
  }
}

/// Commands given as one text of words without spaces.
enum Command {
  /// Runs a command and waits for its end.
  @discardableResult
  static func run(_ command: String, input: String = "", seconds: Int = 30) throws -> CommandResult {
    try start(command, input: input).wait(seconds: seconds)
  }

  /// Runs a command that must succeed. Returns what it wrote to standard output.
  @discardableResult
  static func output(of command: String, input: String = "", seconds: Int = 30) throws -> String {
    let result = try run(command, input: input, seconds: seconds)
    guard result.status == 0 else {
      throw CommandFailure(
        command: command, reason: "exit status \(result.status): \(result.output)\(result.errors)")
    }
    return result.output
  }

  static func start(_ command: String, input: String = "") throws -> ChildProcess {
    try ChildProcess(command.split(separator: " ").map(String.init), input: input)
  }
}
