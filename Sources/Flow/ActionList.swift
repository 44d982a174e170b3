import Actions
import Match

enum ActionList {
  static func parse(_ text: Substring, at offset: Int, ports: PortLookup) throws(FlowSyntaxError) -> [Action]
  {
    text == "drop" || text.isEmpty
      ? [] : [.output(try PortNumber.parse(text, at: offset, of: "output", ports: ports))]
  }

  static func format(_ actions: [Action], names: PortNaming) -> String {
    guard case .output(let port)? = actions.first else { return "drop" }
    return port.described(by: names)
  }
}
