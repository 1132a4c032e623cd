/// Is told what happens in an operation. It asks nothing, and must not wait.
///
/// Steps that run side by side may tell it at the same time.
package protocol OperationListener<Result>: Sendable {
    associatedtype Result: Sendable

    func received(_ event: OperationEvent<Result>)
}

/// What happens in an operation; the numbers are those of the steps, in their order.
package enum OperationEvent<Result: Sendable>: Sendable {
    /// It is needed, and is being done from now on.
    case stepBegan(Int)
    /// - Parameter fraction: from 0 to 1, as the step reckons it.
    case stepProgressed(Int, fraction: Double)
    case stepWaits(Int, for: String)
    /// It ended, or did not begin because it is unneeded or nobody knows whether it is needed. A step that was not
    /// begun because the operation was stopped is not told of.
    case stepEnded(Int, StepOutcome<Result>, milliseconds: Double)
    /// Nothing more will happen.
    case allEnded
}
