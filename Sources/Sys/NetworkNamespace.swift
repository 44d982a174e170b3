// Memory: none of its own; paths are passed to the kernel for the time of a call.
import CLinux
import Glibc
import Synchronization

/// A network namespace, by the name that `ip netns` gave it or by a process that lives in it.
public enum NetworkNamespace: Hashable, Sendable {
  /// `/run/netns/NAME`
  case named(String)
  /// `/proc/PID/ns/net`
  case process(Int32)
  /// A namespace's file, which this process has open for as long as the value is used.
  case open(CInt)

  /// The file that stands for the namespace.
  public var path: String {
    switch self {
    case .named(let name): "/run/netns/" + name
    case .process(let process): "/proc/\(process)/ns/net"
    case .open(let descriptor): "/proc/self/fd/\(descriptor)"
    }
  }

  /// Runs `body` inside the namespace and returns what it returned. Descriptors that it opens stay bound to
  /// the namespace wherever they are used.
  ///
  /// Only a whole thread can be in another namespace, and coming back may fail; so the body runs on a thread
  /// that ends with it.
  ///
  /// - Throws: what `body` throws; an error of `open` when there is no such namespace, of `setns` without
  ///   CAP_SYS_ADMIN.
  public func run<Value: ~Copyable & Sendable>(
    _ body: @escaping @Sendable () throws(SysError) -> Value
  ) throws(SysError) -> Value {
    let outcome = Outcome<Value>()
    let thread = try Thread(name: "netns") { [self] in
      do throws(SysError) {
        let namespace = try openFile()
        try SysError.check(
          clinux_enter_network_namespace(namespace.rawValue), call: "setns", subject: path)
        outcome.set(.success(try body()))
      } catch {
        outcome.set(.failure(error))
      }
    }
    thread.join()
    return try outcome.take()
  }

  func openFile() throws(SysError) -> OwnedDescriptor {
    try OwnedDescriptor(unsafe clinux_open(path, O_RDONLY), call: "open", subject: path)
  }
}

/// Carries a result from one thread to the one that joins it.
private final class Outcome<Value: ~Copyable & Sendable>: Sendable {
  private let result = Mutex<Result<Value, SysError>?>(nil)

  func set(_ value: consuming sending Result<Value, SysError>) {
    var value: Result<Value, SysError>? = value
    result.withLock { swap(&$0, &value) }
  }

  func take() throws(SysError) -> Value {
    guard let result = result.withLock({ $0.take() }) else { preconditionFailure("a thread without result") }
    return try result.get()
  }
}

extension NetworkNamespace? {
  /// What to put in front of a command that is meant for this namespace; `nil` is that of the calling program.
  public var commandPrefix: String {
    switch self {
    case nil, .open: ""
    case .named(let name): "ip netns exec \(name) "
    case .process(let process): "nsenter --net --target \(process) "
    }
  }
}
