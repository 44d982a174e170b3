/// What is wrong with a message, under the names of the OpenFlow specifications (`OFPBRC_*` and so on) and of
/// Nicira's extensions (`NX*`). OpenFlow 1.3.5 section A.4.4; 1.0 section 5.4.4.
public enum OpenFlowErrorCode: String, CaseIterable, Sendable {
  // MARK: Hello failed
  case incompatible = "OFPHFC_INCOMPATIBLE"
  case helloForbidden = "OFPHFC_EPERM"

  // MARK: Bad request
  case badVersion = "OFPBRC_BAD_VERSION"
  case badType = "OFPBRC_BAD_TYPE"
  case badStatistics = "OFPBRC_BAD_STAT"
  case badExperimenter = "OFPBRC_BAD_VENDOR"
  case badSubtype = "OFPBRC_BAD_SUBTYPE"
  case forbidden = "OFPBRC_EPERM"
  case badLength = "OFPBRC_BAD_LEN"
  case bufferEmpty = "OFPBRC_BUFFER_EMPTY"
  case bufferUnknown = "OFPBRC_BUFFER_UNKNOWN"
  case badTableID = "OFPBRC_BAD_TABLE_ID"
  case isSecondary = "OFPBRC_IS_SECONDARY"
  case badPort = "OFPBRC_BAD_PORT"
  case badPacket = "OFPBRC_BAD_PACKET"
  case multipartOverflow = "OFPBRC_MULTIPART_BUFFER_OVERFLOW"
  case badNXMType = "NXBRC_NXM_BAD_TYPE"
  case mustBeZero = "NXBRC_MUST_BE_ZERO"
  case badReason = "NXBRC_BAD_REASON"
  case unencodable = "NXBRC_UNENCODABLE_ERROR"

  // MARK: Bad action
  case badActionType = "OFPBAC_BAD_TYPE"
  case badActionLength = "OFPBAC_BAD_LEN"
  case badActionExperimenter = "OFPBAC_BAD_VENDOR"
  case badActionSubtype = "OFPBAC_BAD_VENDOR_TYPE"
  case badOutPort = "OFPBAC_BAD_OUT_PORT"
  case badActionArgument = "OFPBAC_BAD_ARGUMENT"
  case actionForbidden = "OFPBAC_EPERM"
  case tooManyActions = "OFPBAC_TOO_MANY"
  case badQueue = "OFPBAC_BAD_QUEUE"
  case badOutGroup = "OFPBAC_BAD_OUT_GROUP"
  case matchInconsistent = "OFPBAC_MATCH_INCONSISTENT"
  case unsupportedOrder = "OFPBAC_UNSUPPORTED_ORDER"
  case badActionTag = "OFPBAC_BAD_TAG"
  case badSetType = "OFPBAC_BAD_SET_TYPE"
  case badSetLength = "OFPBAC_BAD_SET_LEN"
  case badSetArgument = "OFPBAC_BAD_SET_ARGUMENT"
  case badSetMask = "OFPBAC_BAD_SET_MASK"
  case badConjunction = "NXBAC_BAD_CONJUNCTION"

  // MARK: Bad instruction
  case unknownInstruction = "OFPBIC_UNKNOWN_INST"
  case unsupportedInstruction = "OFPBIC_UNSUP_INST"
  case badInstructionTableID = "OFPBIC_BAD_TABLE_ID"
  case unsupportedMetadata = "OFPBIC_UNSUP_METADATA"
  case unsupportedMetadataMask = "OFPBIC_UNSUP_METADATA_MASK"
  case badInstructionExperimenter = "OFPBIC_BAD_EXPERIMENTER"
  case badInstructionSubtype = "OFPBIC_BAD_EXP_TYPE"
  case badInstructionLength = "OFPBIC_BAD_LEN"
  case duplicateInstruction = "OFPBIC_DUP_INST"

  // MARK: Bad match
  case badMatchType = "OFPBMC_BAD_TYPE"
  case badMatchLength = "OFPBMC_BAD_LEN"
  case badWildcards = "OFPBMC_BAD_WILDCARDS"
  case badField = "OFPBMC_BAD_FIELD"
  case badValue = "OFPBMC_BAD_VALUE"
  case badMask = "OFPBMC_BAD_MASK"
  case badPrerequisite = "OFPBMC_BAD_PREREQ"
  case duplicateField = "OFPBMC_DUP_FIELD"

  // MARK: Flow mod failed
  case flowModUnknown = "OFPFMFC_UNKNOWN"
  case tableFull = "OFPFMFC_TABLE_FULL"
  case badFlowModTableID = "OFPFMFC_BAD_TABLE_ID"
  case overlap = "OFPFMFC_OVERLAP"
  case flowModForbidden = "OFPFMFC_EPERM"
  case badTimeout = "OFPFMFC_BAD_TIMEOUT"
  case badCommand = "OFPFMFC_BAD_COMMAND"
  case badFlags = "OFPFMFC_BAD_FLAGS"

  // MARK: Group mod failed, meter mod failed
  case unknownGroup = "OFPGMFC_UNKNOWN_GROUP"
  case invalidGroup = "OFPGMFC_INVALID_GROUP"
  case outOfGroups = "OFPGMFC_OUT_OF_GROUPS"
  case unknownMeter = "OFPMMFC_UNKNOWN_METER"
  case invalidMeter = "OFPMMFC_INVALID_METER"
  case outOfMeters = "OFPMMFC_OUT_OF_METERS"

  // MARK: Port mod, table mod, queue operation failed
  case portModBadPort = "OFPPMFC_BAD_PORT"
  case portModBadAddress = "OFPPMFC_BAD_HW_ADDR"
  case portModBadConfig = "OFPPMFC_BAD_CONFIG"
  case portModBadAdvertise = "OFPPMFC_BAD_ADVERTISE"
  case portModForbidden = "OFPPMFC_EPERM"
  case tableModBadTable = "OFPTMFC_BAD_TABLE"
  case tableModBadConfig = "OFPTMFC_BAD_CONFIG"
  case queueBadPort = "OFPQOFC_BAD_PORT"
  case queueBadQueue = "OFPQOFC_BAD_QUEUE"

  // MARK: Switch configuration, role request, table features failed
  case switchConfigBadFlags = "OFPSCFC_BAD_FLAGS"
  case switchConfigBadLength = "OFPSCFC_BAD_LEN"
  case staleRole = "OFPRRFC_STALE"
  case unsupportedRole = "OFPRRFC_UNSUP"
  case badRole = "OFPRRFC_BAD_ROLE"
  case tableFeaturesForbidden = "OFPTFFC_EPERM"
  case badPropertyType = "OFPBPC_BAD_TYPE"
  case badPropertyLength = "OFPBPC_BAD_LEN"
  case badPropertyValue = "OFPBPC_BAD_VALUE"
  case asyncConfigInvalid = "OFPACFC_INVALID"
  case asyncConfigUnsupported = "OFPACFC_UNSUPPORTED"

  // MARK: Bundle failed
  case bundleUnknown = "OFPBFC_UNKNOWN"
  case bundleForbidden = "OFPBFC_EPERM"
  case badBundleID = "OFPBFC_BAD_ID"
  case bundleExists = "OFPBFC_BUNDLE_EXIST"
  case bundleClosed = "OFPBFC_BUNDLE_CLOSED"
  case outOfBundles = "OFPBFC_OUT_OF_BUNDLES"
  case badBundleType = "OFPBFC_BAD_TYPE"
  case badBundleFlags = "OFPBFC_BAD_FLAGS"
  case bundleMessageBadLength = "OFPBFC_MSG_BAD_LEN"
  case bundleMessageBadXid = "OFPBFC_MSG_BAD_XID"
  case bundleMessageUnsupported = "OFPBFC_MSG_UNSUP"
  case bundleMessageConflict = "OFPBFC_MSG_CONFLICT"
  case tooManyBundleMessages = "OFPBFC_MSG_TOO_MANY"
  case bundleMessageFailed = "OFPBFC_MSG_FAILED"
}

extension OpenFlowErrorCode {
  /// How an error is numbered in one version.
  public enum Number: Hashable, Sendable {
    case standard(type: UInt16, code: UInt16)
    /// In an experimenter's space: 1.0 writes type and code, 1.3 writes the code alone.
    case experimenter(UInt32, type: UInt16, code: UInt16)

    static func standard(_ type: UInt16, _ code: UInt16) -> Number { .standard(type: type, code: code) }
    static func nicira(_ type: UInt16, _ code: UInt16) -> Number {
      .experimenter(ExperimenterID.nicira, type: type, code: code)
    }
    static func nicira(_ code: UInt16) -> Number { .nicira(0, code) }
    static func onf(_ code: UInt16) -> Number { .experimenter(ExperimenterID.onf, type: 0, code: code) }
  }

  /// The error's number in `version`; that of `unencodable` where the version has none.
  public func number(in version: OpenFlowVersion) -> Number {
    switch version {
    case .v10: numbers.v10 ?? .nicira(1, 0x0209)
    default: numbers.v13 ?? .nicira(10)
    }
  }

  /// Numbers of 1.0 and of 1.3, from the specifications and, for errors of later versions and of Open
  /// vSwitch, as `ovs-ofctl encode-error-reply` of Open vSwitch 3.1 writes them.
  private var numbers: (v10: Number?, v13: Number?) {
    switch self {
    // Hello failed
    case .incompatible: (.standard(0, 0), .standard(0, 0))
    case .helloForbidden: (.standard(0, 1), .standard(0, 1))

    // Bad request
    case .badVersion: (.standard(1, 0), .standard(1, 0))
    case .badType: (.standard(1, 1), .standard(1, 1))
    case .badStatistics: (.standard(1, 2), .standard(1, 2))
    case .badExperimenter: (.standard(1, 3), .standard(1, 3))
    case .badSubtype: (.standard(1, 4), .standard(1, 4))
    case .forbidden: (.standard(1, 5), .standard(1, 5))
    case .badLength: (.standard(1, 6), .standard(1, 6))
    case .bufferEmpty: (.standard(1, 7), .standard(1, 7))
    case .bufferUnknown: (.standard(1, 8), .standard(1, 8))
    case .badTableID: (.nicira(1, 0x0200), .standard(1, 9))
    case .isSecondary: (.standard(1, 5), .standard(1, 10))
    case .badPort: (.nicira(1, 0x0202), .standard(1, 11))
    case .badPacket: (nil, .standard(1, 12))
    case .multipartOverflow: (nil, .standard(1, 13))
    case .badNXMType: (.nicira(1, 0x0101), .nicira(3))
    case .mustBeZero: (.nicira(1, 0x0203), .nicira(4))
    case .badReason: (.nicira(1, 0x0204), .nicira(5))
    case .unencodable: (.nicira(1, 0x0209), .nicira(10))

    // Bad action
    case .badActionType: (.standard(2, 0), .standard(2, 0))
    case .badActionLength: (.standard(2, 1), .standard(2, 1))
    case .badActionExperimenter: (.standard(2, 2), .standard(2, 2))
    case .badActionSubtype: (.standard(2, 3), .standard(2, 3))
    case .badOutPort: (.standard(2, 4), .standard(2, 4))
    case .badActionArgument: (.standard(2, 5), .standard(2, 5))
    case .actionForbidden: (.standard(2, 6), .standard(2, 6))
    case .tooManyActions: (.standard(2, 7), .standard(2, 7))
    case .badQueue: (.standard(2, 8), .standard(2, 8))
    case .badOutGroup: (.nicira(2, 9), .standard(2, 9))
    case .matchInconsistent: (.nicira(1, 0x020a), .standard(2, 10))
    case .unsupportedOrder: (nil, .standard(2, 11))
    case .badActionTag: (nil, .standard(2, 12))
    case .badSetType: (.nicira(1, 0x020b), .standard(2, 13))
    case .badSetLength: (.nicira(1, 0x020c), .standard(2, 14))
    case .badSetArgument: (.nicira(1, 0x020d), .standard(2, 15))
    case .badSetMask: (nil, .onf(4250))
    case .badConjunction: (.nicira(2, 0x020e), .nicira(15))

    // Bad instruction
    case .unknownInstruction: (nil, .standard(3, 0))
    case .unsupportedInstruction: (.nicira(2, 0x0101), .standard(3, 1))
    case .badInstructionTableID: (nil, .standard(3, 2))
    case .unsupportedMetadata: (nil, .standard(3, 3))
    case .unsupportedMetadataMask: (nil, .standard(3, 4))
    case .badInstructionExperimenter: (nil, .standard(3, 5))
    case .badInstructionSubtype: (nil, .standard(3, 6))
    case .badInstructionLength: (nil, .standard(3, 7))
    case .duplicateInstruction: (nil, .onf(2600))

    // Bad match
    case .badMatchType: (nil, .standard(4, 0))
    case .badMatchLength: (nil, .standard(4, 1))
    case .badWildcards: (.nicira(1, 0x0106), .standard(4, 5))
    case .badField: (.nicira(0, 0x0107), .standard(4, 6))
    case .badValue: (.nicira(1, 0x0102), .standard(4, 7))
    case .badMask: (.nicira(1, 0x0103), .standard(4, 8))
    case .badPrerequisite: (.nicira(1, 0x0104), .standard(4, 9))
    case .duplicateField: (.nicira(1, 0x0105), .standard(4, 10))

    // Flow mod failed
    case .flowModUnknown: (nil, .standard(5, 0))
    case .tableFull: (.standard(3, 0), .standard(5, 1))
    case .badFlowModTableID: (nil, .standard(5, 2))
    case .overlap: (.standard(3, 1), .standard(5, 3))
    case .flowModForbidden: (.standard(3, 2), .standard(5, 4))
    case .badTimeout: (nil, .standard(5, 5))
    case .badCommand: (.standard(3, 4), .standard(5, 6))
    case .badFlags: (.nicira(3, 0x0102), .standard(5, 7))

    // Group mod failed, meter mod failed
    case .unknownGroup: (.nicira(6, 8), .standard(6, 8))
    case .invalidGroup: (.nicira(6, 1), .standard(6, 1))
    case .outOfGroups: (.nicira(6, 3), .standard(6, 3))
    case .unknownMeter: (nil, .standard(12, 3))
    case .invalidMeter: (nil, .standard(12, 2))
    case .outOfMeters: (nil, .standard(12, 10))

    // Port mod, table mod, queue operation failed
    case .portModBadPort: (.standard(4, 0), .standard(7, 0))
    case .portModBadAddress: (.standard(4, 1), .standard(7, 1))
    case .portModBadConfig: (nil, .standard(7, 2))
    case .portModBadAdvertise: (nil, .standard(7, 3))
    case .portModForbidden: (nil, .standard(7, 4))
    case .tableModBadTable: (nil, .standard(8, 0))
    case .tableModBadConfig: (nil, .standard(8, 1))
    case .queueBadPort: (.standard(5, 0), .standard(9, 0))
    case .queueBadQueue: (.standard(5, 1), .standard(9, 1))

    // Switch configuration, role request, table features failed
    case .switchConfigBadFlags: (nil, .standard(10, 0))
    case .switchConfigBadLength: (nil, .standard(10, 1))
    case .staleRole: (nil, .standard(11, 0))
    case .unsupportedRole: (nil, .standard(11, 1))
    case .badRole: (.nicira(1, 0x0201), .standard(11, 2))
    case .tableFeaturesForbidden: (nil, .standard(13, 5))
    case .badPropertyType: (.nicira(13, 2), .standard(13, 2))
    case .badPropertyLength: (.nicira(13, 3), .standard(13, 3))
    case .badPropertyValue: (.nicira(13, 4), .standard(13, 4))
    case .asyncConfigInvalid: (nil, .onf(2370))
    case .asyncConfigUnsupported: (nil, .onf(2371))

    // Bundle failed
    case .bundleUnknown: (nil, .onf(2300))
    case .bundleForbidden: (nil, .onf(2301))
    case .badBundleID: (nil, .onf(2302))
    case .bundleExists: (nil, .onf(2303))
    case .bundleClosed: (nil, .onf(2304))
    case .outOfBundles: (nil, .onf(2305))
    case .badBundleType: (nil, .onf(2306))
    case .badBundleFlags: (nil, .onf(2307))
    case .bundleMessageBadLength: (nil, .onf(2308))
    case .bundleMessageBadXid: (nil, .onf(2309))
    case .bundleMessageUnsupported: (nil, .onf(2310))
    case .bundleMessageConflict: (nil, .onf(2311))
    case .tooManyBundleMessages: (nil, .onf(2312))
    case .bundleMessageFailed: (nil, .onf(2313))
    }
  }
}

/// Who defines an extension: the 32 bits in front of experimenter (1.0: vendor) messages, actions and errors.
public enum ExperimenterID {
  public static var nicira: UInt32 { 0x0000_2320 }
  /// The Open Networking Foundation: parts of later versions, brought to earlier ones.
  public static var onf: UInt32 { 0x4f4e_4600 }
}

/// A message that cannot be obeyed: what is wrong with it, for the error message that answers it.
public struct OpenFlowError: Error, Hashable, Sendable {
  public var code: OpenFlowErrorCode
  /// The bytes that were the trouble, as far as they are known; for logs. The answer on the wire carries the
  /// start of the whole message instead, as the specification asks.
  public var offending: [UInt8]

  public init(_ code: OpenFlowErrorCode, _ offending: some Sequence<UInt8> = []) {
    self.code = code
    self.offending = Array(offending)
  }
}

extension OpenFlowError: CustomStringConvertible {
  public var description: String {
    guard !offending.isEmpty else { return code.rawValue }
    let hex = offending.prefix(32).map { byte in
      String(byte >> 4, radix: 16) + String(byte & 15, radix: 16)
    }
    return code.rawValue + " at " + hex.joined(separator: " ") + (offending.count > 32 ? " ..." : "")
  }
}
