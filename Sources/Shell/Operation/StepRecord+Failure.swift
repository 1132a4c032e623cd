import ClusterAccess
import MultiNode
import Operations

extension StepRecord {
    /// Why the step failed, named by what it is about; nil where it did not, or somebody stopped it.
    var failure: Failure? {
        guard let error = outcome.error, error.kind != .interrupted else { return nil }
        var failure = outcome.isUnknown ? Failure(unknown: error) : Failure(error)
        failure.message = "\(step.name): \(failure.message)"
        return failure
    }
}

extension Array {
    /// The names of the steps that are left, and that the same command, run again, may complete.
    func left<Work: Step>() -> [String] where Element == StepRecord<Work> {
        filter { !$0.outcome.isComplete && $0.outcome.error?.isFinal != true }.map(\.step.name)
    }

    /// Why steps failed, those together of which the same is to be told.
    func failures<Work: Step>() -> [Failure] where Element == StepRecord<Work> {
        var (order, groups): ([String], [String: [Element]]) = ([], [:])
        for record in self where record.failure != nil {
            let reason =
                record.outcome.error.map {
                    "\(record.outcome.isUnknown)\n\(ClusterError.summary($0.message, $0.sharedDetail))\n\($0.remedy ?? "")"
                } ?? ""
            if groups[reason] == nil { order.append(reason) }
            groups[reason, default: []].append(record)
        }
        return order.compactMap { reason in
            guard let group = groups[reason], var failure = group.first?.failure else { return nil }
            if group.count > 1, let first = group.first, let error = first.outcome.error {
                let reason = first.outcome.isUnknown ? Failure(unknown: error).message : error.message
                failure.message =
                    "\(group.map(\.step.name).prefix(2).joined(separator: ", "))"
                    + (group.count > 2 ? " and \((group.count - 2).counted("other"))" : "") + ": \(reason)"
                failure.detail = error.sharedDetail
            }
            return failure
        }
    }
}

extension ClusterError {
    /// The detail, unless it names the operation alone, which is another one for each chunk.
    fileprivate var sharedDetail: String? {
        detail.flatMap { $0.hasPrefix("Chunk copy operation id: ") ? nil : $0 }
    }
}
