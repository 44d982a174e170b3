import Match
import Testing

@Suite struct FieldTableTests {
  @Test func everyNameIsUnique() {
    var seen: Set<String> = []
    for field in Field.all {
      for name in [field.name] + field.aliases { #expect(seen.insert(name).inserted, "\(name) twice") }
    }
  }

  @Test(arguments: Field.all)
  func storesAndReadsBack(_ field: Field) {
    var key = FlowKey()
    // Of `ct_state` the flags are kept, of `tun_metadata0` and its like nothing.
    let kept = field.slots.reduce(0) { $0 + $1.bits }
    #expect(kept == field.bits || field.name == "ct_state" || field.hasVariableLength)
    let ones = kept == 0 ? 0 : field.allOnes >> UInt128(min(field.bits, 128) - kept)
    field.store(ones, in: &key)
    #expect(field.value(in: key) == ones)
    field.store(0, in: &key)
    #expect(key == FlowKey())
  }
}
