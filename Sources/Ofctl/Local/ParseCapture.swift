import Match
import OpenFlow
import Wire

/// `ofp-parse-pcap FILE [PORT]...`: prints the messages of the OpenFlow connections in a capture file.
enum ParseCapture: OfctlCommand {
  static let name = "ofp-parse-pcap"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    var ports: Set<UInt16> = [6633, 6653]
    if call.arguments.count > 1 {
      ports = []
      for text in call.arguments.dropFirst() {
        guard let port = UInt16(text) else {
          throw OfctlError("PORT: '\(text)' is not a number from 0 to 65535")
        }
        ports.insert(port)
      }
    }
    let bytes = try call.fileBytes(call[0])
    var reader = try explaining(call[0]) { try CaptureReader(bytes) }
    var reassembly = TCPReassembly()
    var splitters: [TCPReassembly.Stream: OpenFlowFrameSplitter] = [:]
    while let packet = reader.next() {
      guard let delivery = reassembly.add(packet.bytes),
        ports.contains(delivery.stream.sourcePort) || ports.contains(delivery.stream.destinationPort)
      else { continue }
      if delivery.starts { splitters[delivery.stream] = nil }
      var splitter = splitters[delivery.stream] ?? OpenFlowFrameSplitter()
      splitter.append(delivery.bytes)
      show(&splitter, of: delivery.stream, at: packet, call)
      splitters[delivery.stream] = splitter
    }
  }

  private static func show(
    _ splitter: inout OpenFlowFrameSplitter, of stream: TCPReassembly.Stream, at packet: CaptureReader.Packet,
    _ call: OfctlCall
  ) {
    do throws(OpenFlowFrameSplitter.BadLength) {
      while let frame = try splitter.next() {
        if call.options.printsTimestamps {
          let time = Timestamp(seconds: Int64(packet.seconds), nanoseconds: Int64(packet.nanoseconds))
          call.console.write(time.timeOfDay + " ")
        }
        let source = endpoint(stream.source, stream.sourcePort)
        call.line("\(source) > \(endpoint(stream.destination, stream.destinationPort)):")
        call.line(MessagePrinter.shown(frame.bytes, style: call.style(base: 1)))
      }
    } catch {
      // Not OpenFlow, or bytes are missing: with the next connection it starts anew.
      splitter = OpenFlowFrameSplitter()
    }
  }

  private static func endpoint(_ address: [UInt8], _ port: UInt16) -> String {
    let text =
      address.count == 4
      ? IPv4Address(rawValue: address.reduce(0) { $0 << 8 | UInt32($1) }).description
      : IPv6Address(rawValue: address.reduce(0) { $0 << 8 | UInt128($1) }).description
    return "\(text).\(port)"
  }
}
