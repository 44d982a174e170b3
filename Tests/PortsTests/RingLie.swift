import Bytes
@testable import Ports
import Testing
import TestKit

/// One lie of a guest about a ring of one kind, by name.
struct RingLie<Twin>: CustomTestStringConvertible, Sendable {
  var name: String
  var expected: RingFault
  /// Whether it is about what the guest sends, rather than what it receives.
  var isSent = true
  var features = TwinDevice.usual
  var tell: @Sendable (Twin) -> Void
  var testDescription: String { name }

  /// Tells it to a device that runs. The whole device is to be stopped for it, and nothing of the switch lost.
  func expectStop() throws {
    let device = try TwinDevice(features)
    try device.start()
    #expect(device.session.isUp(0))
    tell(try #require((isSent ? device.sending : device.receiving) as? Twin))
    if isSent {
      // What was read where memory is gone are zeros.
      #expect(try device.receive().frames.allSatisfy { $0.bytes.allSatisfy { $0 == 0 } })
    } else {
      let sent = device.bench.send([Frames.plain(payload: 100)], toQueue: device.queue)
      #expect(sent == [.down] || expected == .memoryVanished)
    }
    try device.expectStopped(ring: isSent ? 1 : 0, expected)
  }
}

extension TwinDevice {
  /// The whole device is stopped for a lie in `ring`, and nothing of the switch was lost by it.
  fileprivate func expectStopped(ring: Int, _ fault: RingFault) throws {
    #expect(faults.clear())
    session.noteFaults()
    #expect(session.fault?.ring == ring)
    #expect(session.fault?.fault == fault)
    // Both rings are stopped, and stay so whatever happens in them.
    #expect(!session.isUp(0))
    #expect(try receive().outcome == .drained)
    let sent = bench.send([Frames.plain(payload: 100)], toQueue: queue)
    #expect(sent == [.down])
    // No slot was lost.
    #expect(bench.pool.available == 128)
  }
}
