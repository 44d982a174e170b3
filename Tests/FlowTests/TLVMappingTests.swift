import Flow
import Match
import Testing

@Suite struct TLVMappingTests {
  @Test func reads() throws {
    let text = "{class=0xffff,type=0,len=4}->tun_metadata0, {type=0x80,class=258,len=124}->tun_metadata63"
    let mappings = try TLVMapping.parse(list: text[...])
    #expect(
      mappings == [
        TLVMapping(optionClass: 0xffff, type: 0, byteCount: 4, field: 0),
        TLVMapping(optionClass: 0x102, type: 0x80, byteCount: 124, field: 63),
      ])
    let printed = mappings.map(\.description).joined(separator: ",")
    #expect(
      printed
        == "{class=0xffff,type=0x0,len=4}->tun_metadata0,{class=0x102,type=0x80,len=124}->tun_metadata63")
    #expect(try TLVMapping.parse(list: printed[...]) == mappings)
    #expect(try TLVMapping.parse(list: "") == [])
  }

  static let refused: [(text: String, offset: Int, part: String)] = [
    ("class=1,type=2,len=4->tun_metadata1", 0, "a mapping like"),
    ("{class=1,type=2,len=4", 0, "a mapping like"),
    ("{class=1,type=2}->tun_metadata1", 31, "missing"),
    ("{class=1,type=256,len=4}->tun_metadata1", 14, "out of range"),
    ("{class=0x10000,type=2,len=4}->tun_metadata1", 7, "out of range"),
    ("{class=1,type=2,len=5}->tun_metadata1", 20, "multiple of 4"),
    ("{class=1,type=2,len=0}->tun_metadata1", 20, "multiple of 4"),
    ("{class=1,type=2,len=128}->tun_metadata1", 20, "out of range"),
    ("{class=1,typ=2,len=4}->tun_metadata1", 9, "'type'"),
    ("{class=1,type=2,len=4}->reg0", 22, "->tun_metadata"),
    ("{class=1,type=2,len=4}->tun_metadata64", 36, "out of range"),
  ]

  @Test(arguments: refused.indices)
  func refuses(_ index: Int) {
    let row = Self.refused[index]
    do throws(FlowSyntaxError) {
      let mappings = try TLVMapping.parse(list: row.text[...])
      Issue.record("\(row.text) was read as \(mappings)")
    } catch {
      #expect(error.offset == row.offset, "\(row.text): \(error)")
      #expect("\(error)".contains(row.part), "\(row.text): \(error)")
    }
  }
}
