import Flow
import Match
import TestKit

/// Rules as text with some of their bytes or words exchanged: each is either refused, with the error's place
/// inside the text, or understood.
enum TextFuzz {
  static let seeds = [
    "priority=7,tcp,nw_src=10.0.0.0/8,tp_dst=80,actions=mod_nw_src:1.2.3.4,output:2",
    "table=3,in_port=1,dl_vlan=10,dl_vlan_pcp=3,actions=strip_vlan,push_vlan:0x88a8,set_field:4106->vlan_vid,normal",
    "cookie=0x5,idle_timeout=30,hard_timeout=60,send_flow_rem,ipv6,ipv6_src=2001:db8::/32,actions=drop",
    "arp,arp_tpa=10.0.0.1,arp_op=1,actions=move:arp_sha[]->arp_tha[],load:0x2->arp_op[],in_port",
    "icmp6,icmp_type=135,nd_target=fe80::1,nd_sll=02:00:00:00:00:01,actions=controller(max_len=128,id=3)",
    "reg0=0x5/0xff,metadata=7,actions=resubmit(,2),resubmit(3,4),goto_table:5",
    "udp6,tp_src=0x400/0xfc00,actions=write_actions(output(port=3,max_len=100),dec_ttl),write_metadata:5/7",
    "tcp,tcp_flags=+syn-ack,ip_frag=no,nw_tos=184,nw_ecn=1,nw_ttl=64,actions=output:reg1[0..15],flood",
    "sctp,sctp_dst=36412,dl_src=02:00:00:00:00:01/ff:00:00:00:00:00,actions=set_field:7->sctp_src,all",
    "ip,actions=learn(table=9,eth_type=0x800,ip_src=ip_dst,load:5->reg0[0..3],output:in_port),note:0a.0b",
    "tcp,actions=ct(commit,zone=5,nat(src=10.0.0.1-10.0.0.9:80-90,random),exec(load:1->ct_mark),alg=ftp),ct_clear",
    "actions=clone(multipath(eth_src,0,hrw,3,0,reg0),bundle(nw_src,1,hrw,ofport,members:1,2)),sample(probability=9)",
    "actions=conjunction(7,1/2),conjunction(8,2/3)",
    "ct_state=+trk-inv,ct_label=0x1/0xff,tcp,actions=ct(commit,zone=5,nat(src=1.2.3.4-1.2.3.9:5-7,hash),exec(load:1->ct_mark[]))",
    "tun_metadata0=5/7,packet_type=(1,0x894f),actions=learn(table=3,limit=5,NXM_OF_ETH_DST[]=NXM_OF_ETH_SRC[],output:in_port)",
    "actions=multipath(eth_src,50,modulo_n,4,0,reg0[]),bundle(eth_src,0,hrw,ofport,members:1,2),clone(clone(note:01.02))",
    "conj_id=5,ip,actions=conjunction(5,1/2),sample(probability=9,egress),check_pkt_larger(9)->reg0[3],encap(nsh(md_type=1))",
  ]

  /// Groups and meters.
  static let others = [
    "group_id=5,type=select,selection_method=hash,fields(eth_dst,tcp_dst=0xff00),bucket=bucket_id:7,weight:5,actions=output:1",
    "group_id=7,type=ff,bucket=watch_port:1,output:1,bucket=watch_group:3,watch_port:any,mod_dl_dst:1:2:3:4:5:6,2",
    "group_id=9,command_bucket_id=last,bucket=1,bucket=actions=resubmit(,5),group:3",
    "meter=5,kbps,burst,stats,bands=type=drop,rate=10,burst_size=5,type=dscp_remark rate=7 prec_level=2",
  ]

  static func run(count: Int, seed: UInt64) -> [String] {
    var random = SeededGenerator(seed: seed)
    let words = seeds.flatMap { $0.split { ",=:()[]/->".contains($0) }.map(String.init) }
    var parsers = [FlowMod.Command.add, .modify, .modifyStrict, .delete, .deleteStrict].map {
      FlowModParser(command: $0)
    }
    for number in 0..<count {
      if number % 4 == 0 {
        let text = mutated(&random, words, from: others)
        _ = try? GroupMod(
          parsing: text[...], command: GroupMod.Command.allCases.randomElement(using: &random) ?? .add)
        _ = try? MeterMod(parsing: text[...], command: .add)
        continue
      }
      let text = mutated(&random, words, from: seeds)
      let index = Int.random(in: 0..<parsers.count, using: &random)
      do throws(FlowSyntaxError) {
        _ = try parsers[index].parse(text[...])
      } catch {
        if !(0...text.utf8.count).contains(error.offset) { return ["\(text): error at \(error.offset)"] }
        if error.description.isEmpty { return ["\(text): an error without words"] }
      }
    }
    return []
  }

  private static func mutated(
    _ random: inout SeededGenerator, _ words: [String], from seeds: [String]
  ) -> String {
    var bytes = Array(seeds[Int.random(in: 0..<seeds.count, using: &random)].utf8)
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let place = Int.random(in: 0...bytes.count, using: &random)
      switch Int.random(in: 0..<5, using: &random) {
      case 0 where place < bytes.count: bytes[place] = UInt8.random(in: 32...126, using: &random)
      case 1 where place < bytes.count: bytes.remove(at: place)
      case 2: bytes.insert(Array(",=:()[]/->0f".utf8)[Int.random(in: 0..<12, using: &random)], at: place)
      case 3: bytes.insert(contentsOf: words[Int.random(in: 0..<words.count, using: &random)].utf8, at: place)
      case 4: bytes.removeLast(bytes.count - place)
      default: break
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
