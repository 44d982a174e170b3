import Actions
import Match
import Testing

@Suite struct ActionListTextTests {
  /// Each as the action is printed; `ActionOracleTests` compares most of them with Open vSwitch.
  @Test(arguments: [
    ("", "drop"), ("drop", "drop"), ("DROP", "drop"), (" , ", "drop"),
    ("1", "output:1"), ("output:1", "output:1"), ("output(1)", "output:1"), ("output=1", "output:1"),
    (" 1 ,, 2\t3", "output:1,output:2,output:3"), ("uplink", "output:7"), ("output:uplink", "output:7"),
    ("\"eth 0,1\",output:\"eth 0,1\"", "output:8,output:8"), ("resubmit(uplink,3)", "resubmit(7,3)"),
    ("normal", "NORMAL"), ("output:FLOOD", "FLOOD"), ("0xfffe", "LOCAL"), ("output:4294967290", "NORMAL"),
    ("controller", "CONTROLLER:65535"), ("output:controller", "CONTROLLER:65535"),
    ("controller()", "CONTROLLER:65535"), ("controller(100)", "CONTROLLER:100"),
    ("controller(max_len=0)", "CONTROLLER:0"), ("controller(reason=ACTION)", "CONTROLLER:65535"),
    ("controller(id=4,reason=no_match,max_len=9)", "controller(reason=no_match,max_len=9,id=4)"),
    ("output(max_len=100,port=uplink)", "output(port=7,max_len=100)"),
    ("output:reg0", "output:NXM_NX_REG0[]"), ("output(reg0[0..15])", "output:NXM_NX_REG0[0..15]"),
    ("pop_vlan", "strip_vlan"), ("push_vlan:33024", "push_vlan:0x8100"), ("set_vlan_vid:5", "set_vlan_vid:5"),
    ("set_nw_ttl:5", "mod_nw_ttl:5"), ("dec_ttl()", "dec_ttl"),
    ("set_field:0->reg0", "set_field:0->reg0"), ("set_field:5/0->reg0", "set_field:0/0->reg0"),
    ("set_field:80/0xf0->tcp_src", "set_field:80/0xf0->tcp_src"),
    ("set_field:5->NXM_NX_REG0", "set_field:0x5->reg0"),
    ("set_field:LOCAL->in_port", "set_field:LOCAL->in_port"),
    ("load:0->reg0", "load:0->NXM_NX_REG0[]"),
    (
      "load:0x100000000000000020->NXM_NX_IPV6_SRC[]",
      "load:0x20->NXM_NX_IPV6_SRC[0..63],load:0x10->NXM_NX_IPV6_SRC[64..127]"
    ),
    ("resubmit(in_port,4)", "resubmit(,4)"), ("resubmit(3,255)", "resubmit:3"),
    ("resubmit:IN_PORT", "resubmit:IN_PORT"),
    ("resubmit(,2,ct)", "resubmit(,2,ct)"), ("resubmit(3,,ct)", "resubmit(3,,ct)"),
    ("group:5,group(6)", "group:5,group:6"), ("enqueue:1:2,enqueue(3,4)", "enqueue:1:2,enqueue:3:4"),
    ("enqueue:uplink:2", "enqueue:7:2"), ("set_queue:5,pop_queue", "set_queue:5,pop_queue"),
    ("set_tunnel:5,set_tunnel64:5", "set_tunnel:0x5,set_tunnel64:0x5"),
    ("set_tunnel:0x123456789", "set_tunnel64:0x123456789"),
    ("push_mpls:0x8847,pop_mpls:0x800", "push_mpls:0x8847,pop_mpls:0x0800"),
    ("set_mpls_label:5,set_mpls_tc(3)", "set_mpls_label(5),set_mpls_tc(3)"),
    ("set_mpls_ttl:9,dec_mpls_ttl", "set_mpls_ttl(9),dec_mpls_ttl"),
    ("dec_ttl(1 2,3),dec_ttl:4", "dec_ttl(1,2,3),dec_ttl(4)"),
    ("push:reg0[3..5],pop:NXM_NX_REG1[]", "push:NXM_NX_REG0[3..5],pop:NXM_NX_REG1[]"),
    ("delete_field:tun_metadata3", "delete_field:tun_metadata3"),
    ("exit,1", "exit,output:1"), ("meter:1,2", "meter:1,output:2"),
    ("encap:ethernet,encap(mpls_mc)", "encap(ethernet),encap(mpls_mc)"),
    ("encap(nsh( md_type=2, tlv(0x10,3,0x0102) ))", "encap(nsh(md_type=2,tlv(0x0010,3,0x0102)))"),
    ("decap,decap()", "decap(),decap()"), ("dec_nsh_ttl", "dec_nsh_ttl"),
    ("decap(packet_type(type=0x894f,ns=1))", "decap(packet_type(ns=1,type=0x894f))"),
    (
      "controller(pause,meter_id=5,userdata=0102.03,reason=group)",
      "controller(reason=group,userdata=01.02.03,pause,meter_id=5)"
    ),
    ("write_actions()", "write_actions(drop)"), ("write_actions(drop)", "write_actions(drop)"),
    (
      "write_actions(output(port=1,max_len=64), resubmit(,2)),goto_table:3",
      "write_actions(output(port=1,max_len=64),resubmit(,2)),goto_table:3"
    ),
    ("write_metadata:0x15/0xf", "write_metadata:0x5/0xf"), ("write_metadata:0", "write_metadata:0"),
  ])
  func prints(text: String, printed: String) throws {
    let actions = try ActionList.parse(text[...], at: 0, ports: Self.ports)
    #expect(ActionList.format(actions) == printed)
    let again = try ActionList.parse(printed[...], at: 0)
    #expect(ActionList.format(again) == printed)
  }

  private static func ports(_ name: String) -> PortNumber? {
    ["uplink": PortNumber(rawValue: 7), "eth 0,1": PortNumber(rawValue: 8)][name]
  }

  @Test func printsPortNames() throws {
    let actions = try ActionList.parse("7,8,LOCAL,resubmit(7,1),output(port=8,max_len=60)", at: 0)
    let text = ActionList.format(actions) { $0.rawValue == 7 ? "uplink" : $0.rawValue == 8 ? "eth 0,1" : nil }
    #expect(
      text == "output:uplink,output:\"eth 0,1\",LOCAL,resubmit(uplink,1),output(port=\"eth 0,1\",max_len=60)")
    #expect(try ActionList.parse(text[...], at: 0, ports: Self.ports) == actions)
  }

  @Test(arguments: [
    ("outptu:3", "unknown action 'outptu'; did you mean 'output'?", 0),
    ("1,nromal", "unknown action 'nromal'; did you mean 'normal'?", 2),
    ("1,frobnicate(2,(3))", "unknown action 'frobnicate'", 2),
    ("1,:5", "an action is missing: a value stands without a name", 2),
    ("70000", "port: 70000 is out of range (0 to 65535)", 0),
    ("normal:5", "normal takes no value", 7),
    ("output", "output: a value is missing; expected a port or a field", 6),
    ("output:", "output: a value is missing; expected a port or a field", 7),
    ("output:uplnk", "unknown port 'uplnk'", 7),
    ("output:65280", "output to 65280 is not allowed as there is no such port", 7),
    ("any", "output to ANY is not allowed as there is no such port", 0),
    ("output:reg0[0..40]", "reg0 last bit: 40 is out of range (0 to 31)", 15),
    ("output(port=1,max_len=13)", "max_len: 13 is out of range (14 to 4294967295)", 22),
    ("output(port=1)", "max_len= is missing: without it, write output:1", 7),
    ("output(max_len=60)", "port= is missing: max_len cuts for one port", 7),
    (
      "output(port=NORMAL,max_len=60)",
      "output to NORMAL is not allowed with max_len; only a real port, LOCAL and IN_PORT are", 12
    ),
    ("output(port=1,maxlen=60)", "unknown option of output 'maxlen'; did you mean 'max_len'?", 14),
    ("drop,1", "drop is not allowed beside other actions", 0),
    ("1,drop", "drop is not allowed beside other actions", 2),
    ("controller:70000", "controller: 70000 is out of range (0 to 65535)", 11),
    ("controller(reason=actoin)", "unknown reason 'actoin'; did you mean 'action'?", 18),
    ("controller(id=1,id=2)", "id is given twice", 16),
    ("push_vlan", "push_vlan: a value is missing; expected 0x8100 (802.1Q) or 0x88a8 (802.1ad)", 9),
    ("push_vlan:0x800", "push_vlan: '0x800' is not 0x8100 (802.1Q) or 0x88a8 (802.1ad)", 10),
    ("strip_vlan:3", "strip_vlan takes no value", 11),
    ("mod_vlan_vid:4096", "mod_vlan_vid: 4096 is out of range (0 to 4095)", 13),
    ("mod_vlan_pcp:8", "mod_vlan_pcp: 8 is out of range (0 to 7)", 13),
    ("mod_dl_src:1:2:3", "mod_dl_src: '1:2:3' is not an Ethernet address like 01:23:45:67:89:ab", 11),
    ("mod_nw_src:1.2.3", "mod_nw_src: '1.2.3' is not an IPv4 address like 192.0.2.1", 11),
    (
      "mod_nw_tos:3", "mod_nw_tos: '3' is not a multiple of 4: the lower two bits are those of mod_nw_ecn", 11
    ),
    ("mod_tp_src:65536", "mod_tp_src: 65536 is out of range (0 to 65535)", 11),
    ("dec_ttl(1,65536)", "dec_ttl: 65536 is out of range (0 to 65535)", 10),
    ("group:all", "group: 'all' is not a number from 0 to 4294967295, decimal or 0x hexadecimal", 6),
    ("enqueue:1", "enqueue: '1' is not port:queue or (port,queue)", 8),
    ("enqueue:1:x", "queue: 'x' is not a number from 0 to 4294967295, decimal or 0x hexadecimal", 10),
    (
      "enqueue:NORMAL:1",
      "enqueue to NORMAL is not allowed as only a real port, LOCAL and IN_PORT have queues", 8
    ),
    ("set_queue", "set_queue: a value is missing; expected a number from 0 to 4294967295", 9),
    ("pop_queue:3", "pop_queue takes no value", 10),
    ("push_mpls:0x800", "push_mpls: '0x800' is not 0x8847 (unicast) or 0x8848 (multicast)", 10),
    ("set_mpls_label:0x100000", "set_mpls_label: 0x100000 is out of range (0 to 1048575)", 15),
    ("set_mpls_tc:8", "set_mpls_tc: 8 is out of range (0 to 7)", 12),
    ("push:rg0", "unknown field 'rg0'; did you mean 'reg0'?", 5),
    ("pop:eth_type", "writing eth_type is not allowed as the field is read-only", 4),
    (
      "delete_field:reg0",
      "deleting reg0 is not allowed as only options of tunnels can be: tun_metadata0 to tun_metadata63", 13
    ),
    ("encap", "encap: a value is missing; expected a header: nsh, ethernet, mpls, mpls_mc", 5),
    ("encap(mpsl)", "unknown header 'mpsl'; did you mean 'mpls'?", 6),
    ("encap(mpls(a=1))", "encap(mpls) takes no value", 11),
    ("encap(nsh(md_tpe=1))", "unknown property of encap(nsh) 'md_tpe'; did you mean 'md_type'?", 10),
    ("encap(nsh(md_type=3))", "md_type: 3 is out of range (1 to 2)", 18),
    ("encap(nsh(tlv(1,2)))", "tlv: '1,2' is not tlv(class,type,0xdata)", 14),
    ("encap(nsh(tlv(1,2,0x1)))", "tlv: '0x1' is not 1 to 240 bytes in hexadecimal behind 0x", 18),
    ("decap(packettype(1))", "unknown option of decap 'packettype'; did you mean 'packet_type'?", 6),
    (
      "decap(packet_type(ns=1))",
      "type= is missing: a packet type is a name space and a number in it", 18
    ),
    (
      "controller(userdata=0g)",
      "userdata: '0g' is not bytes of two hexadecimal digits, with or without dots between", 20
    ),
    ("meter:0", "meter: 0 is out of range (1 to 4294901760)", 6),
    ("1,meter:1", "meter is not allowed behind actions", 2),
    ("meter:1,meter:2", "meter is given twice", 8),
    ("exit:3", "exit takes no value", 5),
    ("set_field:5", "'->' is missing: set_field is written set_field:value->field", 10),
    ("set_field:5->rg0", "unknown field 'rg0'; did you mean 'reg0'?", 13),
    ("set_field:5->eth_type", "writing eth_type is not allowed as the field is read-only", 13),
    ("set_field:9->vlan_pcp", "vlan_pcp: 9 is out of range (0 to 7)", 10),
    ("set_field:1/1->nw_ttl", "nw_ttl takes no mask", 11),
    ("set_field:5->nw_tos", "nw_tos: '5' is not a multiple of 4: the lower two bits are those of nw_ecn", 10),
    (
      "set_field:5->reg0[0..3]",
      "a part of a field is not allowed in set_field; write load:value->reg0[0..3], or a mask behind the value",
      13
    ),
    ("load:0x12->reg0[0..3]", "load: '0x12' is not a number of 4 bits", 5),
    ("load:->reg0", "load: a value is missing; expected a number, decimal or 0x hexadecimal", 5),
    ("load:1.2.3.4->reg0", "load: '1.2.3.4' is not a number, decimal or 0x hexadecimal", 5),
    ("load:1->eth_type", "writing eth_type is not allowed as the field is read-only", 8),
    (
      "move:reg0[0..3]->reg1[0..4]",
      "move of 4 bits to 5 bits is not allowed as both sides must be equally wide", 17
    ),
    ("move:reg0->nw_proto", "writing nw_proto is not allowed as the field is read-only", 11),
    ("resubmit", "resubmit: a value is missing; expected port, (port,table), (,table) or (port,table,ct)", 8),
    (
      "resubmit(,)", "resubmit: a value is missing; expected port, (port,table), (,table) or (port,table,ct)",
      9
    ),
    ("resubmit(,256)", "table: 256 is out of range (0 to 255)", 10),
    ("resubmit(1,2,tc)", "resubmit: '(1,2,tc)' is not port, (port,table), (,table) or (port,table,ct)", 12),
    ("goto_table:255", "goto_table: 255 is out of range (0 to 254)", 11),
    ("goto_table:1,output:1", "output is not allowed behind goto_table", 13),
    ("goto_table:1,goto_table:2", "goto_table is given twice", 13),
    ("write_metadata:1,write_actions(1)", "write_actions is not allowed behind write_metadata", 17),
    ("clear_actions,1", "1 is not allowed behind clear_actions", 14),
    ("write_actions(1,goto_table:1)", "goto_table is not allowed inside write_actions", 16),
    (
      "write_actions(write_actions(write_actions(1)))", "write_actions is not allowed inside write_actions",
      14
    ),
    ("write_actions", "write_actions: a value is missing; expected actions in parentheses", 13),
    ("write_actions(1", "')' is missing: this parenthesis is not closed", 13),
    ("resubmit(,1)2", "',' is missing: another action follows the closing parenthesis", 12),
    ("apply_actions(1)", "apply_actions is not allowed as its actions are written without it", 0),
    (
      "write_metadata:0xg",
      "write_metadata: '0xg' is not a number from 0 to 18446744073709551615, decimal or 0x hexadecimal", 15
    ),
  ])
  func refuses(text: String, message: String, offset: Int) {
    do throws(FlowSyntaxError) {
      let actions = try ActionList.parse(text[...], at: 100)
      Issue.record("\(text) read as \(ActionList.format(actions))")
    } catch {
      #expect(error.description == message)
      #expect(error.offset == 100 + offset, "\(text)")
    }
  }

  /// Parentheses in parentheses cost no stack: they are refused at the first that makes no sense.
  @Test func survivesDeepTexts() {
    let deep = String(repeating: "write_actions(", count: 100_000)
    #expect(throws: FlowSyntaxError.self) { try ActionList.parse(deep[...], at: 0) }
    let closed = deep + String(repeating: ")", count: 100_000)
    #expect(throws: FlowSyntaxError.self) { try ActionList.parse(closed[...], at: 0) }
  }
}
