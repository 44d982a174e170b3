import OVSOracle
import Testing

@testable import Match

@Suite struct OpenFlowErrorCodeTests {
  @Test func everyErrorIsInTheTableOnce() {
    #expect(OpenFlowErrorCode.numberTable.map(\.key) == OpenFlowErrorCode.allCases)
  }

  @Test func aNumberNamesTheFirstErrorThatHasIt() {
    for version in OpenFlowVersion.allCases {
      for code in OpenFlowErrorCode.allCases {
        guard let number = code.exactNumber(in: version) else { continue }
        let first = OpenFlowErrorCode.allCases.first { $0.exactNumber(in: version) == number }
        #expect(OpenFlowErrorCode(number, in: version) == first)
      }
    }
    #expect(OpenFlowErrorCode(.standard(type: 99, code: 0), in: .v10) == nil)
  }

  @Test func whatAVersionLacksIsUnencodable() {
    #expect(OpenFlowErrorCode.bundleUnknown.exactNumber(in: .v12) == nil)
    #expect(
      OpenFlowErrorCode.bundleUnknown.number(in: .v12) == OpenFlowErrorCode.unencodable.number(in: .v12))
    #expect(OpenFlowErrorCode.badEmergencyTimeout.exactNumber(in: .v11) == nil)
  }

  /// `print-error` has a line for each version that numbers the error.
  @Test(.enabled(if: OVSOfctl.run(["--version"]).succeeded, "needs ovs-ofctl"))
  func numbersAreThoseOfOpenVSwitch() {
    let versions = zip(OpenFlowVersion.allCases, ["1.0", "1.1", "1.2", "1.3", "1.4", "1.5"])
    for code in OpenFlowErrorCode.allCases {
      var text = ""
      for (version, name) in versions {
        switch code.exactNumber(in: version) {
        case .standard(let type, let code)?:
          text += "OpenFlow \(name): vendor 0, type \(type), code \(code)\n"
        case .experimenter(let id, let type, let code)?:
          let (type, code) = version < .v12 ? (type, code) : (code, 0)
          text += "OpenFlow \(name): vendor 0x\(String(id, radix: 16)), type \(type), code \(code)\n"
        case nil: break
        }
      }
      #expect(OVSOfctl.run(["print-error", code.rawValue]).text == text, "\(code.rawValue)")
    }
  }
}
