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
    let ones: UInt128 = field.bits == 128 ? ~0 : (1 << UInt128(field.bits)) - 1
    field.store(ones, in: &key)
    #expect(field.value(in: key) == ones)
    field.store(0, in: &key)
    #expect(key == FlowKey())
  }
}
