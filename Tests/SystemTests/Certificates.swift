/// Keys and certificates of a test, made by `openssl` in the lab's directory: `NAME.key`, `NAME.pem`.
struct Certificates {
  private let lab: Lab

  /// Makes the authority `ca`, which signed `switch` and `controller`, and `other`, which signed `stranger`.
  /// `expired` is signed by `ca`, but its time is up.
  init(_ lab: Lab) throws {
    self.lab = lab
    for authority in ["ca", "other"] {
      try Command.output(
        of: """
          openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=\(authority) \
          -keyout \(key(authority)) -out \(certificate(authority))
          """)
    }
    for (name, authority, days) in [
      ("switch", "ca", 2), ("controller", "ca", 2), ("stranger", "other", 2), ("expired", "ca", -1),
    ] {
      let request = lab.path("\(name).csr")
      try Command.output(
        of: """
          openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj /CN=\(name) \
          -keyout \(key(name)) -out \(request)
          """)
      try Command.output(
        of: """
          openssl x509 -req -in \(request) -CA \(certificate(authority)) -CAkey \(key(authority)) \
          -CAcreateserial -days \(days) -out \(certificate(name))
          """)
    }
  }

  func key(_ name: String) -> String { lab.path("\(name).key") }
  func certificate(_ name: String) -> String { lab.path("\(name).pem") }
}
