public import Flow

/// Why a change of the meter table was refused. Nothing was changed then. OpenFlow 1.3.5 section A.4.4, `OFPMMFC_*`.
public enum MeterTableError: Error, Equatable, Sendable {
  case meterExists(UInt32)
  case unknownMeter(UInt32)
  /// Meters are 1 to `MeterID.maximum`, and two with names.
  case invalidMeter(UInt32)
  /// A meter counts either kilobits or packets, and has no flags but those that are known.
  case badFlags(MeterFlags)
  case badRate(UInt32)
  /// There are `limit` meters.
  case outOfMeters(limit: Int)
  /// A meter has 1 to `limit` bands.
  case outOfBands(limit: Int)
}

/// One bridge's meters, as the control thread keeps them.
public struct MeterTable: Sendable {
  /// Meters that one bridge can hold.
  public static var limit: Int { 262_144 }
  public static var bandLimit: Int { 8 }

  public struct Entry: Sendable {
    public var config: MeterConfig
    /// Monotonic milliseconds.
    public let created: UInt64
    /// What workers know of it; another one after each modification, as in Open vSwitch: its buckets are full
    /// and its counters 0.
    public let record: MeterRecord
  }

  /// What a change of the table means to workers.
  public struct Outcome: Sendable {
    /// A meter that is new to them.
    public var added: (number: UInt32, record: MeterRecord)?
    /// Those that are deleted. The rules that name them go too.
    public var deleted: [UInt32] = []
    /// What they no longer find, to be freed when none of them can see it any more.
    public var retired: [MeterRecord] = []
  }

  private var entries: [UInt32: Entry] = [:]

  public init() {}

  /// By ascending number.
  public var all: [Entry] { entries.values.sorted { $0.config.meter < $1.config.meter } }

  public subscript(_ meter: UInt32) -> Entry? { entries[meter] }

  /// Makes one change, or throws and changes nothing.
  /// - Parameter now: monotonic microseconds.
  public mutating func apply(_ mod: MeterMod, now: UInt64) throws(MeterTableError) -> Outcome {
    let meter = mod.config.meter
    switch mod.command {
    case .add:
      guard entries[meter] == nil else { throw .meterExists(meter) }
      guard entries.count < Self.limit else { throw .outOfMeters(limit: Self.limit) }
      return try put(mod.config, created: now / 1000, now: now)
    case .modify:
      guard let old = entries[meter] else { throw .unknownMeter(meter) }
      var outcome = try put(mod.config, created: old.created, now: now)
      outcome.retired = [old.record]
      return outcome
    case .delete where meter == MeterID.all:
      defer { entries = [:] }
      return Outcome(deleted: entries.keys.sorted(), retired: entries.values.map(\.record))
    case .delete:
      guard let old = entries.removeValue(forKey: meter) else { return Outcome() }
      return Outcome(deleted: [meter], retired: [old.record])
    }
  }

  private mutating func put(
    _ config: MeterConfig, created: UInt64, now: UInt64
  ) throws(MeterTableError) -> Outcome {
    let isNamed = config.meter == MeterID.slowPath || config.meter == MeterID.controller
    guard isNamed || 1...MeterID.maximum ~= config.meter else { throw .invalidMeter(config.meter) }
    guard config.flags.isSubset(of: [.kilobits, .packets, .burst, .statistics]),
      config.flags.contains(.kilobits) != config.flags.contains(.packets)
    else { throw .badFlags(config.flags) }
    guard 1...Self.bandLimit ~= config.bands.count else { throw .outOfBands(limit: Self.bandLimit) }
    guard !config.bands.contains(where: { $0.rate == 0 }) else { throw .badRate(0) }
    var config = config
    // As much as in a second.
    if !config.flags.contains(.burst) {
      for index in config.bands.indices { config.bands[index].burstSize = config.bands[index].rate }
    }
    let record = MeterRecord.allocate(config, now: now)
    entries[config.meter] = Entry(config: config, created: created, record: record)
    return Outcome(added: (config.meter, record))
  }
}
