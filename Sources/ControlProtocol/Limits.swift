/// What a client may ask for at once.
public enum Limits {
  /// Text of a file, or of all files of a request.
  public static var fileBytes: Int { 256 << 20 }
  /// A request: a file of the greatest length in which every byte needs an escape is longer, one of flows is not.
  public static var requestBytes: Int { 320 << 20 }
}
