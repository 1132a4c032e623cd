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
    ///
    /// - Parameter error: why, where it ended without anybody's asking; nil where somebody has asked for it.
    indirect case notBegun(ClusterError?)

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
        case .notBegun(let error): error
        case .done, .unneeded: nil
        }
    }

    /// The outcome of a step of an operation that has ended without anybody's asking: what was broken off for that says why.
    func ended(because cause: ClusterError) -> StepOutcome {
        switch self {
        case .notBegun: .notBegun(cause)
        case .failed(let error) where error.kind == .interrupted: .failed(error.ended(because: cause))
        case .unknown(let error) where error.kind == .interrupted: .unknown(error.ended(because: cause))
        case .done, .unneeded, .failed, .unknown, .passedOver: self
        }
    }
}

extension ClusterError {
    /// The error of what nobody has interrupted, with what is known of its effect.
    fileprivate func ended(because cause: ClusterError) -> ClusterError {
        let interrupted = ClusterError.interrupted.message
        let rest = message.hasPrefix(interrupted) ? String(message.dropFirst(interrupted.count)) : ": \(message)"
        var error = self
        error.kind = cause.kind
        error.message = cause.message + rest
        error.node = node ?? cause.node
        error.remedy = [cause.remedy, remedy].compactMap(\.self).joined(separator: "\n")
        return error
    }
}
