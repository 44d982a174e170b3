extension OpenFlowErrorCode {
  /// Every error's number from each version on in which it changes; `nil` from the version on that has none.
  ///
  /// From the specifications and, where they have no number, as `ovs-ofctl print-error` of Open vSwitch 3.1 says.
  static let numberTable: KeyValuePairs<OpenFlowErrorCode, KeyValuePairs<OpenFlowVersion, Number?>> = [
    // Hello failed
    .incompatible: [.v10: .standard(0, 0)],
    .helloForbidden: [.v10: .standard(0, 1)],

    // Bad request
    .badVersion: [.v10: .standard(1, 0)],
    .badType: [.v10: .standard(1, 1)],
    .badStatistics: [.v10: .standard(1, 2)],
    .badExperimenter: [.v10: .standard(1, 3)],
    .badSubtype: [.v10: .standard(1, 4)],
    .forbidden: [.v10: .standard(1, 5)],
    .badLength: [.v10: .standard(1, 6)],
    .bufferEmpty: [.v10: .standard(1, 7)],
    .bufferUnknown: [.v10: .standard(1, 8)],
    .badTableID: [.v10: .nicira(1, 0x200), .v11: .standard(1, 9)],
    .isSecondary: [.v10: .standard(1, 5), .v12: .standard(1, 10)],
    .badPort: [.v10: .nicira(1, 0x202), .v12: .standard(1, 11)],
    .badPacket: [.v12: .standard(1, 12)],
    .multipartOverflow: [.v13: .standard(1, 13)],
    .multipartRequestTimeout: [.v13: .onf(2640), .v14: .standard(1, 14)],
    .multipartReplyTimeout: [.v13: .onf(2641), .v14: .standard(1, 15)],
    .multipartBadSchedule: [.v15: .standard(1, 16)],
    .pipelineFieldsOnly: [.v15: .standard(1, 17)],
    .unknownRequestError: [.v15: .standard(1, 18)],
    .invalidNXM: [.v10: .nicira(1, 0x100), .v12: .nicira(2)],
    .badNXMType: [.v10: .nicira(1, 0x101), .v12: .nicira(3)],
    .mustBeZero: [.v10: .nicira(1, 0x203), .v12: .nicira(4)],
    .badReason: [.v10: .nicira(1, 0x204), .v12: .nicira(5)],
    .badMonitorEvent: [.v10: .nicira(1, 0x208), .v12: .nicira(9)],
    .unencodable: [.v10: .nicira(1, 0x209), .v12: .nicira(10)],

    // Bad action
    .badActionType: [.v10: .standard(2, 0)],
    .badActionLength: [.v10: .standard(2, 1)],
    .badActionExperimenter: [.v10: .standard(2, 2)],
    .badActionSubtype: [.v10: .standard(2, 3)],
    .badOutPort: [.v10: .standard(2, 4)],
    .badActionArgument: [.v10: .standard(2, 5)],
    .actionForbidden: [.v10: .standard(2, 6)],
    .tooManyActions: [.v10: .standard(2, 7)],
    .badQueue: [.v10: .standard(2, 8)],
    .badOutGroup: [.v10: .nicira(2, 9), .v11: .standard(2, 9)],
    .matchInconsistent: [.v10: .nicira(1, 0x20a), .v11: .standard(2, 10)],
    .unsupportedOrder: [.v11: .standard(2, 11)],
    .badActionTag: [.v11: .standard(2, 12)],
    .badSetType: [.v10: .nicira(1, 0x20b), .v12: .standard(2, 13)],
    .badSetLength: [.v10: .nicira(1, 0x20c), .v12: .standard(2, 14)],
    .badSetArgument: [.v10: .nicira(1, 0x20d), .v12: .standard(2, 15)],
    .badSetMask: [.v13: .onf(4250), .v15: .standard(2, 16)],
    .badActionMeter: [.v15: .standard(2, 17)],
    .actionMustBeZero: [.v10: .nicira(2, 0x100), .v12: .nicira(11)],
    .badConjunction: [.v10: .nicira(2, 0x20e), .v12: .nicira(15)],
    .badHeaderType: [.v13: .nicira(39)],
    .unknownHeaderProperty: [.v13: .nicira(40)],
    .badHeaderProperty: [.v13: .nicira(41)],
    .connectionTrackingActionUnsupported: [.v10: .nicira(1, 0x109), .v12: .nicira(42)],

    // Bad instruction
    .unknownInstruction: [.v11: .standard(3, 0)],
    .unsupportedInstruction: [.v10: .nicira(2, 0x101), .v11: .standard(3, 1)],
    .badInstructionTableID: [.v11: .standard(3, 2)],
    .unsupportedMetadata: [.v11: .standard(3, 3)],
    .unsupportedMetadataMask: [.v11: .standard(3, 4)],
    .badInstructionExperimenter: [.v11: .standard(3, 5)],
    .badInstructionSubtype: [.v11: .standard(3, 5), .v12: .standard(3, 6)],
    .badInstructionLength: [.v12: .standard(3, 7)],
    .instructionForbidden: [.v12: .standard(3, 8)],
    .duplicateInstruction: [.v11: .nicira(3, 0x100), .v12: .onf(2600), .v14: .standard(3, 9)],

    // Bad match
    .badMatchType: [.v11: .standard(4, 0)],
    .badMatchLength: [.v11: .standard(4, 1)],
    .badMatchTag: [.v11: .standard(4, 2)],
    .badEthernetMask: [.v11: .standard(4, 3)],
    .badNetworkMask: [.v11: .standard(4, 4)],
    .badWildcards: [.v10: .nicira(1, 0x106), .v11: .standard(4, 5)],
    .badField: [.v10: .nicira(0, 0x107), .v11: .standard(4, 6)],
    .badValue: [.v10: .nicira(1, 0x102), .v11: .standard(4, 7)],
    .badMask: [.v10: .nicira(1, 0x103), .v12: .standard(4, 8)],
    .badPrerequisite: [.v10: .nicira(1, 0x104), .v12: .standard(4, 9)],
    .duplicateField: [.v10: .nicira(1, 0x105), .v12: .standard(4, 10)],
    .matchForbidden: [.v12: .standard(4, 11)],
    .connectionTrackingMatchUnsupported: [.v10: .nicira(1, 0x108), .v12: .nicira(43)],

    // Flow mod failed
    .badEmergencyTimeout: [.v10: .standard(3, 3), .v11: nil],
    .flowModUnsupported: [.v10: .standard(3, 5), .v11: nil],
    .flowModUnknown: [.v11: .standard(5, 0)],
    .tableFull: [.v10: .standard(3, 0), .v11: .standard(5, 1)],
    .badFlowModTableID: [.v11: .standard(5, 2)],
    .overlap: [.v10: .standard(3, 1), .v11: .standard(5, 3)],
    .flowModForbidden: [.v10: .standard(3, 2), .v11: .standard(5, 4)],
    .badTimeout: [.v11: .standard(5, 5)],
    .badCommand: [.v10: .standard(3, 4), .v11: .standard(5, 6)],
    .badFlags: [.v10: .nicira(3, 0x102), .v11: .nicira(5, 0x102), .v12: .standard(5, 7)],
    .cannotSynchronize: [.v14: .standard(5, 8)],
    .badPriority: [.v13: .onf(2360), .v14: .standard(5, 9)],
    .isSynchronized: [.v14: .standard(5, 10)],
    .hardwareError: [.v10: .nicira(5, 0x100), .v12: .nicira(12)],
    .badCommandTableID: [.v10: .nicira(5, 0x101), .v12: .nicira(13)],
    .invalidTLVField: [.v10: .nicira(1, 0x218), .v12: .nicira(37)],

    // Group mod failed
    .groupExists: [.v10: .nicira(6, 0), .v11: .standard(6, 0)],
    .invalidGroup: [.v10: .nicira(6, 1), .v11: .standard(6, 1)],
    .weightUnsupported: [.v10: .nicira(6, 2), .v11: .standard(6, 2)],
    .outOfGroups: [.v10: .nicira(6, 3), .v11: .standard(6, 3)],
    .outOfBuckets: [.v10: .nicira(6, 4), .v11: .standard(6, 4)],
    .chainingUnsupported: [.v10: .nicira(6, 5), .v11: .standard(6, 5)],
    .watchUnsupported: [.v10: .nicira(6, 6), .v11: .standard(6, 6)],
    .groupLoop: [.v10: .nicira(6, 7), .v11: .standard(6, 7)],
    .unknownGroup: [.v10: .nicira(6, 8), .v11: .standard(6, 8)],
    .chainedGroup: [.v10: .nicira(6, 9), .v11: nil, .v12: .standard(6, 9)],
    .badGroupType: [.v10: .nicira(6, 10), .v11: nil, .v12: .standard(6, 10)],
    .badGroupCommand: [.v10: .nicira(6, 11), .v11: nil, .v12: .standard(6, 11)],
    .badBucket: [.v10: .nicira(6, 12), .v11: nil, .v12: .standard(6, 12)],
    .badWatch: [.v10: .nicira(6, 13), .v11: nil, .v12: .standard(6, 13)],
    .groupForbidden: [.v10: .nicira(6, 14), .v11: nil, .v12: .standard(6, 14)],
    .unknownBucket: [.v10: .nicira(6, 15), .v11: nil, .v15: .standard(6, 15)],
    .bucketExists: [.v10: .nicira(6, 16), .v11: nil, .v15: .standard(6, 16)],

    // Meter mod failed
    .meterModUnknown: [.v13: .standard(12, 0)],
    .meterExists: [.v13: .standard(12, 1)],
    .invalidMeter: [.v13: .standard(12, 2)],
    .unknownMeter: [.v13: .standard(12, 3)],
    .badMeterCommand: [.v13: .standard(12, 4)],
    .badMeterFlags: [.v13: .standard(12, 5)],
    .badRate: [.v13: .standard(12, 6)],
    .badBurst: [.v13: .standard(12, 7)],
    .badBand: [.v13: .standard(12, 8)],
    .badBandValue: [.v13: .standard(12, 9)],
    .outOfMeters: [.v13: .standard(12, 10)],
    .outOfBands: [.v13: .standard(12, 11)],

    // Port mod failed
    .portModBadPort: [.v10: .standard(4, 0), .v11: .standard(7, 0)],
    .portModBadAddress: [.v10: .standard(4, 1), .v11: .standard(7, 1)],
    .portModBadConfig: [.v11: .standard(7, 2)],
    .portModBadAdvertise: [.v11: .standard(7, 3)],
    .portModForbidden: [.v12: .standard(7, 4)],

    // Table mod failed
    .tableModBadTable: [.v11: .standard(8, 0)],
    .tableModBadConfig: [.v11: .standard(8, 1)],
    .tableModForbidden: [.v12: .standard(8, 2)],

    // Queue operation failed
    .queueBadPort: [.v10: .standard(5, 0), .v11: .standard(9, 0)],
    .queueBadQueue: [.v10: .standard(5, 1), .v11: .standard(9, 1)],
    .queueForbidden: [.v10: .standard(5, 2), .v11: .standard(9, 2)],
    .queueError: [.v14: .nicira(23)],

    // Switch configuration failed
    .switchConfigBadFlags: [.v11: .standard(10, 0)],
    .switchConfigBadLength: [.v11: .standard(10, 1)],
    .switchConfigForbidden: [.v12: .standard(10, 2)],

    // Role request failed
    .staleRole: [.v12: .standard(11, 0)],
    .unsupportedRole: [.v12: .standard(11, 1)],
    .badRole: [.v10: .nicira(1, 0x201), .v12: .standard(11, 2)],
    .controllerIDUnsupported: [.v15: .standard(11, 3)],
    .controllerIDInUse: [.v15: .standard(11, 4)],

    // Table features failed
    .tableFeaturesBadTable: [.v13: .standard(13, 0)],
    .tableFeaturesBadMetadata: [.v13: .standard(13, 1)],
    .tableFeaturesForbidden: [.v13: .standard(13, 5)],
    .tableFeaturesBadCapabilities: [.v15: .standard(13, 6)],
    .tableFeaturesBadMaximum: [.v15: .standard(13, 7)],
    .tableFeaturesBadFeatures: [.v15: .standard(13, 8)],
    .tableFeaturesBadCommand: [.v15: .standard(13, 9)],
    .tableFeaturesTooMany: [.v15: .standard(13, 10)],
    .tableFeaturesDuplicateTable: [.v13: .nicira(44)],

    // Bad property
    .badPropertyType: [
      .v10: .nicira(13, 2), .v12: .nicira(25), .v13: .standard(13, 2), .v14: .standard(14, 0),
    ],
    .badPropertyLength: [
      .v10: .nicira(13, 3), .v12: .nicira(26), .v13: .standard(13, 3), .v14: .standard(14, 1),
    ],
    .badPropertyValue: [
      .v10: .nicira(13, 4), .v12: .nicira(27), .v13: .standard(13, 4), .v14: .standard(14, 2),
    ],
    .tooManyProperties: [.v10: .nicira(14, 3), .v12: .nicira(28), .v13: .onf(4443), .v14: .standard(14, 3)],
    .duplicateProperty: [.v10: .nicira(14, 4), .v12: .nicira(29), .v13: .onf(4444), .v14: .standard(14, 4)],
    .badPropertyExperimenter: [
      .v10: .nicira(14, 5), .v12: .nicira(30), .v13: .onf(4445), .v14: .standard(14, 5),
    ],
    .badPropertySubtype: [.v10: .nicira(14, 6), .v12: .nicira(31), .v13: .onf(4446), .v14: .standard(14, 6)],
    .badPropertyExperimenterValue: [
      .v10: .nicira(14, 7), .v12: .nicira(32), .v13: .onf(4447), .v14: .standard(14, 7),
    ],
    .propertyForbidden: [.v10: .nicira(14, 8), .v12: .nicira(33), .v13: .onf(4448), .v14: .standard(14, 8)],

    // Asynchronous configuration failed
    .asyncConfigInvalid: [.v13: .onf(2370), .v14: .standard(15, 0)],
    .asyncConfigUnsupported: [.v13: .onf(2371), .v14: .standard(15, 1)],
    .asyncConfigForbidden: [.v13: .onf(2372), .v14: .standard(15, 2)],

    // Flow monitor failed
    .monitorUnknown: [.v14: .standard(16, 0)],
    .monitorExists: [.v10: .nicira(1, 0x205), .v12: .nicira(6), .v14: .standard(16, 1)],
    .invalidMonitor: [.v14: .standard(16, 2)],
    .unknownMonitor: [.v10: .nicira(1, 0x207), .v12: .nicira(8), .v14: .standard(16, 3)],
    .badMonitorCommand: [.v14: .standard(16, 4)],
    .badMonitorFlags: [.v10: .nicira(1, 0x206), .v12: .nicira(7), .v14: .standard(16, 5)],
    .badMonitorTableID: [.v14: .standard(16, 6)],
    .badMonitorOutput: [.v14: .standard(16, 7)],

    // Bundle failed
    .bundleUnknown: [.v13: .onf(2300), .v14: .standard(17, 0)],
    .bundleForbidden: [.v13: .onf(2301), .v14: .standard(17, 1)],
    .badBundleID: [.v13: .onf(2302), .v14: .standard(17, 2)],
    .bundleExists: [.v13: .onf(2303), .v14: .standard(17, 3)],
    .bundleClosed: [.v13: .onf(2304), .v14: .standard(17, 4)],
    .outOfBundles: [.v13: .onf(2305), .v14: .standard(17, 5)],
    .badBundleType: [.v13: .onf(2306), .v14: .standard(17, 6)],
    .badBundleFlags: [.v13: .onf(2307), .v14: .standard(17, 7)],
    .bundleMessageBadLength: [.v13: .onf(2308), .v14: .standard(17, 8)],
    .bundleMessageBadXid: [.v13: .onf(2309), .v14: .standard(17, 9)],
    .bundleMessageUnsupported: [.v13: .onf(2310), .v14: .standard(17, 10)],
    .bundleMessageConflict: [.v13: .onf(2311), .v14: .standard(17, 11)],
    .tooManyBundleMessages: [.v13: .onf(2312), .v14: .standard(17, 12)],
    .bundleMessageFailed: [.v13: .onf(2313), .v14: .standard(17, 13)],
    .bundleTimeout: [.v13: .onf(2314), .v14: .standard(17, 14)],
    .bundleInProgress: [.v13: .onf(2315), .v14: .standard(17, 15)],
    .scheduledBundleUnsupported: [.v15: .standard(17, 16)],
    .bundleTooFarAhead: [.v15: .standard(17, 17)],
    .bundleTooFarBack: [.v15: .standard(17, 18)],
    .badBundleVersion: [.v14: .nicira(22)],

    // TLV table mod failed
    .badTLVTableCommand: [.v10: .nicira(1, 0x20f), .v12: .nicira(16)],
    .badTLVLength: [.v10: .nicira(1, 0x210), .v12: .nicira(17)],
    .badTLVFieldIndex: [.v10: .nicira(1, 0x211), .v12: .nicira(18)],
    .tlvTableFull: [.v10: .nicira(1, 0x212), .v12: .nicira(19)],
    .tlvAlreadyMapped: [.v10: .nicira(1, 0x213), .v12: .nicira(20)],
    .duplicateTLVEntry: [.v10: .nicira(1, 0x214), .v12: .nicira(21)],
    .tlvInUse: [.v10: .nicira(1, 0x219), .v12: .nicira(38)],

    // Resume, IPFIX statistics
    .resumeUnsupported: [.v10: .nicira(1, 0x215), .v12: .nicira(34)],
    .staleContinuation: [.v10: .nicira(1, 0x216), .v12: .nicira(35)],
    .ipfixNotConfigured: [.v10: .nicira(1, 0x217), .v12: .nicira(36)],
  ]
}
