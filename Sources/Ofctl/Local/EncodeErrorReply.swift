import Match
import OpenFlow

/// `encode-error-reply ERROR REQUEST`: the error message that answers a request, in hexadecimal.
enum EncodeErrorReply: OfctlCommand {
  static let name = "encode-error-reply"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let code = try PrintError.errorCode(named: call[0])
    var splitter = OpenFlowFrameSplitter()
    splitter.append(try Hexadecimal.bytes(call[1]))
    let request: OpenFlowFrame? = try explaining("REQUEST") {
      do { return try splitter.next() } catch { throw OfctlError("its length is less than 8") }
    }
    guard let request else { throw OfctlError("REQUEST: shorter than its header says") }
    guard let version = OpenFlowVersion(rawValue: request.header.version) else {
      throw OfctlError("REQUEST: there is no version \(request.header.version) of OpenFlow")
    }
    let reply = ErrorMessage(OpenFlowError(code), to: request, version: version)
    call.console.write(Hexadecimal.dump(reply.encode(version: version, xid: request.header.xid)))
  }
}
