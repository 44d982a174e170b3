import Actions
import Bytes
import Match

func decodeActions(
  _ bytes: ArraySlice<UInt8>, version: OpenFlowVersion
) throws(OpenFlowError) -> [Action] {
  var reader = MessageReader(bytes)
  var actions: [Action] = []
  while !reader.isEmpty {
    let type = try reader.read(UInt16.self)
    let length = try reader.read(UInt16.self)
    guard type == 0 else { throw OpenFlowError(.badActionType) }
    var body = MessageReader(try reader.take(Int(length) - 4))
    actions.append(.output(try body.readPort(version, else: .badOutPort)))
  }
  return actions
}

func decodeInstructions(_ bytes: ArraySlice<UInt8>) throws(OpenFlowError) -> [Action] {
  var reader = MessageReader(bytes)
  guard !reader.isEmpty else { return [] }
  let type = try reader.read(UInt16.self)
  guard type == 4 else { throw OpenFlowError(.unknownInstruction) }
  let length = try reader.read(UInt16.self)
  try reader.skip(4)
  return try decodeActions(try reader.take(Int(length) - 8), version: .v13)
}

func encode(actions: [Action], version: OpenFlowVersion, to writer: inout ByteWriter) {
  for action in actions {
    guard case .output(let port) = action else { continue }
    writer.write(UInt16(0))
    writer.write(UInt16(version == .v10 ? 8 : 16))
    writer.writePort(port, version)
    writer.write(UInt16(0))
    if version == .v13 { writer.pad(6) }
  }
}

func encode(instructions: [Action], to writer: inout ByteWriter) {
  guard !instructions.isEmpty else { return }
  let start = writer.count
  writer.write(UInt16(4))
  writer.write(UInt16(0))
  writer.pad(4)
  encode(actions: instructions, version: .v13, to: &writer)
  writer.patch(UInt16(writer.count - start), at: start + 2)
}
