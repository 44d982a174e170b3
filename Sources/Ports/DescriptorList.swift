/// The value of `options:fd`: `7`, or `7:8` for a device with two queues.
public struct DescriptorList: Hashable, Sendable {
  /// At least one, each once.
  public let numbers: [Int]

  /// `nil` for a text that is none.
  public init?(_ text: String) {
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { part in
      part.utf8.allSatisfy { (0x30...0x39).contains($0) } ? Int32(part).map { Int($0) } : nil
    }
    guard numbers.count == parts.count, numbers.count <= TAPOptions.mostQueues,
      Set(numbers).count == numbers.count
    else { return nil }
    self.numbers = numbers
  }

  /// What its text has to be.
  public static var syntax: String {
    "a descriptor's number, or up to \(TAPOptions.mostQueues) different ones, as 7:8"
  }

  /// Options that say of a device what its descriptors have settled.
  public static var contradictions: [String] { ["netns", "netns-pid", "n_rxq", "owner", "persist"] }
}
