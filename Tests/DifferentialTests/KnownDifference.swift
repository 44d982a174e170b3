/// Where this switch differs from Open vSwitch 3.1, and why. docs/compatibility.md says the same to people.
struct KnownDifference {
  let reason: String
  /// Whether it explains that the two programs made `real` and `ours` of `text`.
  let covers: @Sendable (_ text: String, _ real: Outcome, _ ours: Outcome) -> Bool

  static let all = refused + accepted + printed

  private static func refusal(_ reason: String, _ words: String...) -> KnownDifference {
    KnownDifference(reason: reason) { _, real, ours in
      real.printed != nil && words.contains { ours.reason?.contains($0) ?? false }
    }
  }

  private static func acceptance(_ reason: String, _ words: String...) -> KnownDifference {
    KnownDifference(reason: reason) { _, real, ours in
      ours.printed != nil && words.contains { real.reason?.contains($0) ?? false }
    }
  }

  /// Refused here.
  private static let refused = [
    refusal("a contradiction is an error, not an invitation to forget the first term", "contradicts"),
    refusal("a term that is given twice is an error", "given twice"),
    refusal(
      "a field whose frames the match does not choose is an error; Open vSwitch drops it without a word",
      "in the match"),
    refusal("a value that would be passed over is an error", "takes no value"),
    refusal("negative numbers are an error but for a cookie's mask", "'-"),
    refusal("keys are written in lower case", "unknown field 'action", "members: is missing"),
    refusal("a field that no message can name is an error", "no message of OpenFlow can name it"),
    refusal("a mask for a field that has none is an error, even 0", "takes no mask"),
    refusal(
      "what stands behind a value is an error", " ' is not a number", "is not an Ethernet address",
      "dec_ttl: '"),
    refusal("a parenthesis that is not closed is an error", "parenthesis is not closed"),
    refusal(
      "a group says only what its type has", "except in a group of type select", "without selection_method"),
    refusal(
      "an action that names something unknown is an error", "***OFPBAC_BAD_ARGUMENT", "***OFPBAC_BAD_SET_LEN",
      "***OFPBAC_BAD_SET_TYPE"),
    refusal("a field that nobody can write is an error", "read-only"),
    refusal(
      "an action that an action set cannot hold is an error; Open vSwitch cannot read the message that it writes",
      "inside write_actions"),
    refusal("a place that is too small for a port number is an error", "is not at least", "is not at most"),
    refusal("ct without commit has no use for actions", "ct needs"),
    KnownDifference(reason: "Open vSwitch cannot read the message that it writes") { _, real, ours in
      ours.reason != nil && isUnreadable(real)
    },
  ]

  /// Refused by Open vSwitch.
  private static let accepted = [
    acceptance("ipv4_src and ipv4_dst, OpenFlow's own names", "unknown keyword ipv4_"),
    acceptance(
      "any mask of an IPv6 address, also one that starts with a digit", "invalid IPv6 address",
      "IPv6 network prefix"),
    acceptance("ip_frag in numbers", "unknown fragment type"),
    acceptance("resubmit:in_port", "must be specified on resubmit"),
    acceptance("numbers of learn in hexadecimal", "unknown table \"0x"),
    acceptance("actions without = are none", "must specify an action"),
    acceptance("zeros behind an action that needs no argument", "***OFPBAC_BAD_LEN"),
    acceptance("a list does not know the table of its rule", "***OFPBIC_BAD_TABLE_ID"),
    // Said when the rule is sent, for then the version is known.
    acceptance("a rule that no message format can carry is a rule nevertheless", "OFPBAC_MATCH_INCONSISTENT"),
  ]

  /// Understood by both.
  private static let printed = [
    KnownDifference(reason: "Open vSwitch cannot read the message that it writes") { _, real, _ in
      isUnreadable(real)
    },
    KnownDifference(reason: "Open vSwitch forgets tun_erspan, tun_gtpu and nsh_c when it writes a match") {
      text, real, ours in
      ["erspan_", "gtpu_", "nsh_c"].contains { ours.printed?.contains($0) ?? false } && forgetting(real, ours)
    },
    KnownDifference(reason: "Open vSwitch reads hexadecimal numbers in learn and dec_ttl as 0") {
      text, real, ours in
      let hasList =
        text.contains("learn(") && text.contains("=0x") || text.contains("dec_ttl(") && text.contains("0x")
      return hasList && real.printed != nil && ours.printed != nil
    },
    KnownDifference(reason: "Open vSwitch forgets the mask of tun_gbp_flags and tun_gbp_id when it prints") {
      text, real, _ in
      text.contains("tun_gbp_") && (real.printed?.contains("tun_gbp_") ?? false)
    },
    KnownDifference(reason: "Open vSwitch forgets the mask of an Ethernet address that a rule of 1.0 sets") {
      text, real, _ in
      (text.contains("->eth_") || text.contains("->dl_")) && (real.printed?.contains("mod_dl_") ?? false)
    },
    KnownDifference(reason: "Open vSwitch does not print a cookie of all ones, which in 1.0 is none") {
      _, _, ours in
      ours.printed?.contains("cookie:0xffffffffffffffff") ?? false
    },
    KnownDifference(reason: "resubmit to the port where the frame came from, without a table") {
      _, real, ours in
      (real.printed?.contains("resubmit(,)") ?? false)
        && (ours.printed?.contains("resubmit:IN_PORT") ?? false)
    },
    KnownDifference(reason: "write_metadata is kept without the bits that its mask leaves out") {
      _, real, ours in
      (real.printed?.contains("write_metadata:") ?? false)
        && (ours.printed?.contains("write_metadata:") ?? false)
    },
    KnownDifference(reason: "Open vSwitch counts bits of long fields from 1 when it prints output:FIELD") {
      text, real, _ in
      real.printed?.contains("[1..64]") ?? false
    },
  ]

  private static func isUnreadable(_ real: Outcome) -> Bool {
    real.printed?.contains("***decode error") ?? false
  }

  /// Whether the texts are the same when the match's forgotten terms are taken out.
  private static func forgetting(_ real: Outcome, _ ours: Outcome) -> Bool {
    guard let real = real.printed, let ours = ours.printed else { return false }
    func rest(_ text: String) -> [Substring] {
      text.split { ", ".contains($0) }.filter { term in
        !["tun_erspan_", "gtpu_", "tun_gtpu_", "nsh_c"].contains { term.hasPrefix($0) }
      }
    }
    return rest(real) == rest(ours)
  }
}
