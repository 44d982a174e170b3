import OpenFlow
import Pipeline

/// How the protocol names what is done with IP fragments.

extension SwitchConfig.Fragments {
  init(_ handling: FragmentHandling) {
    switch handling {
    case .normal: self = .normal
    case .drop: self = .drop
    case .reassemble: self = .reassemble
    case .nxMatch: self = .nxMatch
    }
  }
}

extension FragmentHandling {
  init(_ fragments: SwitchConfig.Fragments) {
    switch fragments {
    case .normal: self = .normal
    case .drop: self = .drop
    case .reassemble: self = .reassemble
    case .nxMatch: self = .nxMatch
    }
  }
}
