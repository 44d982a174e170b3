import NIOSSL
import Sys

/// Why there is no encrypted connection, in words.
public struct TLSFault: Error, Hashable, Sendable {
  public var message: String
  init(_ message: String) { self.message = message }
}

extension TLSFault {
  /// - Parameters:
  ///   - certificate: what the peer showed, if it got that far.
  ///   - now: seconds since 1970.
  /// - Returns: `nil` when it is no error of TLS.
  static func text(of error: any Error, certificate: NIOSSLCertificate?, now: Int) -> String? {
    let text: String
    switch error {
    case NIOSSLError.uncleanShutdown: return ConnectionFault.closedByPeer
    case NIOSSLError.handshakeFailed(let reason): text = "\(reason)"
    // What the other side says when the handshake is over for us, but not yet for it.
    case let error as BoringSSLError: text = "\(error)"
    case let error as NIOSSLError: return "TLS: \(error)"
    default: return nil
    }
    if text.contains("CERTIFICATE_VERIFY_FAILED") { return refusal(of: certificate, now: now) }
    for (name, words) in alerts where text.contains(name) { return "TLS: \(words)" }
    return "TLS: the connection failed: \(text)"
  }

  /// Why the peer's certificate was not accepted.
  private static func refusal(of certificate: NIOSSLCertificate?, now: Int) -> String {
    if let certificate {
      if certificate.notValidAfter < now { return "TLS: the controller's certificate has expired" }
      if certificate.notValidBefore > now { return "TLS: the controller's certificate is not valid yet" }
    }
    return "TLS: the controller's certificate is not signed by the CA certificate"
  }

  /// BoringSSL's names for what went wrong here, and for what the peer says went wrong there.
  private static var alerts: [(name: String, words: String)] {
    [
      ("ALERT_CERTIFICATE_EXPIRED", "the controller says that our certificate has expired"),
      ("ALERT_UNKNOWN_CA", "the controller does not know the CA that signed our certificate"),
      ("CERTIFICATE_REQUIRED", "the controller wants a certificate from us"),
      ("ALERT_BAD_CERTIFICATE", "the controller does not accept our certificate"),
      ("ALERT_CERTIFICATE_REVOKED", "the controller says that our certificate is revoked"),
      ("ALERT_CERTIFICATE_UNKNOWN", "the controller does not accept our certificate"),
      ("ALERT_UNSUPPORTED_CERTIFICATE", "the controller does not support our certificate's kind"),
      ("PEER_DID_NOT_RETURN_A_CERTIFICATE", "the controller showed no certificate"),
      ("WRONG_VERSION_NUMBER", "the other side does not speak TLS"),
      ("HTTP_REQUEST", "the other side does not speak TLS"),
      ("UNSUPPORTED_PROTOCOL", "the other side speaks no TLS from 1.2 on"),
      ("ALERT_PROTOCOL_VERSION", "the other side speaks no TLS from 1.2 on"),
      ("ALERT_HANDSHAKE_FAILURE", "the controller refused the handshake"),
      ("EOF during handshake", "the controller closed the connection during the handshake"),
    ]
  }
}
