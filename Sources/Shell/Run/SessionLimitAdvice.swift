import ClusterAccess
import MultiNode

/// Tells which setting has ended what a data node was to do, and what takes it back. The access node's sessions there, and
/// those that copy chunks, are of the role that it is there, and no client can set its limits aside.
struct SessionLimitAdvice {
    private let cluster: Cluster
    /// Whether what was sent to servers directly had no limits but tscl's own.
    private let isOwnWork: Bool

    init(_ context: CommandContext, isOwnWork: Bool) {
        cluster = context.cluster.quiet.limited(to: .seconds(2))
        self.isOwnWork = isOwnWork
    }

    /// The failures, with what has ended them; others are unchanged.
    func advising(_ failures: [Failure]) async -> [Failure] {
        var limits: [String: [SessionLimit]] = [:]
        var advised = failures
        for (index, failure) in failures.enumerated() {
            guard let node = failure.node, let name = SessionLimit.name(endingWith: failure.sqlstate),
                !isOwnWork || Remedy.node(inMessage: failure.message) == node, !Task.isCancelled
            else { continue }
            if limits[node] == nil { limits[node] = (try? await cluster.limits(onNode: node)) ?? [] }
            guard let limit = limits[node]?.first(where: { $0.name == name }) else { continue }
            let told = "\(limit.text) on \(node), counts for the sessions of the access node there"
            advised[index].detail = failure.detail.map { "\($0)\n\(told)" } ?? told
            advised[index].remedy = "\(limit.remedy(on: node)); then again"
        }
        return advised
    }

    /// The outcome, with what has ended what failed in it.
    func advising(_ outcome: Outcome) async -> Outcome {
        var advised = outcome
        advised.failures = await advising(outcome.failures)
        // People see these failures in the rows, which have no place for it.
        guard outcome.tellsFailuresInRows else { return advised }
        for (before, failure) in zip(outcome.failures, advised.failures) where before.detail != failure.detail {
            let told = [failure.detail, failure.remedy].compactMap(\.self).joined(separator: "; ")
            advised.notes.append("\(failure.node.map { "\($0): " } ?? "")\(told)")
        }
        return advised
    }

    func advising(_ failure: Failure) async -> Failure { await advising([failure]).first ?? failure }
}
