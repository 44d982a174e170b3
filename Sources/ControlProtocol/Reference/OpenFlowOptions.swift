/// Options of the OpenFlow client, which several commands have.
extension CommandReference.Option {
  static let protocols = CommandReference.Option(
    name: "--protocols", value: "VERSION,...",
    help: "or -O: the versions that may be spoken, OpenFlow10 to OpenFlow15")
  static let flowFormat = CommandReference.Option(
    name: "--flow-format", value: "FORMAT,...",
    help: "or -F: how flows may be written: OpenFlow10, NXM, OXM, any, or one of them such as NXM+table_id")
  static let more = CommandReference.Option(
    name: "--more", help: "or -m: show more of messages; up to four times")
  static let bundle = CommandReference.Option(
    name: "--bundle", help: "all changes at once, or none; from OpenFlow 1.3 on")
  static let strict = CommandReference.Option(
    name: "--strict", help: "only the rule of exactly this match and priority")
  static let names = CommandReference.Option(
    name: "--names", help: "ports and tables by their names instead of numbers")
  static let noNames = CommandReference.Option(
    name: "--no-names", help: "neither show nor take names of ports; on a terminal they are shown otherwise")
  static let readOnly = CommandReference.Option(name: "--read-only", help: "refuse to change anything")
  static let timestamp = CommandReference.Option(
    name: "--timestamp", help: "the time in front of every message")

  /// Of commands that ask.
  static let asking: [CommandReference.Option] = [protocols, more]
  /// Of commands that change flows.
  static let changing: [CommandReference.Option] = [protocols, flowFormat, bundle, noNames, readOnly]
}
