import Actions
import Bytes
import Match
import TestKit
import Testing

@Suite struct ActionRoundTripTests {
  /// Printing and reading back gives the same list; so do writing and reading back, but for what a version
  /// spells otherwise: there the second writing must equal the first.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func keepsRandomLists(seed: UInt64) throws {
    var random = RandomActions(seed: seed)
    for round in 0..<1000 {
      let actions = random.list()
      let name = "seed \(seed), round \(round): \(ActionList.format(actions))"
      let text = ActionList.format(actions)
      if try ActionList.parse(text[...], at: 0) != actions { Issue.record("text: \(name)") }

      let instructions = InstructionCodec.encode(actions)
      var reader = ByteReader(instructions)
      let decoded = try InstructionCodec.decode(&reader)
      if InstructionCodec.encode(decoded) != instructions { Issue.record("1.3: \(name)") }
      let kept = actions.filter { $0.isInstruction && $0 != .writeActions([]) }
      if decoded.filter(\.isInstruction).count != kept.count { Issue.record("1.3 lost one: \(name)") }

      let old = ActionCodec.encode(actions, version: .v10)
      var oldReader = ByteReader(old)
      let oldDecoded = try ActionCodec.decode(&oldReader, version: .v10)
      if ActionCodec.encode(oldDecoded, version: .v10) != old { Issue.record("1.0: \(name)") }
    }
  }

  /// Actions that all versions but 1.5 write as themselves.
  @Test(arguments: [4, 5] as [UInt64])
  func keepsExtensionsAsTheyAre(seed: UInt64) throws {
    var random = RandomActions(seed: seed)
    for round in 0..<300 {
      let actions = (0..<4).map { _ in random.extensionAction() }
      for version in OpenFlowVersion.allCases where version != .v15 {
        var reader = ByteReader(ActionCodec.encode(actions, version: version))
        if try ActionCodec.decode(&reader, version: version) != actions {
          Issue.record("seed \(seed), round \(round), \(version): \(ActionList.format(actions))")
        }
      }
    }
  }

  @Test func refusesAllTruncations() throws {
    for row in CapturedActions.all {
      if let captured = row.v10.map(bytes), try count(captured, .v10) == 1 {
        for length in 1..<captured.count {
          var reader = ByteReader(captured.prefix(length))
          let decoded = try? ActionCodec.decode(&reader, version: .v10)
          if decoded != nil { Issue.record("1.0 \(row.actions) cut to \(length)") }
        }
      }
      guard let captured = row.v13.map(bytes), !captured.isEmpty else { continue }
      let first = Int(captured[2]) << 8 | Int(captured[3])
      for length in 1..<captured.count where length < first {
        var reader = ByteReader(captured.prefix(length))
        let decoded = try? InstructionCodec.decode(&reader)
        if decoded != nil { Issue.record("1.3 \(row.actions) cut to \(length)") }
      }
    }
  }

  private func count(_ captured: [UInt8], _ version: OpenFlowVersion) throws -> Int {
    var reader = ByteReader(captured)
    return try ActionCodec.decode(&reader, version: version).count
  }

  /// Whatever bits flip, reading ends with a list that can be printed and written, or with an error.
  @Test(arguments: [6, 7] as [UInt64])
  func survivesFlippedBits(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    for row in CapturedActions.all {
      for (captured, version) in [(row.v10, OpenFlowVersion.v10), (row.v13, .v13)] {
        guard let original = captured.map(bytes), !original.isEmpty else { continue }
        for _ in 0..<200 {
          var flipped = original
          for _ in 0..<Int.random(in: 1...3, using: &random) {
            let bit = Int.random(in: 0..<(8 * flipped.count), using: &random)
            flipped[bit / 8] ^= 1 << UInt8(bit % 8)
          }
          check(flipped, version)
        }
      }
    }
  }

  private func check(_ flipped: [UInt8], _ version: OpenFlowVersion) {
    var reader = ByteReader(flipped)
    do throws(OpenFlowError) {
      let actions =
        version == .v10
        ? try ActionCodec.decode(&reader, version: .v10) : try InstructionCodec.decode(&reader)
      _ = try? ActionList.validate(actions, for: FlowMatch(), table: 0, version: version)
      let text = ActionList.format(actions)
      let encoded =
        version == .v10 ? ActionCodec.encode(actions, version: .v10) : InstructionCodec.encode(actions)
      var again = ByteReader(encoded)
      let decoded =
        version == .v10 ? try ActionCodec.decode(&again, version: .v10) : try InstructionCodec.decode(&again)
      let retold =
        version == .v10 ? ActionCodec.encode(decoded, version: .v10) : InstructionCodec.encode(decoded)
      if retold != encoded { Issue.record("\(hex(flipped)): \(text)") }
    } catch {
      if error.code.rawValue.isEmpty { Issue.record("an error without a code") }
    }
  }

  /// Texts with bytes changed, left out or doubled end with a list or an error.
  @Test(arguments: [8, 9] as [UInt64])
  func survivesMutilatedTexts(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let alphabet = Array("(),:=->/[].0x19afNXM\" ".utf8)
    for row in CapturedActions.all {
      for _ in 0..<100 {
        var text = Array(row.actions.utf8)
        for _ in 0..<Int.random(in: 1...4, using: &random) where !text.isEmpty {
          let index = Int.random(in: text.indices, using: &random)
          switch Int.random(in: 0..<3, using: &random) {
          case 0: text.remove(at: index)
          case 1: text.insert(alphabet.randomElement(using: &random) ?? 0, at: index)
          default: text[index] = alphabet.randomElement(using: &random) ?? 0
          }
        }
        let mutilated = String(decoding: text, as: UTF8.self)
        do throws(FlowSyntaxError) {
          let actions = try ActionList.parse(mutilated[...], at: 0)
          let printed = ActionList.format(actions)
          if (try? ActionList.parse(printed[...], at: 0)).map({ ActionList.format($0) }) != printed {
            Issue.record("\(mutilated) printed as \(printed)")
          }
        } catch {
          if !(0...text.count).contains(error.offset) { Issue.record("\(mutilated): offset \(error.offset)") }
        }
      }
    }
  }
}

extension Action {
  fileprivate var isInstruction: Bool {
    switch self {
    case .clearActions, .writeActions, .writeMetadata, .gotoTable: true
    default: false
    }
  }
}
