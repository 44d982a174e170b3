import Sys
import Wire

/// Requests of a front end, by their numbers. Source: the vhost-user specification of QEMU, "Front-end message types".
enum VHostRequest: UInt32, CaseIterable, Sendable {
  case getFeatures = 1
  case setFeatures = 2
  case setOwner = 3
  case resetOwner = 4
  case setMemoryTable = 5
  case setLogBase = 6
  case setLogDescriptor = 7
  case setRingSize = 8
  case setRingAddresses = 9
  case setRingBase = 10
  case getRingBase = 11
  case setRingKick = 12
  case setRingCall = 13
  case setRingError = 14
  case getProtocolFeatures = 15
  case setProtocolFeatures = 16
  case getQueueCount = 17
  case setRingEnabled = 18
  case sendRARP = 19
  case setMTU = 20
  case getInflight = 31
  case setInflight = 32
  case getMemorySlots = 36
  case addMemoryRegion = 37
  case removeMemoryRegion = 38

  /// Bytes of the payload; those of a table of memory depend on how many regions it says it has.
  var payloadLengths: ClosedRange<Int> {
    switch self {
    case .getFeatures, .setOwner, .resetOwner, .setLogDescriptor, .getProtocolFeatures, .getQueueCount,
      .getMemorySlots:
      0...0
    case .setFeatures, .setRingKick, .setRingCall, .setRingError, .setProtocolFeatures, .setMTU, .sendRARP,
      .setRingSize, .setRingBase, .getRingBase, .setRingEnabled:
      8...8
    case .setRingAddresses: 40...40
    case .setLogBase: 16...16
    case .getInflight, .setInflight: 20...24
    case .addMemoryRegion, .removeMemoryRegion: 40...40
    case .setMemoryTable: 8...8 + 32 * VHostMessage.mostTableRegions
    }
  }

  /// How many descriptors may come with it.
  var mostDescriptors: Int {
    switch self {
    case .setMemoryTable: VHostMessage.mostTableRegions
    case .setLogBase, .setLogDescriptor, .setRingKick, .setRingCall, .setRingError, .setInflight,
      .addMemoryRegion, .removeMemoryRegion:
      1
    default: 0
    }
  }

  /// Whether the answer belongs to the request itself, whatever was agreed on.
  var hasAnswer: Bool {
    switch self {
    case .getFeatures, .getRingBase, .getProtocolFeatures, .getQueueCount, .getInflight, .getMemorySlots: true
    default: false
    }
  }
}

/// A message of a front end, its bytes checked as far as they can be by themselves.
struct VHostMessage: Equatable, Sendable {
  static var headerLength: Int { 12 }
  static var mostTableRegions: Int { 8 }
  static var longestPayload: Int { 8 + 32 * mostTableRegions }

  enum Flag {
    static var version: UInt32 { 1 }
    static var versionMask: UInt32 { 3 }
    static var reply: UInt32 { 4 }
    static var needsReply: UInt32 { 8 }
  }

  /// Why bytes are no message. The connection has no future behind it: nobody knows where the next one begins.
  enum Malformation: Error, Equatable, CustomStringConvertible {
    case unknownRequest(UInt32)
    case badVersion(UInt32)
    case isReply
    case badLength(VHostRequest, Int)
    case tooManyDescriptors(VHostRequest, Int)
    case badTable(regions: Int, bytes: Int)

    var description: String {
      switch self {
      case .unknownRequest(let number): "a message of unknown kind \(number)"
      case .badVersion(let flags): "a message of version \(flags & Flag.versionMask), which is not 1"
      case .isReply: "a reply to nothing"
      case .badLength(let request, let length): "a message \(request) of \(length) bytes"
      case .tooManyDescriptors(let request, let count): "a message \(request) with \(count) descriptors"
      case .badTable(let regions, let bytes): "a table of \(regions) regions in \(bytes) bytes"
      }
    }
  }

  var request: VHostRequest
  var needsReply: Bool
  var payload: [UInt8]

  init(_ request: VHostRequest, needsReply: Bool = false, payload: [UInt8] = []) {
    self.request = request
    self.needsReply = needsReply
    self.payload = payload
  }

  /// What the first 12 bytes say: which request, whether it wants an answer, how many bytes follow.
  struct Header: Equatable, Sendable {
    var request: VHostRequest
    var needsReply: Bool
    var length: Int

    /// - Parameter bytes: 12 of them.
    init(_ bytes: ArraySlice<UInt8>) throws(Malformation) {
      let number: UInt32 = bytes.integer(at: 0)
      let flags: UInt32 = bytes.integer(at: 4)
      let length: UInt32 = bytes.integer(at: 8)
      guard flags & Flag.versionMask == Flag.version else { throw .badVersion(flags) }
      guard flags & Flag.reply == 0 else { throw .isReply }
      guard let request = VHostRequest(rawValue: number) else { throw .unknownRequest(number) }
      guard request.payloadLengths.contains(Int(length)) else { throw .badLength(request, Int(length)) }
      self.request = request
      needsReply = flags & Flag.needsReply != 0
      self.length = Int(length)
    }
  }

  /// The regions of a SET_MEM_TABLE.
  func regions() throws(Malformation) -> [MemoryRegionDescription] {
    let count = Int(payload[...].integer(at: 0, as: UInt32.self))
    guard count <= Self.mostTableRegions, payload.count == 8 + 32 * count else {
      throw .badTable(regions: count, bytes: payload.count)
    }
    return (0..<count).map { region(at: 8 + 32 * $0) }
  }

  /// A region's description at an offset of the payload, which has 32 bytes from there on.
  func region(at offset: Int) -> MemoryRegionDescription {
    let payload = payload[...]
    return MemoryRegionDescription(
      guestAddress: payload.integer(at: offset), length: payload.integer(at: offset + 8),
      userAddress: payload.integer(at: offset + 16), fileOffset: payload.integer(at: offset + 24))
  }

  /// The first 8 bytes of the payload, as one number.
  var number: UInt64 { payload[...].integer(at: 0) }
  /// The first 6 bytes of the payload, an Ethernet address as it is on the wire.
  var address: MACAddress { MACAddress(rawValue: number.byteSwapped >> 16) }
  /// The first 8 bytes of the payload as a ring's number and a value.
  var ringState: (ring: Int, value: UInt32) {
    (Int(payload[...].integer(at: 0, as: UInt32.self)), payload[...].integer(at: 4))
  }

  /// What a front end sends.
  var bytes: [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(integer: request.rawValue)
    bytes.append(integer: Flag.version | (needsReply ? Flag.needsReply : 0))
    bytes.append(integer: UInt32(payload.count))
    return bytes + payload
  }

  /// What a back end sends.
  static func reply(to request: VHostRequest, _ payload: [UInt8]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.append(integer: request.rawValue)
    bytes.append(integer: Flag.version | Flag.reply)
    bytes.append(integer: UInt32(payload.count))
    return bytes + payload
  }
}

/// Integers of messages are in the byte order of the host, which is little-endian.
extension ArraySlice<UInt8> {
  /// 0 for bytes that are not there.
  func integer<T: FixedWidthInteger>(at offset: Int, as _: T.Type = T.self) -> T {
    let first = startIndex + offset
    guard offset >= 0, first + MemoryLayout<T>.size <= endIndex else { return 0 }
    var value: T = 0
    for i in (0..<MemoryLayout<T>.size).reversed() {
      value = value << 8 | T(truncatingIfNeeded: self[first + i])
    }
    return value
  }
}

extension [UInt8] {
  mutating func append(integer value: some FixedWidthInteger) {
    for i in 0..<(value.bitWidth / 8) {
      append(UInt8(truncatingIfNeeded: value >> (8 * type(of: value).init(i))))
    }
  }
}
