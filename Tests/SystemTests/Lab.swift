// `mkdtemp` changes an array that outlives the call.
import Glibc
import Synchronization
import Testing

/// The namespaces and daemons of one test. All are gone when its body ends, however it ends.
final class Lab {
  private static let prefix = "apust-"
  /// Labs made by this process.
  private static let count = Atomic(0)

  private let name: String
  private let directory: String
  private var namespaces: [Namespace] = []
  private var daemons: [Daemon] = []
  private var processes: [ChildProcess] = []

  /// Runs `body` with an empty lab. When it throws, what the daemons wrote is part of the report.
  static func run(_ body: (Lab) throws -> Void) throws {
    _ = leftoversAreGone
    let lab = try Lab()
    defer { lab.tearDown() }
    do {
      try body(lab)
    } catch {
      for daemon in lab.daemons {
        Issue.record("apusd wrote: \(daemon.process.output)\(daemon.process.errors)")
      }
      throw error
    }
  }

  private init() throws {
    name = "\(Self.prefix)\(getpid())-\(Self.count.add(1, ordering: .relaxed).newValue)-"
    var path = Array("/tmp/apus-test-XXXXXX".utf8CString)
    guard unsafe mkdtemp(&path) != nil else {
      throw CommandFailure(command: "mkdtemp", reason: "no temporary directory")
    }
    directory = String(decoding: path.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  private func tearDown() {
    for process in processes { _ = try? process.stop(signal: SIGKILL) }
    for daemon in daemons.reversed() where daemon.process.isRunning {
      do {
        let result = try daemon.stop()
        #expect(result.status == 0, "apusd did not end well: \(result.errors)")
      } catch {
        Issue.record(error)
      }
    }
    for namespace in namespaces { namespace.remove() }
    _ = try? Command.run("rm -r \(directory)", seconds: 10)
  }

  /// Removes the namespaces of test runs that were killed, and ends what still runs in them.
  private static let leftoversAreGone: Void = {
    guard let list = try? Command.output(of: "ip netns list") else { return }
    for line in list.split(separator: "\n") where line.hasPrefix(prefix) {
      let name = line.prefix { $0 != " " }
      let process = name.dropFirst(prefix.count).prefix { $0.isNumber }
      guard let pid = pid_t(process), kill(pid, 0) != 0 else { continue }
      let survivors = (try? Command.output(of: "ip netns pids \(name)")) ?? ""
      for survivor in survivors.split(separator: "\n").compactMap({ pid_t($0) }) { kill(survivor, SIGKILL) }
      _ = try? Command.run("ip netns delete \(name)", seconds: 10)
    }
  }()

  /// A new host.
  func host(_ name: String, ipv6: Bool = false) throws -> Namespace {
    let namespace = try Namespace(self.name + name, ipv6: ipv6)
    namespaces.append(namespace)
    return namespace
  }

  /// A new daemon in `namespace`, or in one of its own, with a bridge `br0`.
  func daemon(
    in namespace: Namespace? = nil, bridge: String? = "br0", options: String = ""
  ) throws -> Daemon {
    let place = try namespace ?? host("switch\(daemons.count)")
    let daemon = try Daemon(in: place, runDirectory: "\(directory)/run\(daemons.count)", options: options)
    daemons.append(daemon)
    if let bridge { try daemon.apus("add-br \(bridge)") }
    return daemon
  }

  /// Keeps a program running until the lab goes.
  func keep(_ process: ChildProcess) -> ChildProcess {
    processes.append(process)
    return process
  }

  /// The path of a file that goes with the lab.
  func path(_ name: String) -> String { "\(directory)/\(name)" }
}
