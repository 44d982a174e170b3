import Glibc
import Match
import OVSOracle
import Testing

@Suite struct FieldReferenceTests {
  /// The page in the repository is what the table says. After a change of the table, `APUS_WRITE_DOCS=1` makes
  /// this test write it anew.
  @Test func pageIsUpToDate() {
    let path = #filePath.replacing(
      "Tests/MatchTests/FieldReferenceTests.swift", with: "docs/reference/fields.md")
    if unsafe getenv("APUS_WRITE_DOCS") != nil {
      guard let file = unsafe fopen(path, "w") else { return }
      unsafe fputs(FieldReference.markdown, file)
      unsafe fclose(file)
    }
    let isSame = OVSOfctl.read(path) == FieldReference.markdown
    #expect(isSame, "docs/reference/fields.md is not what the field table says")
  }

  @Test func namesEveryField() {
    for field in Field.all {
      let text = FieldReference.description(of: field)
      #expect(text.hasPrefix("\(field.name): "))
      for form in field.wireForms { #expect(text.contains(form.name)) }
    }
    for name in ["reg0-reg15", "reg16-reg31", "tun_metadata0-tun_metadata63", "nsh_c1-nsh_c4", "ipv6_src"] {
      #expect(FieldReference.listing.contains("\n\(name) "), "\(name)")
    }
  }

  /// ovs-fields(7) of Open vSwitch 3.1, and the registers of 3.7.
  @Test func knowsAllFields() {
    #expect(Field.all.count == 211)
  }
}
