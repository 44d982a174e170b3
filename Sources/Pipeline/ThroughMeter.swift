import Classifier
import Flow
import Match

/// Meters. OpenFlow 1.3.5 section 5.7. Whether a frame is above a rate is found out when the program is run.
extension Translator {
  /// A meter that does not exist lets everything pass.
  mutating func measure(with number: UInt32) {
    guard let meter = state.bridge(bridge)?.meter(number) else { return }
    // What the meter may write must not be overwritten by what was written before it. Else the frame is
    // measured as it is, before what was pushed onto it: so does Open vSwitch.
    if meter.remarks {
      commit()
      mayBeRemarked = true
    }
    emit(.meter(meter, guarded: 0))
    isIrreversible = true
  }

  /// A write of DSCP bits behind a meter that may have changed them: all of them are written then, even those that
  /// the key has already. Only a copy can be what it was before.
  mutating func overwriteRemark(_ value: UInt64, mask: UInt64) {
    let bits = mask & 0xfc << 16
    guard bits != 0 else { return }
    frame[FlowKey.Word.ip] = frame[FlowKey.Word.ip] & ~bits | ~value & bits
    isIrreversible = true
  }

  /// Measures the packet-in that is emitted next: all of a bridge with the one for its slow path, as it is the
  /// control thread that takes them on, and with the one named, or, if `number` is 0, the one for controllers.
  mutating func measurePacketIn(with number: UInt32) {
    guard let record = state.bridge(bridge) else { return }
    let own = record.meter(number == 0 ? MeterID.controller : number)
    if let slowPath = record.meter(MeterID.slowPath) {
      emit(.meter(slowPath, guarded: own == nil ? 1 : 2))
    }
    if let own { emit(.meter(own, guarded: 1)) }
  }
}
