import Pipeline

/// Where addresses are: NORMAL looks up the destination and learns the source of each frame.
func fdbSuite() {
  for count in [1_000, 60_000] {
    part("fdb: learn and look up, \(count) known addresses", operations: 1_000_000) {
      let fdb = FDB(capacity: 65_536)
      return {
        var address: UInt64 = 1
        for _ in 0..<1_000_000 {
          address = (address * 48_271) % 2_147_483_647
          let mac = 0x0200_0000_0000 | address % UInt64(count)
          fdb.learn(mac: mac, vlan: 0, port: PortIndex(rawValue: 1), second: 1)
          blackHole(fdb.lookup(mac: mac, vlan: 0))
        }
      }
    }
  }
  part("fdb: learn addresses that move", operations: 100_000) {
    let fdb = FDB(capacity: 65_536)
    var port: UInt16 = 1
    return {
      port = 3 - port
      for address in 0..<100_000 as Range<UInt64> {
        fdb.learn(
          mac: 0x0200_0000_0000 | address % 1000, vlan: 0,
          port: PortIndex(rawValue: UInt16(address / 1000 % 2) == 0 ? port : 3 - port), second: 1)
      }
    }
  }
  part("fdb: learn new addresses in a full table", operations: 100_000) {
    let fdb = FDB(capacity: 8192)
    var next: UInt64 = 0
    return {
      for _ in 0..<100_000 {
        next += 1
        fdb.learn(mac: 0x0200_0000_0000 | next, vlan: 0, port: PortIndex(rawValue: 1), second: 1)
      }
    }
  }
}
