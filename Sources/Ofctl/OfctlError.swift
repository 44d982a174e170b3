import ControlProtocol

/// Why a command failed, in words for whoever typed it.
public struct OfctlError: Error, Equatable, Sendable, CustomStringConvertible {
  public var message: String

  init(_ message: String) { self.message = message }

  public var description: String { message }
}

/// What `body` returns; whatever it throws becomes the message, behind `subject` if one is given.
func explaining<Value>(
  _ subject: String = "", _ body: () throws -> Value
) throws(OfctlError) -> Value {
  do {
    return try body()
  } catch let error as OfctlError where subject.isEmpty {
    throw error
  } catch {
    throw OfctlError(subject.isEmpty ? "\(error)" : "\(subject): \(error)")
  }
}
