import Actions
import Bytes
import Match
import OVSOracle
import TestKit
import Testing

/// Actions and instructions as bytes, right and wrong ones: the same are taken, with the same text. Which of several
/// errors is reported may differ.
@Suite struct ActionBytesTests {
  @Test(arguments: OpenFlowVersion.allCases)
  func mutatedLists(version: OpenFlowVersion) {
    compareLists(mutatedActionLists(version, count: 900, seed: 21), version).check(atLeast: 600)
  }
}

/// Parts of recorded rules with a few bytes changed: what follows the match in flow mods of 1.1 and later, and in
/// those of 1.0.
func mutatedActionLists(_ version: OpenFlowVersion, count: Int, seed: UInt64) -> [[UInt8]] {
  var random = RandomText(seed: seed)
  let lists = GoldenMessage.all(from: [.actions, .sent]).compactMap { message -> [UInt8]? in
    guard message.version == version.rawValue, message.kind == "OFPT_FLOW_MOD" else { return nil }
    let bytes = message.bytes
    let start =
      switch version {
      case .v10: 72
      case .v11: 136
      default: 48 + (Int(bytes[50]) << 8 + Int(bytes[51]) + 7) / 8 * 8
      }
    return bytes.count > start ? Array(bytes[start...]) : nil
  }
  guard !lists.isEmpty else { return [] }
  return (0..<count).map { _ in
    var bytes = random.pick(lists)
    for _ in 0..<random.number(3) where !bytes.isEmpty {
      let place = random.number(bytes.count)
      switch random.number(4) {
      case 0: bytes[place] ^= 1 << UInt8(random.number(8))
      case 1: bytes[place] = UInt8(random.number(256))
      case 2: bytes.removeLast(min(8, bytes.count))
      default: bytes[place] = UInt8(random.pick([0, 1, 8, 16, 24, 255]))
      }
    }
    return bytes
  }.filter { !$0.isEmpty }
}

/// What both programs make of the lists.
func compareLists(_ lists: [[UInt8]], _ version: OpenFlowVersion) -> Differences {
  let name = "OpenFlow1\(version.rawValue - 1)"
  let command = version == .v10 ? "parse-actions" : "parse-instructions"
  let input = lists.map { hex($0) + "\n" }.joined()
  let (output, _) = OVSOfctl.run(["-voff", command, name], input: input)
  let lines = output.split(separator: "\n").filter {
    $0.hasPrefix("actions=") || $0.hasPrefix("bad \(name) ")
  }
  var differences = Differences()
  guard lines.count == lists.count else { return differences }
  for (list, line) in zip(lists, lines) {
    let real: Outcome =
      line.hasPrefix("actions=")
      ? .printed(String(line.dropFirst(8))) : .refused("***" + (line.split(separator: " ").last ?? ""))
    differences.compare(hex(list), real: real, ours: ourList(list, version))
  }
  return differences
}

private func ourList(_ bytes: [UInt8], _ version: OpenFlowVersion) -> Outcome {
  var reader = ByteReader(bytes)
  do throws(OpenFlowError) {
    let actions =
      version == .v10
      ? try ActionCodec.decode(&reader, version: version)
      : try InstructionCodec.decode(&reader, version: version)
    return .printed(ActionList.format(actions))
  } catch {
    return .refused("***\(error.code.rawValue)")
  }
}
