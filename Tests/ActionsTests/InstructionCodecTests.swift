import Actions
import Bytes
import Match
import TestKit
import Testing

@Suite struct InstructionCodecTests {
  @Test func sortsInstructions() throws {
    let wire =
      "0001000802000000" + "0002001800000000000000000000000500000000000000ff" + "0005000800000000"
      + "000400180000000000000010000000010000000000000000"
    var reader = ByteReader(bytes(wire))
    let actions = try InstructionCodec.decode(&reader)
    #expect(ActionList.format(actions) == "output:1,clear_actions,write_metadata:0x5/0xff,goto_table:2")
  }

  @Test func readsEmptyLists() throws {
    var apply = ByteReader(bytes("0004000800000000"))
    #expect(try InstructionCodec.decode(&apply).isEmpty)
    var write = ByteReader(bytes("0003000800000000"))
    #expect(try InstructionCodec.decode(&write) == [.writeActions([])])
    var nothing = ByteReader([])
    #expect(try InstructionCodec.decode(&nothing).isEmpty)
  }

  /// Errors as `ovs-ofctl parse-instructions` of Open vSwitch 3.1 names them; it knows table 255.
  static let refused: [(name: String, bytes: String, code: OpenFlowErrorCode)] = [
    ("no multiple of 8", "00010008010000", .badInstructionLength),
    ("goto_table of 16 bytes", "00010010010000000000000000000000", .badInstructionLength),
    ("longer than the list", "0005001000000000", .badInstructionLength),
    ("length 12", "0004000c00000000000000000000000000000000", .badInstructionLength),
    ("write_metadata of 16 bytes", "00020010000000000000000000000005", .badInstructionLength),
    ("clear_actions of 16 bytes", "00050010000000000000000000000000", .badInstructionLength),
    ("two goto_table", "00010008010000000001000802000000", .duplicateInstruction),
    ("two apply", "000400080000000000050008000000000004000800000000", .duplicateInstruction),
    ("unknown", "0007000800000000", .unknownInstruction),
    ("type 0", "0000000800000000", .unknownInstruction),
    ("experimenter", "ffff000800002320", .badInstructionExperimenter),
    ("table 255", "00010008ff000000", .badInstructionTableID),
    ("a bad action inside", "0003001000000000001a000800000000", .badActionType),
    ("an action that is cut off inside", "00040010000000000000001000000001", .badActionLength),
  ]

  @Test(arguments: refused.indices)
  func refuses(_ index: Int) {
    let row = Self.refused[index]
    var reader = ByteReader(bytes(row.bytes))
    do throws(OpenFlowError) {
      let actions = try InstructionCodec.decode(&reader)
      Issue.record("\(row.name) read as \(ActionList.format(actions))")
    } catch {
      #expect(error.code == row.code, "\(row.name)")
    }
  }
}
