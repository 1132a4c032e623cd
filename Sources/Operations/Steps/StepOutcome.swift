package import ClusterAccess

/// What became of a step.
package enum StepOutcome<Result: Sendable>: Sendable {
    case done(Result)
    /// The cluster is already as the step would leave it.
    case unneeded
    case failed(ClusterError)
    /// It failed, and the cluster could not tell whether it took effect nevertheless.
    case unknown(ClusterError)
    /// The operation was stopped before; nothing was sent for it but questions.
    case notBegun

    /// Whether nothing of it is left to do.
    package var isComplete: Bool {
        switch self {
        case .done, .unneeded: true
        case .failed, .unknown, .notBegun: false
        }
    }

    package var error: ClusterError? {
        switch self {
        case .failed(let error), .unknown(let error): error
        case .done, .unneeded, .notBegun: nil
        }
    }
}
