package import ClusterAccess

/// What became of a step.
package enum StepOutcome<Result: Sendable>: Sendable {
    case done(Result)
    /// There was nothing to do.
    case unneeded
    // An error takes many times the room of a result, and there may be a hundred thousand of these.
    indirect case failed(ClusterError)
    /// The step failed, and the cluster could not tell whether it took effect all the same.
    indirect case unknown(ClusterError)
    /// It was not begun because of what other steps had found. Nothing was sent for this step.
    indirect case passedOver(ClusterError)
    /// The operation was stopped before. Nothing but questions was sent for this step.
    case notBegun

    /// Whether nothing of the step is left to do.
    package var isComplete: Bool {
        switch self {
        case .done, .unneeded: true
        case .failed, .unknown, .passedOver, .notBegun: false
        }
    }

    /// Whether nobody tells if it took effect.
    package var isUnknown: Bool {
        if case .unknown = self { true } else { false }
    }

    package var error: ClusterError? {
        switch self {
        case .failed(let error), .unknown(let error), .passedOver(let error): error
        case .done, .unneeded, .notBegun: nil
        }
    }
}
