public import Actions

/// What a program has handles of. To be kept as long as the program can be run.
public protocol RuleTemplate: AnyObject, Sendable {}

extension LearnTemplate: RuleTemplate {}

/// A `controller` action that says more than an op has room for: bytes for the controller, or that the frame waits
/// until the controller sends it on.
public final class PacketInTemplate: RuleTemplate {
  public let action: Action.Controller

  init(_ action: Action.Controller) { self.action = action }
}

/// A `controller` action as a worker runs it, as a handle of one word.
///
/// # Memory
/// A handle of a `PacketInTemplate` that is not counted. Whoever has a program with a plan in it keeps the template.
@safe public struct PacketInPlan: BitwiseCopyable, Sendable {
  private let reference: Unmanaged<PacketInTemplate>

  init(_ template: PacketInTemplate) { unsafe reference = .passUnretained(template) }

  /// The template that the plan is of.
  var template: PacketInTemplate { unsafe reference.takeUnretainedValue() }
}

extension Action.Controller {
  /// Whether the action is a plan rather than an op by itself.
  var needsPlan: Bool { pauses || !userData.isEmpty }
}
