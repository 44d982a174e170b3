import Flow
import Match
import OVSOracle
import Testing

/// Texts of groups. What is printed is what `ovs-ofctl parse-group` prints for OpenFlow 1.5.
@Suite struct GroupModTextTests {
  static let accepted: [(text: String, printed: String)] = [
    ("group_id=1,type=all,bucket=1", "group_id=1,type=all,bucket=bucket_id:0,actions=output:1"),
    ("group_id=0,type=all", "group_id=0,type=all"),
    ("group_id=0xffffff00 type=all", "group_id=4294967040,type=all"),
    (
      "group_id=1,type=select,selection_method=hash,fields(ip_src),bucket=weight:10,watch_port:1,actions=output:1",
      "group_id=1,type=select,selection_method=hash,fields=ip_src,bucket=bucket_id:0,weight:10,watch_port:1,actions=output:1"
    ),
    (
      "group_id=1,type=select,selection_method=hash,fields(tcp_dst,ip_src=255.255.0.0,eth_dst),bucket=1,bucket=2",
      "group_id=1,type=select,selection_method=hash,fields(eth_dst,ip_src=255.255.0.0,tcp_dst),bucket=bucket_id:0,actions=output:1,bucket=bucket_id:1,actions=output:2"
    ),
    (
      "group_id=1,type=select,selection_method=hash,fields=ip_src,fields=ip_dst,bucket=1",
      "group_id=1,type=select,selection_method=hash,fields(ip_src,ip_dst),bucket=bucket_id:0,actions=output:1"
    ),
    (
      "group_id=1,type=select,selection_method=hash,fields(eth_dst=ff:ff:ff:ff:ff:ff)bucket=weight:0,1bucket=2",
      "group_id=1,type=select,selection_method=hash,fields=eth_dst,bucket=bucket_id:0,weight:0,actions=output:1,bucket=bucket_id:1,actions=output:2"
    ),
    (
      "group_id=1,type=select,selection_method=dp_hash,selection_method_param=-1,bucket=1",
      "group_id=1,type=select,selection_method=dp_hash,selection_method_param=18446744073709551615,bucket=bucket_id:0,actions=output:1"
    ),
    (
      "group_id=1,type=select,selection_method=,bucket=1",
      "group_id=1,type=select,bucket=bucket_id:0,actions=output:1"
    ),
    (
      "group_id=1,type=ff,bucket=watch_port=1,watch_group=2,1,bucket=watch_group:3,actions=1,2",
      "group_id=1,type=ff,bucket=bucket_id:0,watch_port:1,watch_group:2,actions=output:1,bucket=bucket_id:1,watch_group:3,actions=output:1,output:2"
    ),
    (
      "group_id=1,type=all,bucket=bucket_id:3,1,bucket=2,bucket=3",
      "group_id=1,type=all,bucket=bucket_id:3,actions=output:1,bucket=bucket_id:0,actions=output:2,bucket=bucket_id:1,actions=output:3"
    ),
    (
      "group_id=1,type=all,bucket=1,bucket=bucket_id:0,2",
      "group_id=1,type=all,bucket=bucket_id:1,actions=output:1,bucket=bucket_id:0,actions=output:2"
    ),
    ("group_id=1,type=all,bucket=actions=", "group_id=1,type=all,bucket=bucket_id:0,actions=drop"),
    ("group_id=1,type=all,bucket=drop", "group_id=1,type=all,bucket=bucket_id:0,actions=drop"),
    (
      " group_id=1 , type=all,,bucket=1,,2,",
      "group_id=1,type=all,bucket=bucket_id:0,actions=output:1,output:2"
    ),
    (
      "group_id=1,group_id=2,type=all,type=select,bucket=weight:5,weight:6,1",
      "group_id=2,type=select,bucket=bucket_id:0,weight:6,actions=output:1"
    ),
    (
      "group_id:1,type:all,bucket=output:1,actions=output:2",
      "group_id=1,type=all,bucket=bucket_id:0,actions=output:1,output:2"
    ),
    (
      "group_id=1,type=indirect,bucket=push_vlan:0x8100,set_field:4103->vlan_vid,output(port=1,max_len=100)",
      "group_id=1,type=indirect,bucket=bucket_id:0,actions=push_vlan:0x8100,set_field:4103->vlan_vid,output(port=1,max_len=100)"
    ),
  ]

  @Test(arguments: accepted.indices)
  func reads(_ index: Int) throws {
    let row = Self.accepted[index]
    let mod = try GroupMod(parsing: row.text[...], command: .add)
    #expect(mod.description(showsBucketIDs: true) == "ADD " + row.printed)
    #expect(try GroupMod(parsing: row.printed[...], command: .add) == mod)
  }

  @Test(.enabled(if: OVSOfctl.run(["--version"]).succeeded, "needs ovs-ofctl"), arguments: accepted.indices)
  func readsAsOpenVSwitchDoes(_ index: Int) throws {
    let row = Self.accepted[index]
    let text = OVSOfctl.run(["-O", "OpenFlow15", "parse-group", row.text]).text
    #expect(text.hasSuffix(" ADD \(row.printed)\n"), "\(text)")
  }

  static let ofBuckets: [(text: String, command: GroupMod.Command, printed: String)] = [
    (
      "group_id=1,command_bucket_id=first,bucket=bucket_id:9,actions=output:3", .insertBucket,
      "INSERT_BUCKET command_bucket_id:first,group_id=1,bucket=bucket_id:9,actions=output:3"
    ),
    (
      "group_id=1,command_bucket_id=5,bucket=weight:7,3", .insertBucket,
      "INSERT_BUCKET command_bucket_id:5,group_id=1,bucket=bucket_id:0,weight:7,actions=output:3"
    ),
    (
      "group_id=1,command_bucket_id=last", .removeBucket, "REMOVE_BUCKET command_bucket_id:last,group_id=1"
    ),
    ("group_id=1", .removeBucket, "REMOVE_BUCKET command_bucket_id:all,group_id=1"),
    ("group_id=1", .delete, "DEL group_id=1,type=all"),
    ("", .delete, "DEL group_id=4294967292,type=all"),
    ("group_id=all", .delete, "DEL group_id=4294967292,type=all"),
    ("group_id=7,type=ff", .addOrModify, "ADD_OR_MOD group_id=7,type=ff"),
  ]

  @Test(arguments: ofBuckets.indices)
  func readsOtherCommands(_ index: Int) throws {
    let row = Self.ofBuckets[index]
    let mod = try GroupMod(parsing: row.text[...], command: row.command)
    #expect(mod.description(showsBucketIDs: true) == row.printed)
  }

  @Test func withoutBucketIDsTheyAreNotShown() throws {
    let mod = try GroupMod(parsing: "group_id=1,type=all,bucket=bucket_id:5,1", command: .modify)
    #expect(mod.description(showsBucketIDs: false) == "MOD group_id=1,type=all,bucket=actions=output:1")
  }

  @Test func portsHaveNames() throws {
    let mod = try GroupMod(parsing: "group_id=1,type=ff,bucket=watch_port:eth0,eth0", command: .add) {
      $0 == "eth0" ? PortNumber(rawValue: 7) : nil
    }
    #expect(mod.buckets[0].watchPort.rawValue == 7)
    #expect(
      mod.description(showsBucketIDs: false) { $0.rawValue == 7 ? "eth0" : nil }
        == "ADD group_id=1,type=ff,bucket=watch_port:eth0,actions=output:eth0")
  }

  static let refused: [(text: String, command: GroupMod.Command, offset: Int, part: String)] = [
    ("type=all,bucket=1", .add, 17, "group_id"),
    ("group_id=1,bucket=1", .add, 19, "type="),
    ("group_id=all,type=all", .add, 0, "adding groups"),
    ("group_id=4294967041,type=all", .add, 9, "out of range"),
    ("group_id=1,type=selct", .add, 16, "did you mean 'select'"),
    ("group_id=1,type=all,foo=bar", .add, 20, "unknown key of a group 'foo'"),
    ("group_id=1,type=all,buckets=2,bucket=1", .add, 20, "did you mean 'bucket'"),
    ("group_id=1,type=all,command_bucket_id=first", .add, 20, "not allowed when adding"),
    ("group_id=1,type=all", .delete, 11, "not allowed when deleting"),
    ("group_id=1,bucket=1", .delete, 11, "not allowed when deleting"),
    ("group_id=1,bucket=bucket_id:1,1", .insertBucket, 31, "command_bucket_id="),
    ("group_id=1,command_bucket_id=all,bucket=1", .insertBucket, 29, "inserting"),
    ("group_id=1,command_bucket_id=first,bucket=1", .removeBucket, 35, "removing"),
    ("group_id=1,type=select,selection_method=1234567890123456", .add, 40, "15 bytes"),
    ("group_id=1,type=select,selection_method_param=5,bucket=1", .add, 23, "without selection_method"),
    ("group_id=1,type=select,selection_method=dp_hash,fields(ip_src),bucket=1", .add, 48, "fields"),
    ("group_id=1,type=all,selection_method=hash,bucket=1", .add, 20, "type select"),
    ("group_id=1,type=select,selection_method=hash,fields(ip_scr),bucket=1", .add, 52, "'ip_src'"),
    ("group_id=1,type=select,selection_method=hash,fields(ip_src,ip_src)", .add, 59, "twice"),
    ("group_id=1,type=select,selection_method=hash,fields(ip_src=255.0.0.0/8)", .add, 59, "mask"),
    ("group_id=1,type=select,selection_method=hash,fields(in_port=5)", .add, 60, "no mask"),
    ("group_id=1,type=all,bucket=weight:1,1", .add, 27, "type select"),
    ("group_id=1,type=ff,bucket=1", .add, 27, "watch_port or watch_group"),
    ("group_id=1,type=ff,bucket=watch_port:LOCAL,1", .add, 37, "watch_port"),
    ("group_id=1,type=ff,bucket=watch_group:any,1", .add, 38, "watch_group"),
    ("group_id=1,type=select,bucket=weight:70000,1", .add, 37, "out of range"),
    ("group_id=1,type=all,bucket=bucket_id:0xffffff01,1", .add, 37, "out of range"),
    ("group_id=1,type=indirect,bucket=1,bucket=2", .add, 34, "indirect"),
    ("group_id=1,type=all,bucket=", .add, 27, "actions="),
    ("group_id=1,type=select,bucket=weight:5", .add, 38, "actions="),
    ("group_id=1,type=all,bucket=goto_table:1", .add, 27, "instruction"),
    ("group_id=1,type=all,bucket=outptu:5", .add, 27, "output"),
  ]

  @Test(arguments: refused.indices)
  func refuses(_ index: Int) {
    let row = Self.refused[index]
    do throws(FlowSyntaxError) {
      let mod = try GroupMod(parsing: row.text[...], command: row.command)
      Issue.record("\(row.text) was read as \(mod)")
    } catch {
      #expect(error.offset == row.offset, "\(row.text): \(error)")
      #expect("\(error)".contains(row.part), "\(row.text): \(error)")
    }
  }

  @Test func survivesCutTexts() {
    for row in Self.accepted {
      for count in 0...row.text.count {
        for command in GroupMod.Command.allCases {
          _ = try? GroupMod(parsing: row.text.prefix(count), command: command)
        }
      }
    }
    for text in [
      "(", "bucket=", "bucket=(", "fields(((", "group_id", "=", ":", "bucket=)", "\"", "bucket=\"",
    ] {
      _ = try? GroupMod(parsing: text[...], command: .add)
    }
  }
}
