import CLinux

/// The processors that this process may use.
public enum Processors {
  /// By number, ascending.
  public static var allowed: [Int] { (0..<1024).filter { clinux_may_run_on(CInt($0)) != 0 } }

  /// The numbers that a list like `0,2-3` means, in its order; `nil` if it is none or names one twice.
  public static func parse(_ text: String) -> [Int]? {
    var result: [Int] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let ends = part.split(separator: "-", omittingEmptySubsequences: false).map { UInt16($0) }
      guard let first = ends.first ?? nil, let last = ends.last ?? nil, ends.count <= 2, first <= last else {
        return nil
      }
      result += (first...last).map(Int.init)
    }
    return Set(result).count == result.count ? result : nil
  }

  /// The shortest list that means `numbers`, which ascend.
  public static func text(of numbers: [Int]) -> String {
    var parts: [(first: Int, last: Int)] = []
    for number in numbers {
      if let last = parts.last, last.last + 1 == number {
        parts[parts.count - 1].last = number
      } else {
        parts.append((number, number))
      }
    }
    return parts.map { $0.first == $0.last ? "\($0.first)" : "\($0.first)-\($0.last)" }.joined(separator: ",")
  }
}
