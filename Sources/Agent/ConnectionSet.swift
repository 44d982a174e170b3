/// The connections of a socket, by when each was last heard of.
///
/// There may be `limit` of them. When one more comes, the one that has been quiet longest has to go: so somebody
/// who holds many idle connections locks nobody out. Pinned connections neither count nor go.
public struct ConnectionSet<Connection: AnyObject> {
  public let limit: Int
  private var members: [ObjectIdentifier: (connection: Connection, lastHeard: UInt64)] = [:]
  private var pinned: [ObjectIdentifier: Connection] = [:]
  /// Grows with each event: the order of events is all that counts.
  private var clock: UInt64 = 0

  public init(limit: Int) { self.limit = limit }

  public var count: Int { members.count + pinned.count }
  /// In no particular order.
  public var all: [Connection] { members.values.map(\.connection) + pinned.values }

  /// Adds a connection that stays whatever comes.
  public mutating func pin(_ connection: Connection) { pinned[ObjectIdentifier(connection)] = connection }

  /// Adds a connection, which counts as heard of.
  ///
  /// - Returns: the connection that had to go, for the caller to close; it is no member any more.
  public mutating func add(_ connection: Connection) -> Connection? {
    let quietest =
      members.count < limit ? nil : members.values.min { $0.lastHeard < $1.lastHeard }?.connection
    if let quietest { remove(quietest) }
    clock += 1
    members[ObjectIdentifier(connection)] = (connection, clock)
    return quietest
  }

  /// Nothing happens when it is no member.
  public mutating func remove(_ connection: Connection) {
    members[ObjectIdentifier(connection)] = nil
    pinned[ObjectIdentifier(connection)] = nil
  }

  /// To be called when `connection` sent something. Nothing happens when it is no member.
  public mutating func hear(from connection: Connection) {
    clock += 1
    members[ObjectIdentifier(connection)]?.lastHeard = clock
  }
}
