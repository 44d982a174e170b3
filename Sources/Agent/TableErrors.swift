import Datapath
import Match
import Pipeline

/// How the protocol says why tables refused a change.

extension OpenFlowError {
  init(_ error: FlowTablesError) {
    switch error {
    case .overlap: self.init(.overlap)
    case .badTable: self.init(.badFlowModTableID)
    case .full: self.init(.tableFull)
    // Open vSwitch says so too; `OFPMMFC_UNKNOWN_METER` is about changes of meters.
    case .unknownMeter: self.init(.invalidMeter)
    case .unknownGroup: self.init(.badOutGroup)
    }
  }

  init(_ error: GroupTableError) {
    switch error {
    case .groupExists: self.init(.groupExists)
    case .unknownGroup: self.init(.unknownGroup)
    case .outOfGroups: self.init(.outOfGroups)
    case .outOfBuckets: self.init(.outOfBuckets)
    case .loop: self.init(.groupLoop)
    case .unknownBucket: self.init(.unknownBucket)
    case .bucketExists: self.init(.bucketExists)
    case .invalidGroup: self.init(.invalidGroup)
    }
  }

  init(_ error: MeterTableError) {
    switch error {
    case .meterExists: self.init(.meterExists)
    case .unknownMeter: self.init(.unknownMeter)
    case .invalidMeter: self.init(.invalidMeter)
    case .badFlags: self.init(.badMeterFlags)
    case .badRate: self.init(.badRate)
    case .outOfMeters: self.init(.outOfMeters)
    case .outOfBands: self.init(.outOfBands)
    }
  }

  init(_ reason: BridgeChangeRefused.Reason) {
    switch reason {
    case .flow(let error): self.init(error)
    case .group(let error): self.init(error)
    }
  }
}
