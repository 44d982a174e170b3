import Match

extension PortStatistics {
  public static func print(_ items: [PortStatistics], to printer: inout MessagePrinter) {
    printer.append(" \(items.count) ports\n")
    guard printer.style.verbosity > 0 else { return }
    for port in items { port.print(to: &printer) }
  }

  private func print(to printer: inout MessagePrinter) {
    func count(_ counter: UInt64?) -> String { counter.map { "\($0)" } ?? "?" }
    let named = number.described(by: printer.style.names)
    printer.append("  port \(named.count < 2 ? " " : "")\(named): ")
    printer.append("rx pkts=\(count(receivedPackets)), bytes=\(count(receivedBytes)), ")
    printer.append("drop=\(count(receiveDrops)), errs=\(count(receiveErrors)), ")
    printer.append("frame=\(count(frameErrors)), over=\(count(overruns)), crc=\(count(crcErrors))\n")
    printer.append("           tx pkts=\(count(sentPackets)), bytes=\(count(sentBytes)), ")
    printer.append("drop=\(count(sendDrops)), errs=\(count(sendErrors)), coll=\(count(collisions))\n")
    if let duration {
      printer.append("           duration=")
      printer.append(seconds: duration)
      printer.append("s\n")
    }
    if let lengths { lengths.print(to: &printer) }
    guard !custom.isEmpty else { return }
    printer.append("           CUSTOM Statistics")
    let known = custom.filter { $0.value != nil }
    for (index, counter) in known.enumerated() {
      if index % 3 == 0 { printer.append("\n                      ") }
      printer.append("\(counter.name)=\(count(counter.value)), ")
    }
    printer.append("\n")
  }
}

extension PortLengthStatistics {
  private static let names: [(title: String, counters: [(index: Int, name: String)])] = [
    (
      "rx rfc2819",
      [
        (14, "broadcast"), (15, "multicast"), (18, "undersized"), (19, "oversize"), (20, "rx_fragments"),
        (21, "rx_jabbers"),
      ]
    )
  ]

  /// Those that are known.
  func print(to printer: inout MessagePrinter) {
    for group in Self.names {
      let known = group.counters.compactMap { index, name in
        index < counters.count ? counters[index].map { "\(name)=\($0)" } : nil
      }
      guard !known.isEmpty else { continue }
      printer.append("           \(group.title) " + known.joined(separator: ", ") + "\n")
    }
  }
}
