import Match

extension FlowMatch {
  /// The match of a frame that came from no port.
  var withoutPort: FlowMatch {
    var match = self
    if let slot = Field.named("in_port")?.slots.first {
      match.set(slot, to: UInt64(PortNumber.none.rawValue))
    }
    return match
  }
}

/// `parse-pcap FILE...`: prints the fields of every frame in capture files.
enum ParsePcap: OfctlCommand {
  static let name = "parse-pcap"

  static func run(_ call: OfctlCall) throws(OfctlError) {
    for path in call.arguments {
      let bytes = try call.fileBytes(path)
      var reader = try explaining(path) { try CaptureReader(bytes) }
      while let packet = reader.next() {
        call.line("\(FlowMatch(ofFrame: Array(packet.bytes)).withoutPort)")
      }
    }
  }
}
