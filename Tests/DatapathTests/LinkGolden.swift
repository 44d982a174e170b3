// swift-format-ignore-file

/// Which links `multipath` and `bundle_load` choose: the answers of Open vSwitch 3.1 (`ofproto/trace`, Debian, x86-64).
enum LinkGolden {
  static let frames: [String: String] = [
    "udp": "020000000002020000000001080045280020000040003f1166a20a0000010a00000203e807d0000c000061626364",
    "udp6": "02000000000202000000000186dd6b800000000c110720010db800000000000000000000000120010db800000000000000000000000203e807d0000c123461626364",
    "tcp": "02000000aa02020000bb000108004528002c000040003f06669a0a0000010a01020303e81f900000000100000000501001000f9b000061626364",
    "tcp6": "02000000000202000000000186dd6b8000000014064020010db800000000000000000000000120010db800000000000000000000000203e807d000000001000000005010010000000000",
    "tagged": "02000000000202000000000181006005080045280020000040003f1166a20a0000010a00000203e807d0000c000061626364",
    "twice": "02000000000202000000000188a8600581000007080045280020000040003f1166a20a0000010a00000203e807d0000c000061626364",
    "arp": "ffffffffffff020000000001080600010800060400010200000000010a0000010000000000000a000002",
    "label": "02000000000202000000000188470006414045280020000040003f1166a20a0000010a00000203e807d0000c000061626364",
    "fragment": "02000000000202000000000108004500001c000020003f1100000a0000010a09090903e807d0000c0000",
  ]

  /// Frame, action, what it writes to `reg0`.
  static let lines = """
    udp | multipath(eth_src,0,modulo_n,65536,0,reg0[0..15]) | 0xef4f
    udp6 | multipath(eth_src,0,modulo_n,65536,0,reg0[0..15]) | 0xef4f
    tcp | multipath(eth_src,0,modulo_n,65536,0,reg0[0..15]) | 0x4884
    tcp6 | multipath(eth_src,0,modulo_n,65536,0,reg0[0..15]) | 0xef4f
    tagged | multipath(eth_src,0,modulo_n,65536,0,reg0[0..15]) | 0xef4f
    twice | multipath(eth_src,0,modulo_n,65536,0,reg0[0..15]) | 0xef4f
    arp | multipath(eth_src,0,modulo_n,65536,0,reg0[0..15]) | 0xef4f
    label | multipath(eth_src,0,modulo_n,65536,0,reg0[0..15]) | 0xef4f
    fragment | multipath(eth_src,0,modulo_n,65536,0,reg0[0..15]) | 0xef4f
    udp | multipath(symmetric_l4,0,modulo_n,65536,0,reg0[0..15]) | 0x81f4
    udp6 | multipath(symmetric_l4,0,modulo_n,65536,0,reg0[0..15]) | 0x67ff
    tcp | multipath(symmetric_l4,0,modulo_n,65536,0,reg0[0..15]) | 0x8259
    tcp6 | multipath(symmetric_l4,0,modulo_n,65536,0,reg0[0..15]) | 0xe09e
    tagged | multipath(symmetric_l4,0,modulo_n,65536,0,reg0[0..15]) | 0x65d9
    twice | multipath(symmetric_l4,0,modulo_n,65536,0,reg0[0..15]) | 0x4cb3
    arp | multipath(symmetric_l4,0,modulo_n,65536,0,reg0[0..15]) | 0xb1ce
    label | multipath(symmetric_l4,0,modulo_n,65536,0,reg0[0..15]) | 0xf315
    fragment | multipath(symmetric_l4,0,modulo_n,65536,0,reg0[0..15]) | 0x54a3
    udp | multipath(symmetric_l3l4,0,modulo_n,65536,0,reg0[0..15]) | 0x4642
    udp6 | multipath(symmetric_l3l4,0,modulo_n,65536,0,reg0[0..15]) | 0x31b9
    tcp | multipath(symmetric_l3l4,0,modulo_n,65536,0,reg0[0..15]) | 0x3b39
    tcp6 | multipath(symmetric_l3l4,0,modulo_n,65536,0,reg0[0..15]) | 0xd104
    tagged | multipath(symmetric_l3l4,0,modulo_n,65536,0,reg0[0..15]) | 0x4642
    twice | multipath(symmetric_l3l4,0,modulo_n,65536,0,reg0[0..15]) | 0x4642
    arp | multipath(symmetric_l3l4,0,modulo_n,65536,0,reg0[0..15]) | 0xb893
    label | multipath(symmetric_l3l4,0,modulo_n,65536,0,reg0[0..15]) | 0x44e4
    fragment | multipath(symmetric_l3l4,0,modulo_n,65536,0,reg0[0..15]) | 0x5d3
    udp | multipath(symmetric_l3l4+udp,0,modulo_n,65536,0,reg0[0..15]) | 0x335f
    udp6 | multipath(symmetric_l3l4+udp,0,modulo_n,65536,0,reg0[0..15]) | 0x10b4
    tcp | multipath(symmetric_l3l4+udp,0,modulo_n,65536,0,reg0[0..15]) | 0x3b39
    tcp6 | multipath(symmetric_l3l4+udp,0,modulo_n,65536,0,reg0[0..15]) | 0xd104
    tagged | multipath(symmetric_l3l4+udp,0,modulo_n,65536,0,reg0[0..15]) | 0x335f
    twice | multipath(symmetric_l3l4+udp,0,modulo_n,65536,0,reg0[0..15]) | 0x335f
    arp | multipath(symmetric_l3l4+udp,0,modulo_n,65536,0,reg0[0..15]) | 0xb893
    label | multipath(symmetric_l3l4+udp,0,modulo_n,65536,0,reg0[0..15]) | 0x44e4
    fragment | multipath(symmetric_l3l4+udp,0,modulo_n,65536,0,reg0[0..15]) | 0x5d3
    udp | multipath(nw_src,0,modulo_n,65536,0,reg0[0..15]) | 0xf781
    udp6 | multipath(nw_src,0,modulo_n,65536,0,reg0[0..15]) | 0xadb
    tcp | multipath(nw_src,0,modulo_n,65536,0,reg0[0..15]) | 0xf781
    tcp6 | multipath(nw_src,0,modulo_n,65536,0,reg0[0..15]) | 0xadb
    tagged | multipath(nw_src,0,modulo_n,65536,0,reg0[0..15]) | 0xf781
    twice | multipath(nw_src,0,modulo_n,65536,0,reg0[0..15]) | 0xf781
    arp | multipath(nw_src,0,modulo_n,65536,0,reg0[0..15]) | 0x0
    label | multipath(nw_src,0,modulo_n,65536,0,reg0[0..15]) | 0x0
    fragment | multipath(nw_src,0,modulo_n,65536,0,reg0[0..15]) | 0xf781
    udp | multipath(nw_dst,0,modulo_n,65536,0,reg0[0..15]) | 0x323f
    udp6 | multipath(nw_dst,0,modulo_n,65536,0,reg0[0..15]) | 0xf7d3
    tcp | multipath(nw_dst,0,modulo_n,65536,0,reg0[0..15]) | 0xa027
    tcp6 | multipath(nw_dst,0,modulo_n,65536,0,reg0[0..15]) | 0xf7d3
    tagged | multipath(nw_dst,0,modulo_n,65536,0,reg0[0..15]) | 0x323f
    twice | multipath(nw_dst,0,modulo_n,65536,0,reg0[0..15]) | 0x323f
    arp | multipath(nw_dst,0,modulo_n,65536,0,reg0[0..15]) | 0x0
    label | multipath(nw_dst,0,modulo_n,65536,0,reg0[0..15]) | 0x0
    fragment | multipath(nw_dst,0,modulo_n,65536,0,reg0[0..15]) | 0x5f8a
    udp | multipath(symmetric_l3,0,modulo_n,65536,0,reg0[0..15]) | 0xd19b
    udp6 | multipath(symmetric_l3,0,modulo_n,65536,0,reg0[0..15]) | 0x77f0
    tcp | multipath(symmetric_l3,0,modulo_n,65536,0,reg0[0..15]) | 0xeca9
    tcp6 | multipath(symmetric_l3,0,modulo_n,65536,0,reg0[0..15]) | 0x77f0
    tagged | multipath(symmetric_l3,0,modulo_n,65536,0,reg0[0..15]) | 0xd19b
    twice | multipath(symmetric_l3,0,modulo_n,65536,0,reg0[0..15]) | 0xd19b
    arp | multipath(symmetric_l3,0,modulo_n,65536,0,reg0[0..15]) | 0xb052
    label | multipath(symmetric_l3,0,modulo_n,65536,0,reg0[0..15]) | 0xb8d6
    fragment | multipath(symmetric_l3,0,modulo_n,65536,0,reg0[0..15]) | 0xdf65
    udp | multipath(eth_src,50,modulo_n,61440,0,reg0[0..15]) | 0x117f
    tcp6 | multipath(eth_src,50,modulo_n,61440,0,reg0[0..15]) | 0x117f
    arp | multipath(eth_src,50,modulo_n,61440,0,reg0[0..15]) | 0x117f
    udp | multipath(symmetric_l4,50,modulo_n,61440,0,reg0[0..15]) | 0xe4f1
    tcp6 | multipath(symmetric_l4,50,modulo_n,61440,0,reg0[0..15]) | 0x8a34
    arp | multipath(symmetric_l4,50,modulo_n,61440,0,reg0[0..15]) | 0xa9f7
    udp | multipath(symmetric_l3l4,50,modulo_n,61440,0,reg0[0..15]) | 0x4bc3
    tcp6 | multipath(symmetric_l3l4,50,modulo_n,61440,0,reg0[0..15]) | 0xb6ad
    arp | multipath(symmetric_l3l4,50,modulo_n,61440,0,reg0[0..15]) | 0x9506
    udp | multipath(symmetric_l3l4+udp,50,modulo_n,61440,0,reg0[0..15]) | 0x8e9e
    tcp6 | multipath(symmetric_l3l4+udp,50,modulo_n,61440,0,reg0[0..15]) | 0xb6ad
    arp | multipath(symmetric_l3l4+udp,50,modulo_n,61440,0,reg0[0..15]) | 0x9506
    udp | multipath(nw_src,50,modulo_n,61440,0,reg0[0..15]) | 0xa000
    tcp6 | multipath(nw_src,50,modulo_n,61440,0,reg0[0..15]) | 0xbe58
    arp | multipath(nw_src,50,modulo_n,61440,0,reg0[0..15]) | 0x32
    udp | multipath(nw_dst,50,modulo_n,61440,0,reg0[0..15]) | 0xacfb
    tcp6 | multipath(nw_dst,50,modulo_n,61440,0,reg0[0..15]) | 0x9313
    arp | multipath(nw_dst,50,modulo_n,61440,0,reg0[0..15]) | 0x32
    udp | multipath(symmetric_l3,50,modulo_n,61440,0,reg0[0..15]) | 0x3195
    tcp6 | multipath(symmetric_l3,50,modulo_n,61440,0,reg0[0..15]) | 0xdd8
    arp | multipath(symmetric_l3,50,modulo_n,61440,0,reg0[0..15]) | 0x1f81
    udp | multipath(symmetric_l4,7,hash_threshold,7,0,reg0[0..15]) | 0x6
    udp6 | multipath(symmetric_l4,7,hash_threshold,7,0,reg0[0..15]) | 0x2
    tcp | multipath(symmetric_l4,7,hash_threshold,7,0,reg0[0..15]) | 0x0
    tcp6 | multipath(symmetric_l4,7,hash_threshold,7,0,reg0[0..15]) | 0x3
    tagged | multipath(symmetric_l4,7,hash_threshold,7,0,reg0[0..15]) | 0x2
    twice | multipath(symmetric_l4,7,hash_threshold,7,0,reg0[0..15]) | 0x5
    arp | multipath(symmetric_l4,7,hash_threshold,7,0,reg0[0..15]) | 0x2
    label | multipath(symmetric_l4,7,hash_threshold,7,0,reg0[0..15]) | 0x4
    fragment | multipath(symmetric_l4,7,hash_threshold,7,0,reg0[0..15]) | 0x3
    udp | multipath(symmetric_l4,7,hrw,7,0,reg0[0..15]) | 0x3
    udp6 | multipath(symmetric_l4,7,hrw,7,0,reg0[0..15]) | 0x5
    tcp | multipath(symmetric_l4,7,hrw,7,0,reg0[0..15]) | 0x5
    tcp6 | multipath(symmetric_l4,7,hrw,7,0,reg0[0..15]) | 0x1
    tagged | multipath(symmetric_l4,7,hrw,7,0,reg0[0..15]) | 0x4
    twice | multipath(symmetric_l4,7,hrw,7,0,reg0[0..15]) | 0x3
    arp | multipath(symmetric_l4,7,hrw,7,0,reg0[0..15]) | 0x5
    label | multipath(symmetric_l4,7,hrw,7,0,reg0[0..15]) | 0x4
    fragment | multipath(symmetric_l4,7,hrw,7,0,reg0[0..15]) | 0x6
    udp | multipath(symmetric_l4,7,hrw,100,0,reg0[0..15]) | 0x7
    udp6 | multipath(symmetric_l4,7,hrw,100,0,reg0[0..15]) | 0x3
    tcp | multipath(symmetric_l4,7,hrw,100,0,reg0[0..15]) | 0x3f
    tcp6 | multipath(symmetric_l4,7,hrw,100,0,reg0[0..15]) | 0x43
    tagged | multipath(symmetric_l4,7,hrw,100,0,reg0[0..15]) | 0x20
    twice | multipath(symmetric_l4,7,hrw,100,0,reg0[0..15]) | 0x1b
    arp | multipath(symmetric_l4,7,hrw,100,0,reg0[0..15]) | 0x21
    label | multipath(symmetric_l4,7,hrw,100,0,reg0[0..15]) | 0x29
    fragment | multipath(symmetric_l4,7,hrw,100,0,reg0[0..15]) | 0xa
    udp | multipath(symmetric_l4,7,iter_hash,7,9,reg0[0..15]) | 0x0
    udp6 | multipath(symmetric_l4,7,iter_hash,7,9,reg0[0..15]) | 0x1
    tcp | multipath(symmetric_l4,7,iter_hash,7,9,reg0[0..15]) | 0x5
    tcp6 | multipath(symmetric_l4,7,iter_hash,7,9,reg0[0..15]) | 0x2
    tagged | multipath(symmetric_l4,7,iter_hash,7,9,reg0[0..15]) | 0x2
    twice | multipath(symmetric_l4,7,iter_hash,7,9,reg0[0..15]) | 0x4
    arp | multipath(symmetric_l4,7,iter_hash,7,9,reg0[0..15]) | 0x2
    label | multipath(symmetric_l4,7,iter_hash,7,9,reg0[0..15]) | 0x2
    fragment | multipath(symmetric_l4,7,iter_hash,7,9,reg0[0..15]) | 0x2
    udp | multipath(symmetric_l4,7,iter_hash,7,1000,reg0[0..15]) | 0x4
    udp6 | multipath(symmetric_l4,7,iter_hash,7,1000,reg0[0..15]) | 0x3
    tcp | multipath(symmetric_l4,7,iter_hash,7,1000,reg0[0..15]) | 0x5
    tcp6 | multipath(symmetric_l4,7,iter_hash,7,1000,reg0[0..15]) | 0x3
    tagged | multipath(symmetric_l4,7,iter_hash,7,1000,reg0[0..15]) | 0x6
    twice | multipath(symmetric_l4,7,iter_hash,7,1000,reg0[0..15]) | 0x3
    arp | multipath(symmetric_l4,7,iter_hash,7,1000,reg0[0..15]) | 0x0
    label | multipath(symmetric_l4,7,iter_hash,7,1000,reg0[0..15]) | 0x1
    fragment | multipath(symmetric_l4,7,iter_hash,7,1000,reg0[0..15]) | 0x2
    udp | multipath(symmetric_l4,7,iter_hash,1,0,reg0[0..15]) | 0x0
    udp6 | multipath(symmetric_l4,7,iter_hash,1,0,reg0[0..15]) | 0x0
    tcp | multipath(symmetric_l4,7,iter_hash,1,0,reg0[0..15]) | 0x0
    tcp6 | multipath(symmetric_l4,7,iter_hash,1,0,reg0[0..15]) | 0x0
    tagged | multipath(symmetric_l4,7,iter_hash,1,0,reg0[0..15]) | 0x0
    twice | multipath(symmetric_l4,7,iter_hash,1,0,reg0[0..15]) | 0x0
    arp | multipath(symmetric_l4,7,iter_hash,1,0,reg0[0..15]) | 0x0
    label | multipath(symmetric_l4,7,iter_hash,1,0,reg0[0..15]) | 0x0
    fragment | multipath(symmetric_l4,7,iter_hash,1,0,reg0[0..15]) | 0x0
    udp | multipath(symmetric_l4,7,hash_threshold,1,0,reg0[0..15]) | 0x0
    udp6 | multipath(symmetric_l4,7,hash_threshold,1,0,reg0[0..15]) | 0x0
    tcp | multipath(symmetric_l4,7,hash_threshold,1,0,reg0[0..15]) | 0x0
    tcp6 | multipath(symmetric_l4,7,hash_threshold,1,0,reg0[0..15]) | 0x0
    tagged | multipath(symmetric_l4,7,hash_threshold,1,0,reg0[0..15]) | 0x0
    twice | multipath(symmetric_l4,7,hash_threshold,1,0,reg0[0..15]) | 0x0
    arp | multipath(symmetric_l4,7,hash_threshold,1,0,reg0[0..15]) | 0x0
    label | multipath(symmetric_l4,7,hash_threshold,1,0,reg0[0..15]) | 0x0
    fragment | multipath(symmetric_l4,7,hash_threshold,1,0,reg0[0..15]) | 0x0
    udp | multipath(symmetric_l4,7,iter_hash,65536,0,reg0[0..15]) | 0xf007
    udp6 | multipath(symmetric_l4,7,iter_hash,65536,0,reg0[0..15]) | 0xd403
    tcp | multipath(symmetric_l4,7,iter_hash,65536,0,reg0[0..15]) | 0x833f
    tcp6 | multipath(symmetric_l4,7,iter_hash,65536,0,reg0[0..15]) | 0x70c3
    tagged | multipath(symmetric_l4,7,iter_hash,65536,0,reg0[0..15]) | 0x1dfe
    twice | multipath(symmetric_l4,7,iter_hash,65536,0,reg0[0..15]) | 0x561b
    arp | multipath(symmetric_l4,7,iter_hash,65536,0,reg0[0..15]) | 0xcef8
    label | multipath(symmetric_l4,7,iter_hash,65536,0,reg0[0..15]) | 0x6fa9
    fragment | multipath(symmetric_l4,7,iter_hash,65536,0,reg0[0..15]) | 0xc78a
    udp | bundle_load(symmetric_l4,3,hrw,ofport,reg0[0..15],members:1,2,3,4) | 0x2
    udp6 | bundle_load(symmetric_l4,3,hrw,ofport,reg0[0..15],members:1,2,3,4) | 0x2
    tcp | bundle_load(symmetric_l4,3,hrw,ofport,reg0[0..15],members:1,2,3,4) | 0x1
    tcp6 | bundle_load(symmetric_l4,3,hrw,ofport,reg0[0..15],members:1,2,3,4) | 0x2
    tagged | bundle_load(symmetric_l4,3,hrw,ofport,reg0[0..15],members:1,2,3,4) | 0x3
    twice | bundle_load(symmetric_l4,3,hrw,ofport,reg0[0..15],members:1,2,3,4) | 0x2
    arp | bundle_load(symmetric_l4,3,hrw,ofport,reg0[0..15],members:1,2,3,4) | 0x2
    label | bundle_load(symmetric_l4,3,hrw,ofport,reg0[0..15],members:1,2,3,4) | 0x3
    fragment | bundle_load(symmetric_l4,3,hrw,ofport,reg0[0..15],members:1,2,3,4) | 0x1
    udp | bundle_load(nw_dst,9,hrw,ofport,reg0[0..31],members:4,9,3,2) | 0x3
    udp6 | bundle_load(nw_dst,9,hrw,ofport,reg0[0..31],members:4,9,3,2) | 0x2
    tcp | bundle_load(nw_dst,9,hrw,ofport,reg0[0..31],members:4,9,3,2) | 0x3
    tcp6 | bundle_load(nw_dst,9,hrw,ofport,reg0[0..31],members:4,9,3,2) | 0x2
    tagged | bundle_load(nw_dst,9,hrw,ofport,reg0[0..31],members:4,9,3,2) | 0x3
    twice | bundle_load(nw_dst,9,hrw,ofport,reg0[0..31],members:4,9,3,2) | 0x3
    arp | bundle_load(nw_dst,9,hrw,ofport,reg0[0..31],members:4,9,3,2) | 0x3
    label | bundle_load(nw_dst,9,hrw,ofport,reg0[0..31],members:4,9,3,2) | 0x3
    fragment | bundle_load(nw_dst,9,hrw,ofport,reg0[0..31],members:4,9,3,2) | 0x2
    udp | bundle_load(eth_src,0,active_backup,ofport,reg0[0..15],members:9,3,2) | 0x3
    udp | bundle_load(eth_src,0,active_backup,ofport,reg0[0..15],members:9,10) | 0xffff
    """
}
