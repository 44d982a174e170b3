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
    let known = custom.filter { $0.value != nil }.map { "\($0.name)=\(count($0.value))," }
    for start in stride(from: 0, to: known.count, by: 3) {
      let line = known[start..<min(start + 3, known.count)].joined(separator: " ")
      printer.append("\n                      " + line)
    }
    printer.append("\n")
  }
}

extension PortLengthStatistics {
  private static let lengths = [
    "1_to_64_packets", "65_to_127_packets", "128_to_255_packets", "256_to_511_packets",
    "512_to_1023_packets", "1024_to_1522_packets", "1523_to_max_packets",
  ]
  private static let received =
    Array(zip(0..<7, lengths)) + [
      (15, "broadcast_packets"), (17, "undersized_errors"), (18, "oversize_errors"),
      (19, "rx_fragmented_errors"), (20, "rx_jabber_errors"),
    ]
  private static let sent =
    Array(zip(7..<14, lengths)) + [
      (14, "multicast_packets"), (16, "broadcast_packets"),
    ]

  /// Those that are known.
  func print(to printer: inout MessagePrinter) {
    for (title, names) in [("rx", Self.received), ("tx", Self.sent)] {
      let known = names.compactMap { index, name in
        index < counters.count ? counters[index].map { "\(name)=\($0), " } : nil
      }
      guard !known.isEmpty else { continue }
      printer.append("           \(title) rfc2819 " + known.joined() + "\n")
    }
  }
}
