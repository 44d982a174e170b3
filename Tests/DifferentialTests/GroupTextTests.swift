import Flow
import Match
import OVSOracle
import OpenFlow
import Testing

/// Groups as text, one process of the real program each.
@Suite struct GroupTextTests {
  @Test(arguments: [
    (version: "OpenFlow10", mutates: false), ("OpenFlow13", false), ("OpenFlow15", false),
    ("OpenFlow15", true),
  ])
  func generatedGroups(version: String, mutates: Bool) {
    var random = RandomText(seed: 11)
    let texts = (0..<120).map { _ in mutates ? random.mutated(random.group()) : random.group() }
    compareGroups(texts, version: version).check(atLeast: 48)
  }
}

/// What both programs make of the groups.
func compareGroups(_ texts: [String], version name: String) -> Differences {
  let versions: [String: OpenFlowVersion] = [
    "OpenFlow10": .v10, "OpenFlow11": .v11, "OpenFlow12": .v12, "OpenFlow13": .v13, "OpenFlow14": .v14,
    "OpenFlow15": .v15,
  ]
  var differences = Differences()
  for text in texts {
    let (output, succeeded) = OVSOfctl.run(["-voff", "-O", name, "parse-group", text])
    let lines = output.split(separator: "\n")
    let line = lines.first { $0.contains("***decode error") } ?? lines.last ?? ""
    // Which formats have what a group uses is not said by its syntax.
    if !succeeded, output.contains("usable protocols") { continue }
    let real = succeeded ? Outcome.printed(String(line)) : .refused(String(line))
    differences.compare(text, real: real, ours: ourGroup(text, versions[name] ?? .v15))
  }
  return differences
}

private func ourGroup(_ text: String, _ version: OpenFlowVersion) -> Outcome {
  do throws(FlowSyntaxError) {
    let bytes = try GroupMod(parsing: text[...], command: .add).encode(version: version, xid: 1)
    let printed = MessagePrinter.text(of: bytes, style: .init(verbosity: 0))
    return .printed(printed.split(separator: "\n").last.map(String.init) ?? "")
  } catch {
    return .refused("\(error)")
  }
}
