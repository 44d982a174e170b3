import Actions
import Pipeline

/// A frame's report to collectors, in the words in which Open vSwitch prints actions of a datapath.
enum SamplingText {
  static func text(of sampling: FrameSampling, port: (PortIndex) -> String) -> String {
    var cookie = "probability=\(sampling.probability),collector_set_id=\(sampling.collectorSet)"
    cookie += ",obs_domain_id=\(sampling.domain),obs_point_id=\(sampling.point),output_port="
    cookie += sampling.port == .none ? String(UInt32.max) : port(sampling.port)
    switch sampling.direction {
    case .unspecified: break
    case .ingress: cookie += ",ingress"
    case .egress: cookie += ",egress"
    }
    let report = "userspace(pid=0,flow_sample(\(cookie)))"
    guard sampling.probability < .max else { return report }
    let tenths = (Int(sampling.probability) * 2_000 + 65_535) / (2 * 65_535)
    return "sample(sample=\(tenths / 10).\(tenths % 10)%,actions(\(report)))"
  }
}
