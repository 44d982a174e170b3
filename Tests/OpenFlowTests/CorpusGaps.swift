/// How many recorded messages of a kind may differ from Open vSwitch: gaps that are to be closed. None may grow, and
/// what is not here has none.
enum CorpusGaps {
  static func allowed(_ check: String, _ kind: String) -> Int { table[check]?[kind] ?? 0 }

  private static let table: [String: [String: Int]] = [
    "text": [
      "NXST_FLOW reply": 9,
      "NXST_GROUP_DESC reply": 1,
      "NXT_FLOW_MOD": 8,
      "NXT_PACKET_IN2": 19,
      "NXT_RESUME": 19,
      "NXT_SET_FLOW_FORMAT": 1,
      "OFPST_FLOW reply": 20,
      "OFPST_GROUP_DESC reply": 1,
      "OFPST_TABLE_DESC reply": 2,
      "OFPST_TABLE_FEATURES reply": 6,
      "OFPST_TABLE_FEATURES request": 10,
      "OFPT_ERROR": 9,
      "OFPT_FEATURES_REPLY": 3,
      "OFPT_FLOW_MOD": 46,
      "OFPT_GROUP_MOD": 16,
      "OFPT_PACKET_IN": 24,
      "OFPT_PORT_STATUS": 1,
      "ONFST_FLOW_MONITOR reply": 1,
    ],
    "bytes": [
      "NXST_FLOW reply": 6,
      "NXST_GROUP_DESC reply": 1,
      "NXT_FLOW_MOD": 7,
      "NXT_RESUME": 6,
      "NXT_SET_FLOW_FORMAT": 1,
      "OFPST_DESC reply": 6,
      "OFPST_FLOW reply": 36,
      "OFPST_FLOW request": 1,
      "OFPST_GROUP_DESC reply": 1,
      "OFPST_TABLE_DESC reply": 2,
      "OFPST_TABLE_FEATURES reply": 6,
      "OFPST_TABLE_FEATURES request": 10,
      "OFPT_FLOW_MOD": 62,
      "OFPT_GROUP_MOD": 16,
      "OFPT_HELLO": 36,
      "OFPT_PACKET_IN": 24,
    ],
    "malformed": [
      "NXT_FLOW_MOD": 2,
      "NXT_PACKET_IN2": 5,
      "NXT_RESUME": 5,
      "OFPST_TABLE_FEATURES request": 5,
      "OFPT_FLOW_MOD": 2,
      "OFPT_GROUP_MOD": 16,
      "OFPT_PACKET_OUT": 1,
      "OFPT_QUEUE_GET_CONFIG_REQUEST": 5,
      "OFPT_SET_ASYNC": 2,
      "OFPT_TABLE_MOD": 12,
      "ONFST_FLOW_MONITOR request": 2,
    ],
  ]
}
