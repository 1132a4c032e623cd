/// Receives what happens in an operation. It must not block.
///
/// Steps that run side by side may call it at the same time.
package protocol OperationListener<Result>: Sendable {
    associatedtype Result: Sendable

    func received(_ event: OperationEvent<Result>)
}

/// What happens in an operation. A step is given by its index.
package enum OperationEvent<Result: Sendable>: Sendable {
    /// The step is needed, and starts to run.
    case stepBegan(Int)
    /// - Parameter fraction: how much of the step is done, from 0 to 1.
    case stepProgressed(Int, fraction: Double)
    case stepWaits(Int, for: String)
    /// The step ended. A step that is unneeded, or could not be asked about, ends without having begun. There is no
    /// event for a step that did not begin because the operation was stopped.
    case stepEnded(Int, StepOutcome<Result>, milliseconds: Double)
    /// Nothing more will happen.
    case allEnded
}
