import Datapath
import IPFIX
import Match
import NIOCore
import Pipeline
import Sys

/// The exporters of all bridges: takes the frames that rules have reported, and sends the records of their flows to
/// collectors. Used on the control thread.
final class IPFIXExports {
  /// What there is to be told.
  struct Report {
    /// By bridge and number of the set.
    var sets: [(bridge: String, set: UInt32, targets: [String], statistics: Exporter.Statistics)] = []
    /// Samples for sets that are not there, or have no exporter.
    var unknown: [(bridge: String, set: UInt32, samples: UInt64)] = []
    /// Samples that were lost because the queue from the worker was full.
    var lost: UInt64 = 0
  }

  private struct Key: Hashable {
    var bridge: BridgeIndex
    var set: UInt32
  }

  private final class Export {
    var bridge: String
    var exporter: Exporter
    var channels: [CollectorChannel] = []

    init(bridge: String, exporter: Exporter) {
      self.bridge = bridge
      self.exporter = exporter
    }
  }

  /// Sets that are not there and whose samples are counted apart; those of others are counted as one.
  private static var maximumUnknown: Int { 1024 }

  private let running: RunningSwitch
  private let loop: any EventLoop
  private var exports: [Key: Export] = [:]
  private var unknown: [Key: UInt64] = [:]
  private var lastNumber: UInt32 = 0
  /// What records call ports; `nil` when it is to be looked up.
  private var interfaces: [PortIndex: FlowObservation.Interface]?

  init(running: RunningSwitch, loop: any EventLoop) {
    self.running = running
    self.loop = loop
    running.hooks.onConfigured = { [unowned self] in configure($0) }
    running.hooks.ipfixReport = { [unowned self] in report }
  }

  // MARK: Configuration

  private func configure(_ configuration: Configuration) {
    // What bridges have reported that are gone now.
    deliver()
    interfaces = nil
    var wanted: [Key: (set: CollectorSetConfiguration, ipfix: IPFIXConfiguration)] = [:]
    for set in configuration.collectorSets {
      guard let bridge = running.datapath.bridge(named: set.bridge),
        let ipfix = configuration.ipfix.first(where: { $0.id == set.ipfix })
      else { continue }
      wanted[Key(bridge: bridge.index, set: set.number)] = (set, ipfix)
    }
    for (key, export) in exports where wanted[key]?.set.bridge != export.bridge {
      close(export)
      exports[key] = nil
    }
    let bridges = Set(running.datapath.bridges.map(\.index))
    unknown = unknown.filter { bridges.contains($0.key.bridge) && wanted[$0.key] == nil }
    for (key, (set, ipfix)) in wanted {
      let export = exports[key] ?? makeExport(bridge: set.bridge)
      exports[key] = export
      export.exporter.settings = ipfix.settings
      connect(export, to: ipfix.targets)
    }
  }

  private func makeExport(bridge: String) -> Export {
    lastNumber &+= 1
    return Export(bridge: bridge, exporter: Exporter(number: lastNumber))
  }

  private func connect(_ export: Export, to targets: [CollectorTarget]) {
    guard export.channels.map(\.target) != targets else { return }
    for channel in export.channels where !targets.contains(channel.target) { channel.close() }
    export.channels = targets.map { target in
      export.channels.first { $0.target == target }
        ?? CollectorChannel(to: target, on: loop) { [weak export] message, isSent in
          if isSent { export?.exporter.noteSent() } else { export?.exporter.noteFailure(of: message) }
        }
    }
    export.exporter.beginAnew()
  }

  private func close(_ export: Export) {
    export.exporter.endAll()
    send(export)
    for channel in export.channels { channel.close() }
  }

  func closeAll() {
    deliver()
    for export in exports.values { close(export) }
    exports = [:]
  }

  // MARK: Samples

  /// To be called when samples have come.
  func deliver() {
    let offset = (WallClock.nanoseconds &- MonotonicClock.nanoseconds) / 1000
    var touched: Set<Key> = []
    running.datapath.samples.takeAll { sample in
      let key = Key(bridge: sample.sampling.bridge, set: sample.sampling.collectorSet)
      guard let export = exports[key] else { return noteUnknown(key) }
      export.exporter.count(observation(sample, at: sample.time &+ offset))
      touched.insert(key)
    }
    for key in touched { exports[key].map(send) }
  }

  private func noteUnknown(_ key: Key) {
    guard unknown.count < Self.maximumUnknown || unknown[key] != nil else { return }
    unknown[key, default: 0] += 1
  }

  private func observation(_ sample: FrameSample, at time: UInt64) -> FlowObservation {
    let sampling = sample.sampling
    return FlowObservation(
      domain: sampling.domain, point: sampling.point, isEgress: sampling.isEgress,
      ingress: interface(sampling.ingress), egress: interface(sampling.port), key: sample.key,
      length: sample.length, packetLength: sample.packetLength, headerLength: sample.headerLength,
      isForwarded: sample.isForwarded, time: time)
  }

  private func interface(_ port: PortIndex) -> FlowObservation.Interface {
    if interfaces == nil { interfaces = running.observedInterfaces }
    return interfaces?[port] ?? .init()
  }

  /// To be called once a second: sends what is old enough, and tries again what failed.
  func tick() {
    // The kernel's numbers for devices may be others by now.
    interfaces = nil
    for export in exports.values {
      for channel in export.channels { channel.open() }
      send(export)
    }
  }

  private func send(_ export: Export) {
    for message in export.exporter.messages(now: WallClock.nanoseconds / 1000) {
      for channel in export.channels { channel.send(message) }
    }
  }

  // MARK: Looking

  private var report: Report {
    var report = Report(lost: running.datapath.samples.lost)
    func precedes(_ a: Key, _ b: Key) -> Bool { (a.bridge.rawValue, a.set) < (b.bridge.rawValue, b.set) }
    for (key, export) in exports.sorted(by: { precedes($0.key, $1.key) }) {
      report.sets.append(
        (export.bridge, key.set, export.channels.map(\.target.description), export.exporter.statistics))
    }
    for (key, samples) in unknown.sorted(by: { precedes($0.key, $1.key) }) {
      let bridge = running.datapath.bridge(at: key.bridge)?.name ?? ""
      report.unknown.append((bridge, key.set, samples))
    }
    return report
  }
}

extension RunningSwitch {
  /// What records call the ports: by the kernel's number and by name.
  fileprivate var observedInterfaces: [PortIndex: FlowObservation.Interface] {
    var result: [PortIndex: FlowObservation.Interface] = [:]
    for port in datapath.bridges.flatMap(\.ports) {
      let index = status(ofInterface: port.name).deviceIndex
      result[port.index] = .init(index: index.map { UInt32(clamping: $0) } ?? 0, name: port.name)
    }
    return result
  }
}
