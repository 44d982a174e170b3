/// A JSON-RPC 1.0 request: what `ovs-appctl -t SOCKET METHOD PARAMS...` sends.
public struct Request: Hashable, Sendable {
  public var id: JSONValue
  public var method: String
  public var params: [JSONValue]

  public init(id: JSONValue = .integer(0), method: String, params: [JSONValue] = []) {
    self.id = id
    self.method = method
    self.params = params
  }

  public init(decoding bytes: [UInt8]) throws(MessageError) {
    do {
      let fields = try JSONText.decode(Fields.self, from: bytes)
      self.init(id: fields.id ?? .null, method: fields.method, params: fields.params ?? [])
    } catch {
      throw MessageError(message: #"a request is {"method": NAME, "params": [STRING, ...], "id": ANY}"#)
    }
  }

  public func encoded() -> [UInt8] {
    // Fails for no value that a request can hold but an infinite number, which is never in one.
    (try? JSONText.encode(Fields(id: id, method: method, params: params))) ?? []
  }

  private struct Fields: Codable {
    var id: JSONValue?
    var method: String
    var params: [JSONValue]?
  }
}

/// The answer to a request: of `result` and `error` one is null.
public struct Reply: Hashable, Sendable {
  public var id: JSONValue
  public var result: JSONValue
  public var error: JSONValue

  public init(id: JSONValue, result: JSONValue) {
    self.id = id
    self.result = result
    error = .null
  }

  public init(id: JSONValue, error: String) {
    self.id = id
    result = .null
    self.error = .string(error)
  }

  public init(decoding bytes: [UInt8]) throws(MessageError) {
    do {
      let fields = try JSONText.decode(Fields.self, from: bytes)
      id = fields.id ?? .null
      result = fields.result ?? .null
      error = fields.error ?? .null
    } catch {
      throw MessageError(message: "the daemon's answer is no JSON-RPC 1.0 reply")
    }
  }

  public func encoded() -> [UInt8] {
    // As for a request.
    (try? JSONText.encode(Fields(id: id, result: result, error: error))) ?? []
  }

  private struct Fields: Codable {
    var id: JSONValue?
    var result: JSONValue?
    var error: JSONValue?

    enum CodingKeys: CodingKey { case id, result, error }

    init(id: JSONValue, result: JSONValue, error: JSONValue) {
      self.id = id
      self.result = result
      self.error = error
    }

    /// All three members are there, null or not: ovs-appctl insists.
    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(id, forKey: .id)
      try container.encode(result, forKey: .result)
      try container.encode(error, forKey: .error)
    }
  }
}

/// A message that is JSON, but not the message that it should be.
public struct MessageError: Error, Hashable, Sendable, CustomStringConvertible {
  public var message: String
  public init(message: String) { self.message = message }
  public var description: String { message }
}
