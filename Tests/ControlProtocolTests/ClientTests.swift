import ControlProtocol
import Testing

@Suite struct ClientTests {
  private func failure(connectingTo path: String) -> ClientError? {
    do {
      _ = try Client(path: path, timeoutSeconds: 1)
      return nil
    } catch {
      return error
    }
  }

  @Test func saysThatNobodyListens() {
    let path = "/nonexistent/apusd.sock"
    let error = failure(connectingTo: path)
    #expect(error == .notRunning(path))
    #expect(error?.description == "\(path): nobody listens; is apusd running, and is --run-dir right?")
  }

  @Test func refusesPathsThatNoSocketCanHave() {
    let path = "/" + String(repeating: "x", count: 107)
    #expect(failure(connectingTo: path) == .pathTooLong(path))
    #expect(failure(connectingTo: "/a\u{0}b") == .pathTooLong("/a\u{0}b"))
  }

  @Test func readsNoFileThatIsNotThere() {
    let error = #expect(throws: MessageError.self) {
      try InputFile.text(path: "/nonexistent/rules", maximumBytes: 10)
    }
    #expect(error?.message == "/nonexistent/rules: no such file")
    #expect(throws: MessageError(message: "/dev/zero: longer than 10 bytes")) {
      try InputFile.text(path: "/dev/zero", maximumBytes: 10)
    }
    #expect(throws: MessageError(message: "/: is a directory")) {
      try InputFile.text(path: "/", maximumBytes: 10)
    }
  }
}
