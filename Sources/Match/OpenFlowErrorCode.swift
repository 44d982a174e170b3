/// What is wrong with a message, under the names of the OpenFlow specifications (`OFPBRC_*` and so on) and of
/// Nicira's extensions (`NX*`), as Open vSwitch spells them. OpenFlow 1.0 section 5.4.4; 1.5.1 section 7.5.4.
///
/// Within a section the order is that of the newest numbers: where an older version has one number for two
/// errors, the first one is meant.
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
  case multipartRequestTimeout = "OFPBRC_MULTIPART_REQUEST_TIMEOUT"
  case multipartReplyTimeout = "OFPBRC_MULTIPART_REPLY_TIMEOUT"
  case multipartBadSchedule = "OFPBRC_MULTIPART_BAD_SCHED"
  case pipelineFieldsOnly = "OFPBRC_PIPELINE_FIELDS_ONLY"
  case unknownRequestError = "OFPBRC_UNKNOWN"
  case invalidNXM = "NXBRC_NXM_INVALID"
  case badNXMType = "NXBRC_NXM_BAD_TYPE"
  case mustBeZero = "NXBRC_MUST_BE_ZERO"
  case badReason = "NXBRC_BAD_REASON"
  case badMonitorEvent = "NXBRC_FM_BAD_EVENT"
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
  case badActionMeter = "OFPBAC_BAD_METER"
  case actionMustBeZero = "NXBAC_MUST_BE_ZERO"
  case badConjunction = "NXBAC_BAD_CONJUNCTION"
  case badHeaderType = "NXBAC_BAD_HEADER_TYPE"
  case unknownHeaderProperty = "NXBAC_UNKNOWN_ED_PROP"
  case badHeaderProperty = "NXBAC_BAD_ED_PROP"
  case connectionTrackingActionUnsupported = "NXBAC_CT_DATAPATH_SUPPORT"

  // MARK: Bad instruction
  case unknownInstruction = "OFPBIC_UNKNOWN_INST"
  case unsupportedInstruction = "OFPBIC_UNSUP_INST"
  case badInstructionTableID = "OFPBIC_BAD_TABLE_ID"
  case unsupportedMetadata = "OFPBIC_UNSUP_METADATA"
  case unsupportedMetadataMask = "OFPBIC_UNSUP_METADATA_MASK"
  case badInstructionExperimenter = "OFPBIC_BAD_EXPERIMENTER"
  case badInstructionSubtype = "OFPBIC_BAD_EXP_TYPE"
  case badInstructionLength = "OFPBIC_BAD_LEN"
  case instructionForbidden = "OFPBIC_EPERM"
  case duplicateInstruction = "OFPBIC_DUP_INST"

  // MARK: Bad match
  case badMatchType = "OFPBMC_BAD_TYPE"
  case badMatchLength = "OFPBMC_BAD_LEN"
  case badMatchTag = "OFPBMC_BAD_TAG"
  case badEthernetMask = "OFPBMC_BAD_DL_ADDR_MASK"
  case badNetworkMask = "OFPBMC_BAD_NW_ADDR_MASK"
  case badWildcards = "OFPBMC_BAD_WILDCARDS"
  case badField = "OFPBMC_BAD_FIELD"
  case badValue = "OFPBMC_BAD_VALUE"
  case badMask = "OFPBMC_BAD_MASK"
  case badPrerequisite = "OFPBMC_BAD_PREREQ"
  case duplicateField = "OFPBMC_DUP_FIELD"
  case matchForbidden = "OFPBMC_EPERM"
  case connectionTrackingMatchUnsupported = "NXBMC_CT_DATAPATH_SUPPORT"

  // MARK: Flow mod failed
  case badEmergencyTimeout = "OFPFMFC_BAD_EMERG_TIMEOUT"
  case flowModUnsupported = "OFPFMFC_UNSUPPORTED"
  case flowModUnknown = "OFPFMFC_UNKNOWN"
  case tableFull = "OFPFMFC_TABLE_FULL"
  case badFlowModTableID = "OFPFMFC_BAD_TABLE_ID"
  case overlap = "OFPFMFC_OVERLAP"
  case flowModForbidden = "OFPFMFC_EPERM"
  case badTimeout = "OFPFMFC_BAD_TIMEOUT"
  case badCommand = "OFPFMFC_BAD_COMMAND"
  case badFlags = "OFPFMFC_BAD_FLAGS"
  case cannotSynchronize = "OFPFMFC_CANT_SYNC"
  case badPriority = "OFPFMFC_BAD_PRIORITY"
  case isSynchronized = "OFPFMFC_IS_SYNC"
  case hardwareError = "NXFMFC_HARDWARE"
  case badCommandTableID = "NXFMFC_BAD_TABLE_ID"
  case invalidTLVField = "NXFMFC_INVALID_TLV_FIELD"

  // MARK: Group mod failed
  case groupExists = "OFPGMFC_GROUP_EXISTS"
  case invalidGroup = "OFPGMFC_INVALID_GROUP"
  case weightUnsupported = "OFPGMFC_WEIGHT_UNSUPPORTED"
  case outOfGroups = "OFPGMFC_OUT_OF_GROUPS"
  case outOfBuckets = "OFPGMFC_OUT_OF_BUCKETS"
  case chainingUnsupported = "OFPGMFC_CHAINING_UNSUPPORTED"
  case watchUnsupported = "OFPGMFC_WATCH_UNSUPPORTED"
  case groupLoop = "OFPGMFC_LOOP"
  case unknownGroup = "OFPGMFC_UNKNOWN_GROUP"
  case chainedGroup = "OFPGMFC_CHAINED_GROUP"
  case badGroupType = "OFPGMFC_BAD_TYPE"
  case badGroupCommand = "OFPGMFC_BAD_COMMAND"
  case badBucket = "OFPGMFC_BAD_BUCKET"
  case badWatch = "OFPGMFC_BAD_WATCH"
  case groupForbidden = "OFPGMFC_EPERM"
  case unknownBucket = "OFPGMFC_UNKNOWN_BUCKET"
  case bucketExists = "OFPGMFC_BUCKET_EXISTS"

  // MARK: Meter mod failed
  case meterModUnknown = "OFPMMFC_UNKNOWN"
  case meterExists = "OFPMMFC_METER_EXISTS"
  case invalidMeter = "OFPMMFC_INVALID_METER"
  case unknownMeter = "OFPMMFC_UNKNOWN_METER"
  case badMeterCommand = "OFPMMFC_BAD_COMMAND"
  case badMeterFlags = "OFPMMFC_BAD_FLAGS"
  case badRate = "OFPMMFC_BAD_RATE"
  case badBurst = "OFPMMFC_BAD_BURST"
  case badBand = "OFPMMFC_BAD_BAND"
  case badBandValue = "OFPMMFC_BAD_BAND_VALUE"
  case outOfMeters = "OFPMMFC_OUT_OF_METERS"
  case outOfBands = "OFPMMFC_OUT_OF_BANDS"

  // MARK: Port mod failed
  case portModBadPort = "OFPPMFC_BAD_PORT"
  case portModBadAddress = "OFPPMFC_BAD_HW_ADDR"
  case portModBadConfig = "OFPPMFC_BAD_CONFIG"
  case portModBadAdvertise = "OFPPMFC_BAD_ADVERTISE"
  case portModForbidden = "OFPPMFC_EPERM"

  // MARK: Table mod failed
  case tableModBadTable = "OFPTMFC_BAD_TABLE"
  case tableModBadConfig = "OFPTMFC_BAD_CONFIG"
  case tableModForbidden = "OFPTMFC_EPERM"

  // MARK: Queue operation failed
  case queueBadPort = "OFPQOFC_BAD_PORT"
  case queueBadQueue = "OFPQOFC_BAD_QUEUE"
  case queueForbidden = "OFPQOFC_EPERM"
  case queueError = "NXQOFC_QUEUE_ERROR"

  // MARK: Switch configuration failed
  case switchConfigBadFlags = "OFPSCFC_BAD_FLAGS"
  case switchConfigBadLength = "OFPSCFC_BAD_LEN"
  case switchConfigForbidden = "OFPSCFC_EPERM"

  // MARK: Role request failed
  case staleRole = "OFPRRFC_STALE"
  case unsupportedRole = "OFPRRFC_UNSUP"
  case badRole = "OFPRRFC_BAD_ROLE"
  case controllerIDUnsupported = "OFPRRFC_ID_UNSUP"
  case controllerIDInUse = "OFPRRFC_ID_IN_USE"

  // MARK: Table features failed
  case tableFeaturesBadTable = "OFPTFFC_BAD_TABLE"
  case tableFeaturesBadMetadata = "OFPTFFC_BAD_METADATA"
  case tableFeaturesForbidden = "OFPTFFC_EPERM"
  case tableFeaturesBadCapabilities = "OFPTFFC_BAD_CAPA"
  case tableFeaturesBadMaximum = "OFPTFFC_BAD_MAX_ENT"
  case tableFeaturesBadFeatures = "OFPTFFC_BAD_FEATURES"
  case tableFeaturesBadCommand = "OFPTFFC_BAD_COMMAND"
  case tableFeaturesTooMany = "OFPTFFC_TOO_MANY"
  case tableFeaturesDuplicateTable = "NXTFFC_DUP_TABLE"

  // MARK: Bad property
  case badPropertyType = "OFPBPC_BAD_TYPE"
  case badPropertyLength = "OFPBPC_BAD_LEN"
  case badPropertyValue = "OFPBPC_BAD_VALUE"
  case tooManyProperties = "OFPBPC_TOO_MANY"
  case duplicateProperty = "OFPBPC_DUP_TYPE"
  case badPropertyExperimenter = "OFPBPC_BAD_EXPERIMENTER"
  case badPropertySubtype = "OFPBPC_BAD_EXP_TYPE"
  case badPropertyExperimenterValue = "OFPBPC_BAD_EXP_VALUE"
  case propertyForbidden = "OFPBPC_EPERM"

  // MARK: Asynchronous configuration failed
  case asyncConfigInvalid = "OFPACFC_INVALID"
  case asyncConfigUnsupported = "OFPACFC_UNSUPPORTED"
  case asyncConfigForbidden = "OFPACFC_EPERM"

  // MARK: Flow monitor failed
  case monitorUnknown = "OFPMOFC_UNKNOWN"
  case monitorExists = "OFPMOFC_MONITOR_EXISTS"
  case invalidMonitor = "OFPMOFC_INVALID_MONITOR"
  case unknownMonitor = "OFPMOFC_UNKNOWN_MONITOR"
  case badMonitorCommand = "OFPMOFC_BAD_COMMAND"
  case badMonitorFlags = "OFPMOFC_BAD_FLAGS"
  case badMonitorTableID = "OFPMOFC_BAD_TABLE_ID"
  case badMonitorOutput = "OFPMOFC_BAD_OUT"

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
  case bundleTimeout = "OFPBFC_TIMEOUT"
  case bundleInProgress = "OFPBFC_BUNDLE_IN_PROGRESS"
  case scheduledBundleUnsupported = "OFPBFC_SCHED_NOT_SUPPORTED"
  case bundleTooFarAhead = "OFPBFC_SCHED_FUTURE"
  case bundleTooFarBack = "OFPBFC_SCHED_PAST"
  case badBundleVersion = "OFPBFC_BAD_VERSION"

  // MARK: TLV table mod failed
  case badTLVTableCommand = "NXTTMFC_BAD_COMMAND"
  case badTLVLength = "NXTTMFC_BAD_OPT_LEN"
  case badTLVFieldIndex = "NXTTMFC_BAD_FIELD_IDX"
  case tlvTableFull = "NXTTMFC_TABLE_FULL"
  case tlvAlreadyMapped = "NXTTMFC_ALREADY_MAPPED"
  case duplicateTLVEntry = "NXTTMFC_DUP_ENTRY"
  case tlvInUse = "NXTTMFC_INVALID_TLV_DEL"

  // MARK: Resume, IPFIX statistics
  case resumeUnsupported = "NXR_NOT_SUPPORTED"
  case staleContinuation = "NXR_STALE"
  case ipfixNotConfigured = "NXST_NOT_CONFIGURED"
}

extension OpenFlowErrorCode {
  /// How an error is numbered in one version.
  public enum Number: Hashable, Sendable {
    case standard(type: UInt16, code: UInt16)
    /// In an experimenter's space: 1.0 and 1.1 write type and code, later versions the code alone.
    case experimenter(UInt32, type: UInt16, code: UInt16)

    static func standard(_ type: UInt16, _ code: UInt16) -> Number { .standard(type: type, code: code) }
    static func nicira(_ type: UInt16, _ code: UInt16) -> Number {
      .experimenter(ExperimenterID.nicira, type: type, code: code)
    }
    static func nicira(_ code: UInt16) -> Number { .nicira(0, code) }
    static func onf(_ code: UInt16) -> Number { .experimenter(ExperimenterID.onf, type: 0, code: code) }
  }

  /// The error's number in `version`; `nil` where the version has none.
  public func exactNumber(in version: OpenFlowVersion) -> Number? { Self.numbers[version]?[self] }

  /// The error's number in `version`; that of `unencodable` where the version has none.
  public func number(in version: OpenFlowVersion) -> Number {
    exactNumber(in: version) ?? (version < .v12 ? .nicira(1, 0x0209) : .nicira(10))
  }

  /// The error that `number` stands for in `version`; `nil` when it is not known.
  public init?(_ number: Number, in version: OpenFlowVersion) {
    guard let code = Self.codes[version]?[number] else { return nil }
    self = code
  }

  private static let numbers: [OpenFlowVersion: [OpenFlowErrorCode: Number]] = {
    var result: [OpenFlowVersion: [OpenFlowErrorCode: Number]] = [:]
    for (code, spans) in numberTable {
      var current: Number?
      for version in OpenFlowVersion.allCases {
        if let span = spans.first(where: { $0.key == version }) { current = span.value }
        result[version, default: [:]][code] = current
      }
    }
    return result
  }()

  private static let codes: [OpenFlowVersion: [Number: OpenFlowErrorCode]] = {
    var result: [OpenFlowVersion: [Number: OpenFlowErrorCode]] = [:]
    for code in allCases.reversed() {
      for version in OpenFlowVersion.allCases {
        if let number = code.exactNumber(in: version) { result[version, default: [:]][number] = code }
      }
    }
    return result
  }()
}
