public import Match

/// Why a list of actions cannot belong to a rule.
public struct ActionError: Error, Hashable, Sendable {
  public enum Reason: Error, Hashable, Sendable {
    case noSuchPort(PortNumber)
    /// The match must say one of `anyOf`, for without it frames may lack what `subject` needs.
    case missingPrerequisite(of: String, anyOf: [String])
    case readOnly(Field)
    /// `expected` completes "must be ...".
    case badValue(of: String, expected: String)
    case maskNotAllowed(Field)
    case noSuchBits(Subfield)
    case differentWidths(from: Int, to: Int)
    case tooManyTags
    case tableNotLater(UInt8, than: UInt8)
    case noSuchTable(UInt8)
    case noSuchMeter(UInt32)
    /// Of OpenFlow's instructions, `instruction` may not come behind `other`.
    case wrongOrder(String, behind: String)
    case repeated(String)
    /// An instruction inside of one, or of an action.
    case nested(String, in: String)
    case tooLong
    // MARK: Stateful
    /// Only `nat` and writing `ct_mark` and `ct_label` are for the actions of a `ct`,
    case notForConnection
    /// and these are for nothing else.
    case onlyInConnectionTrack(String)
    case notInActionSet(String)
    /// A `ct` that does not commit has no other action than `nat` without arguments.
    case needsCommit
    /// A conjunction beside other actions than `note`.
    case conjunctionIsNotAlone
  }

  public var reason: Reason
  /// Which action of the list it is, the first one being 0; for one inside of `write_actions` that instruction.
  public var index: Int

  public init(_ reason: Reason, at index: Int) {
    self.reason = reason
    self.index = index
  }

  /// The error that OpenFlow has for it.
  public var code: OpenFlowErrorCode {
    switch reason {
    case .noSuchPort: .badOutPort
    case .missingPrerequisite: .matchInconsistent
    case .readOnly: .badSetArgument
    case .badValue, .differentWidths: .badActionArgument
    case .maskNotAllowed: .badSetMask
    case .noSuchBits: .badSetLength
    case .tooManyTags: .badActionTag
    case .noSuchMeter: .invalidMeter
    case .tableNotLater, .noSuchTable: .badInstructionTableID
    case .wrongOrder, .repeated: .unsupportedOrder
    case .nested: .unsupportedInstruction
    case .tooLong: .tooManyActions
    // MARK: Stateful
    case .notForConnection, .needsCommit: .badActionArgument
    case .onlyInConnectionTrack: .badSetArgument
    case .notInActionSet: .badActionType
    case .conjunctionIsNotAlone: .badConjunction
    }
  }
}

extension ActionError: CustomStringConvertible {
  public var description: String {
    switch reason {
    case .noSuchPort(let port): "output to \(port): there is no such port"
    case .missingPrerequisite(let subject, let names):
      "\(subject) needs \(names.joined(separator: " or ")) in the match"
    case .readOnly(let field): "\(field.name) is read-only"
    case .badValue(let subject, let expected): "\(subject) must be \(expected)"
    case .maskNotAllowed(let field): "\(field.name) takes no mask; write load for a part of it"
    case .noSuchBits(let subfield): "\(subfield): the field has \(subfield.field.bits) bits"
    case .differentWidths(let from, let to): "move of \(from) bits to \(to) bits: they must be as many"
    case .tooManyTags: "push_vlan: a frame has at most two tags here"
    case .tableNotLater(let table, let own):
      "goto_table:\(table) in table \(own): only later tables can be gone to"
    case .noSuchTable(let table): "there is no table \(table)"
    case .noSuchMeter(let meter): "there is no meter \(meter): they are numbered from 1"
    case .wrongOrder(let instruction, let other): "\(instruction) is not allowed behind \(other)"
    case .repeated(let instruction): "\(instruction) is given twice"
    case .nested(let instruction, let list): "\(instruction) is not allowed inside \(list)"
    case .tooLong: "the actions take more than \(ActionList.maximumByteCount) bytes in a message"
    // MARK: Stateful
    case .notForConnection: "only nat and writing ct_mark and ct_label are allowed inside ct"
    case .onlyInConnectionTrack(let subject): "\(subject) is allowed only inside ct"
    case .notInActionSet(let name): "\(name) is not allowed inside write_actions"
    case .needsCommit: "ct needs commit for force and for actions other than nat without arguments"
    case .conjunctionIsNotAlone: "conjunction is allowed only beside other conjunctions and note"
    }
  }
}
