/// Numbers of meters, `OFPM_*`. OpenFlow 1.3.5 section A.3.4.4.
public enum MeterID {
  /// The highest number of a real meter; the lowest is 1.
  public static var maximum: UInt32 { 0xffff_0000 }
  /// Meters what goes from the datapath to the slow path; what goes to controllers.
  public static var slowPath: UInt32 { 0xffff_fffd }
  public static var controller: UInt32 { 0xffff_fffe }
  /// Every meter, in deletes and in requests for statistics.
  public static var all: UInt32 { 0xffff_ffff }

  /// The number as it is printed: three have names.
  public static func text(_ meter: UInt32) -> String {
    switch meter {
    case all: "all"
    case controller: "controller"
    case slowPath: "slowpath"
    default: meter > maximum ? "unknown" : String(meter)
    }
  }
}

/// `OFPMF_*`: what a meter counts, and how.
public struct MeterFlags: OptionSet, Hashable, Sendable {
  public var rawValue: UInt16
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// Rates are kilobits per second; packets per second.
  public static var kilobits: MeterFlags { .init(rawValue: 1) }
  public static var packets: MeterFlags { .init(rawValue: 2) }
  /// Bands say their burst size.
  public static var burst: MeterFlags { .init(rawValue: 4) }
  public static var statistics: MeterFlags { .init(rawValue: 8) }
}

/// What happens above a rate.
public struct MeterBand: Hashable, Sendable {
  public enum Action: Hashable, Sendable {
    case drop
    /// Raises the drop precedence in the DSCP by that many steps.
    case remarkDSCP(precedenceLevel: UInt8)
  }

  public var action: Action
  /// In the meter's unit, per second.
  public var rate: UInt32
  /// In the meter's unit; what counts only if the meter's flags have `burst`.
  public var burstSize: UInt32

  public init(_ action: Action, rate: UInt32, burstSize: UInt32 = 0) {
    self.action = action
    self.rate = rate
    self.burstSize = burstSize
  }
}

/// A meter as it was configured.
public struct MeterConfig: Hashable, Sendable {
  public var meter: UInt32
  public var flags: MeterFlags
  public var bands: [MeterBand]

  public init(meter: UInt32, flags: MeterFlags = [], bands: [MeterBand] = []) {
    self.meter = meter
    self.flags = flags
    self.bands = bands
  }
}

/// A change to the meter table. OpenFlow 1.3.5 section A.3.4.4.
public struct MeterMod: Hashable, Sendable {
  /// `OFPMC_*`.
  public enum Command: UInt16, CaseIterable, Hashable, Sendable {
    case add = 0
    case modify = 1
    case delete = 2
  }

  public var command: Command
  public var config: MeterConfig

  public init(command: Command, config: MeterConfig) {
    self.command = command
    self.config = config
  }
}
