import Flow
import Match
import OpenFlow

/// Which rules a question is about: `table=`, `out_port=`, `out_group=`, `cookie=V/M` and a match.
enum FlowFilter {
  static func request(
    _ text: String?, version: OpenFlowVersion, options: OfctlOptions, ports: PortNames
  ) throws(OfctlError) -> FlowStatisticsRequest {
    var request = FlowStatisticsRequest()
    if let text {
      let mod = try FlowLine(text, command: .delete, takesKeyword: false, ports: ports).mod
      request = FlowStatisticsRequest(
        match: mod.match, table: mod.table, outPort: mod.outPort, outGroup: mod.outGroup,
        cookie: CookieMatch(cookie: mod.cookie, mask: mod.cookieMask))
    }
    if version == .v10 {
      let formats = options.flowFormats ?? .all
      request.isNicira = !formats.isDisjoint(with: .anyNXM)
    }
    return request
  }
}
