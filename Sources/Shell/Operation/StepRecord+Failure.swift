import ClusterAccess
import MultiNode
import Operations

extension StepRecord {
    /// Why the step failed, named by what it is about; nil where it did not, or somebody stopped it.
    var failure: Failure? {
        guard let error = outcome.error, error.kind != .interrupted else { return nil }
        var failure = Failure(error)
        failure.message = "\(step.name): \(failure.message)"
        return failure
    }
}
