/// What a guest said of its rings that cannot be true. The ring that said it is not looked at any more.
enum RingFault: UInt32, CaseIterable, Sendable, CustomStringConvertible {
  case tooManyAvailable = 1
  case headOutsideTable
  case nextOutsideTable
  case chainTooLong
  case bufferOutsideMemory
  case writableBufferSent
  case readOnlyBufferOffered
  case tableOutsideMemory
  case badTableLength
  case tableInTable
  case tableNotAgreedOn
  case tableInChain
  case memoryVanished

  var description: String {
    switch self {
    case .tooManyAvailable: "more buffers are said to be available than the ring has"
    case .headOutsideTable: "a buffer's number is outside of the descriptor table"
    case .nextOutsideTable: "a descriptor names a next one outside of the table"
    case .chainTooLong: "a chain of descriptors is longer than the ring, or a loop"
    case .bufferOutsideMemory: "a buffer is outside of the guest's memory"
    case .writableBufferSent: "a frame lies in a buffer that the device is to write"
    case .readOnlyBufferOffered: "a buffer for frames may not be written"
    case .tableOutsideMemory: "an indirect table is outside of the guest's memory"
    case .badTableLength: "an indirect table's length is no whole number of descriptors, or 0"
    case .tableInTable: "an indirect table names another one"
    case .tableNotAgreedOn: "an indirect table is used without having been agreed on"
    case .tableInChain: "an indirect table is part of a chain"
    case .memoryVanished: "memory of the guest was taken away while it was in use"
    }
  }
}
