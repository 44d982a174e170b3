import Testing

@testable import ControlProtocol

@Suite struct HandOverTests {
  typealias Row = (words: String, numbers: [CInt])

  static let rows: [Row] = [
    ("add-port br0 vm1 -- set interface vm1 type=tap options:fd=7", [7]),
    ("set interface vm1 options:fd=7:8:9", [7, 8, 9]),
    ("set interface vm1 options:fd=\"7:8\" -- set interface vm2 options:fd=8", [7, 8]),
    ("set interface vm1 options={fd=7,gro=off}", [7]),
    ("set interface vm1 options=gro=off,fd=\"7:8\"", [7, 8]),
    ("set interface vm1 options:fd=x:7:-1:", [7]),
    ("set interface vm1 options:path=/fd=7 options:fd", []),
    ("set port vm1 external_ids:fd=7", []),
  ]

  @Test(arguments: rows.indices) func findsTheDescriptorsThatWordsName(index: Int) {
    let row = Self.rows[index]
    let words = row.words.split(separator: " ").map(String.init)
    #expect(HandOver.numbers(namedIn: words) == row.numbers, "\(row.words)")
  }

  @Test func sendsItsNameWithTheRequest() throws {
    var request = RunRequest(words: ["show"])
    #expect(try RunRequest(params: request.params) == request)
    request.descriptors = "ab12"
    #expect(try RunRequest(params: request.params).descriptors == "ab12")
  }
}
