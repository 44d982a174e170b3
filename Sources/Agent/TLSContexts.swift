import NIOCore
import NIOSSL
import Sys

/// The files that encrypted connections need, all in PEM: the table SSL.
public struct TLSSettings: Equatable, Sendable {
  public var privateKey: String
  /// The switch's own certificate, with those between it and the authority behind it.
  public var certificate: String
  /// The certificate of the authority that must have signed the controller's, or several.
  public var authority: String

  public init(privateKey: String, certificate: String, authority: String) {
    self.privateKey = privateKey
    self.certificate = certificate
    self.authority = authority
  }
}

/// Key and certificates of the switch, ready for connections.
///
/// Both sides show a certificate, and each checks that the authority signed the other's; names in certificates do
/// not count, as in Open vSwitch. The files are looked at for each connection, so a new certificate needs no
/// command: connections that are there go on with the old one.
public final class TLSContexts {
  public var settings: TLSSettings?
  private var cached: (content: Content, client: NIOSSLContext, server: NIOSSLContext)?

  public init() {}

  private struct Content: Equatable {
    var privateKey: [UInt8]
    var certificate: [UInt8]
    var authority: [UInt8]
  }

  /// Throws when connections could not be made with `settings`, and says why.
  public static func check(_ settings: TLSSettings) throws(TLSFault) {
    let contexts = TLSContexts()
    contexts.settings = settings
    _ = try contexts.contexts()
  }

  /// For a connection that the switch makes.
  func makeClientHandler() throws(TLSFault) -> NIOSSLClientHandler {
    let context = try contexts().client
    do {
      return try NIOSSLClientHandler(context: context, serverHostname: nil)
    } catch {
      throw TLSFault("\(error)")
    }
  }

  /// For a connection that a controller made.
  func makeServerHandler() throws(TLSFault) -> NIOSSLServerHandler {
    NIOSSLServerHandler(context: try contexts().server)
  }

  private func contexts() throws(TLSFault) -> (client: NIOSSLContext, server: NIOSSLContext) {
    guard let settings else {
      throw TLSFault("no key and certificates are set: set-ssl PRIVATE-KEY CERTIFICATE CA-CERTIFICATE")
    }
    let content = Content(
      privateKey: try Self.read(settings.privateKey, "private key"),
      certificate: try Self.read(settings.certificate, "certificate"),
      authority: try Self.read(settings.authority, "CA certificate"))
    if let cached, cached.content == content { return (cached.client, cached.server) }
    let (client, server) = try Self.make(content, settings)
    cached = (content, client, server)
    return (client, server)
  }

  private static func read(_ path: String, _ name: String) throws(TLSFault) -> [UInt8] {
    do throws(SysError) {
      return try SmallFile.bytes(path: path)
    } catch {
      throw TLSFault("\(name) \(path): \(SysError.text(of: error.errno))")
    }
  }

  private static func make(
    _ content: Content, _ settings: TLSSettings
  ) throws(TLSFault) -> (client: NIOSSLContext, server: NIOSSLContext) {
    guard let key = try? NIOSSLPrivateKey(bytes: content.privateKey, format: .pem) else {
      throw TLSFault("private key \(settings.privateKey): holds no key in PEM without a password")
    }
    let chain = try certificates(content.certificate, "certificate \(settings.certificate)")
    let roots = try certificates(content.authority, "CA certificate \(settings.authority)")
    var server = TLSConfiguration.makeServerConfiguration(
      certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
    var client = TLSConfiguration.makeClientConfiguration()
    client.certificateChain = server.certificateChain
    client.privateKey = server.privateKey
    client.trustRoots = .certificates(roots)
    server.trustRoots = .certificates(roots)
    client.certificateVerification = .noHostnameVerification
    server.certificateVerification = .noHostnameVerification
    client.minimumTLSVersion = .tlsv12
    server.minimumTLSVersion = .tlsv12
    do {
      return (try NIOSSLContext(configuration: client), try NIOSSLContext(configuration: server))
    } catch {
      if case NIOSSLError.failedToLoadPrivateKey = error {
        throw TLSFault(
          "private key \(settings.privateKey) does not belong to certificate \(settings.certificate)")
      }
      throw TLSFault("key and certificates are refused: \(error)")
    }
  }

  private static func certificates(_ bytes: [UInt8], _ name: String) throws(TLSFault) -> [NIOSSLCertificate] {
    guard let all = try? NIOSSLCertificate.fromPEMBytes(bytes), !all.isEmpty else {
      throw TLSFault("\(name): holds no certificate in PEM")
    }
    return all
  }
}
