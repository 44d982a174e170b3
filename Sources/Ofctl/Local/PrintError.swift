import Match

/// `print-error NAME`: an error's number in each version that has it.
enum PrintError: OfctlCommand {
  static let name = "print-error"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    let error = try errorCode(named: call[0])
    for version in OpenFlowVersion.allCases {
      switch error.exactNumber(in: version) {
      case .standard(let type, let code): show(call, version, experimenter: "0", type, code)
      // Errors of experimenters that 1.2 and later have are of no type; Open vSwitch shows the code as one.
      case .experimenter(let id, let type, let code) where version < .v12:
        show(call, version, experimenter: "0x" + String(id, radix: 16), type, code)
      case .experimenter(let id, _, let code):
        show(call, version, experimenter: "0x" + String(id, radix: 16), code, 0)
      case nil: break
      }
    }
  }

  private static func show(
    _ call: OfctlCall, _ version: OpenFlowVersion, experimenter: String, _ type: UInt16, _ code: UInt16
  ) {
    call.line("OpenFlow \(version.shortName): vendor \(experimenter), type \(type), code \(code)")
  }

  static func errorCode(named name: String) throws(OfctlError) -> OpenFlowErrorCode {
    if let code = OpenFlowErrorCode(rawValue: name.uppercased()) { return code }
    throw OfctlError(unknown("error", name, among: OpenFlowErrorCode.allCases.map(\.rawValue)))
  }
}
