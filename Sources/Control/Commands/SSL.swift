import Agent
import ControlProtocol

enum SetSSL: Command {
  static let name = "set-ssl"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    for (path, what) in zip(arguments.positional, ["private key", "certificate", "CA certificate"])
    where !path.hasPrefix("/") {
      throw CommandError("\(name): \(what) '\(path)' is not an absolute path; the daemon reads the file")
    }
    transaction.configuration.ssl = SSLConfiguration(
      settings: TLSSettings(
        privateKey: arguments[0], certificate: arguments[1], authority: arguments[2]))
    return .none
  }
}

enum GetSSL: Command {
  static let name = "get-ssl"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    guard let settings = transaction.configuration.ssl?.settings else { return .none }
    return Output(
      text: """
        Private key: \(settings.privateKey)
        Certificate: \(settings.certificate)
        CA Certificate: \(settings.authority)
        Bootstrap: false

        """,
      json: [
        "private_key": .string(settings.privateKey), "certificate": .string(settings.certificate),
        "ca_cert": .string(settings.authority),
      ])
  }
}

enum DeleteSSL: Command {
  static let name = "del-ssl"

  static func run(_ arguments: Arguments, in transaction: inout Transaction) throws(CommandError) -> Output {
    transaction.configuration.ssl = nil
    return .none
  }
}
