import Testing

/// TCP from `vm1` to `vm2`, as long as one likes, of which the receiver keeps the sum: what a machine finds in its memory is what
/// the other one has sent.
struct CheckedStream {
  private let lab: VirtualMachines

  /// Starts it.
  init(_ lab: VirtualMachines) throws {
    self.lab = lab
    // Commands have words without spaces, and no quotes. Without something to send `nc` would say that it is done.
    try lab.output(of: "sleep 1000 | nc -l -p 5000 2>/dev/null | md5sum >/tmp/received &", in: "vm2")
    try lab.output(
      of: "rm -f /tmp/stop; dd if=/dev/urandom of=/tmp/data bs=64k count=16 2>/dev/null", in: "vm1")
    try lab.output(
      of: "(while [ ! -f /tmp/stop ]; do cat /tmp/data; echo >>/tmp/count; done) | nc 10.97.0.2 5000 &",
      in: "vm1")
    try goesOn()
  }

  private func sentPieces() throws -> Int {
    Int(try lab.output(of: "cat /tmp/count 2>/dev/null | wc -l", in: "vm1").filter(\.isNumber)) ?? 0
  }

  /// Waits until some more has arrived, so much that it cannot all be on its way.
  func goesOn() throws {
    let before = try sentPieces()
    try eventually("the stream goes on", seconds: 60) { try sentPieces() > before + 8 }
  }

  /// Ends it, and looks whether all has arrived as it was sent.
  func finish() throws {
    try lab.output(of: "touch /tmp/stop", in: "vm1")
    try eventually("all has arrived", seconds: 60) {
      try lab.output(of: "wc -c </tmp/received", in: "vm2").filter(\.isNumber) != "0"
    }
    let received = try lab.output(of: "cut -c1-32 /tmp/received", in: "vm2")
    let pieces = try sentPieces()
    let sent = try lab.output(
      of: "i=0; while [ $i -lt \(pieces) ]; do cat /tmp/data; i=$((i+1)); done | md5sum | cut -c1-32",
      in: "vm1")
    #expect(received == sent, "of \(pieces) pieces")
  }
}
