import Sys

/// With what an ephemeral port goes: `ephemeral`, in the words of its column.
public enum PortOwner: Hashable, Sendable, CustomStringConvertible {
  /// With its device, or with whoever is at its far end.
  case peer
  /// With the process of that number.
  case process(Int32)

  /// `nil` unless `text` is `peer` or a number.
  init?(_ text: String) {
    if text == "peer" {
      self = .peer
    } else {
      guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }), let number = Int32(text), number > 0 else {
        return nil
      }
      self = .process(number)
    }
  }

  public var description: String {
    switch self {
    case .peer: "peer"
    case .process(let number): String(number)
    }
  }
}

extension Transaction {
  /// Finds the process that a port is to go with, unless that is known.
  func bindOwner(of port: inout PortConfiguration) throws(CommandError) {
    guard case .process(let number) = port.owner else { return port.ownerProcess = nil }
    guard port.ownerProcess?.identifier != number else { return }
    do throws(SysError) { port.ownerProcess = try WatchedProcess(number) } catch {
      throw CommandError("Port \(port.name): ephemeral: there is no process \(number)")
    }
  }
}
