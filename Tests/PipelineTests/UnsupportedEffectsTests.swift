import Actions
import Match
import Pipeline
import Testing

@Suite struct UnsupportedEffectsTests {
  private static func effect(of rule: String) throws -> UnsupportedEffect? {
    let sides = rule.split(separator: "actions=", maxSplits: 1, omittingEmptySubsequences: false)
    let match = try FlowMatch(parsing: sides[0].hasSuffix(",") ? sides[0].dropLast() : sides[0])
    return UnsupportedEffects.first(in: match, try ActionList.parse(sides[1], at: 0))
  }

  @Test(arguments: [
    (
      "actions=1,ct_clear", OpenFlowErrorCode.badActionType,
      "ct_clear has no effect yet: there is no connection tracking"
    ),
    (
      "actions=clone(ct_clear,1)", .badActionType,
      "ct_clear has no effect yet: there is no connection tracking"
    ),
    (
      "actions=write_actions(encap(nsh(md_type=2,tlv(1,2,0x03))),output:1)", .badActionType,
      "encap with tlv in write_actions has no effect yet: there is no room for options in an action set"
    ),
    (
      "actions=write_actions(controller(pause))", .badActionType,
      "controller with userdata or pause in write_actions has no effect yet: there is no place for it in an action set"
    ),
    (
      "actions=write_actions(controller(userdata=01))", .badActionType,
      "controller with userdata or pause in write_actions has no effect yet: there is no place for it in an action set"
    ),
    (
      "ip,actions=write_actions(dec_ttl(1,2,3,4,5,6,7,8,9))", .badActionType,
      "dec_ttl with so many controller IDs in write_actions has no effect yet: there is room for 8 of them in an action set"
    ),
    (
      "actions=resubmit(,1,ct)", .badActionType,
      "resubmit with ct has no effect yet: there is no connection tracking"
    ),
    (
      "actions=set_field:1.2.3.4->tun_src", .badSetType,
      "writing tun_src has no effect yet: there is no tunnel port"
    ),
    (
      "actions=move:tun_metadata0[0..3]->reg0[0..3]", .badSetType,
      "reading tun_metadata0 has no effect yet: there is no tunnel port"
    ),
    (
      "ct_state=+trk,actions=1", .badField,
      "matching ct_state has no effect yet: there is no connection tracking"
    ),
    ("ct_zone=5,actions=1", .badField, "matching ct_zone has no effect yet: there is no connection tracking"),
    (
      "tun_metadata3=1,actions=1", .badField,
      "matching tun_metadata3 has no effect yet: there is no tunnel port"
    ),
  ])
  func refuses(rule: String, code: OpenFlowErrorCode, message: String) throws {
    let effect = try Self.effect(of: rule)
    #expect(effect?.code == code, "\(rule)")
    #expect(effect?.description == message)
  }

  @Test(arguments: [
    "actions=drop", "actions=group:5", "actions=push:reg0,pop:reg1,clone(1),exit",
    "actions=1,normal,controller(reason=group,id=3)", "actions=set_tunnel:5,1",
    "actions=set_field:5->tun_id,load:1->pkt_mark", "ct_state=-trk,actions=1", "conj_id=5,actions=1",
    "actions=conjunction(5,1/2),conjunction(6,2/2)",
    "tun_id=5,actions=1", "actions=move:ct_mark->reg0,output:tun_id[0..15]", "ip,actions=dec_ttl(1,2)",
    "ip,actions=write_actions(dec_ttl(1,2))", "actions=sample(probability=1)",
    "mpls,actions=set_field:5->mpls_label", "actions=write_actions(set_field:1->reg0,1),goto_table:2",
  ])
  func accepts(rule: String) throws { #expect(try Self.effect(of: rule) == nil, "\(rule)") }
}
