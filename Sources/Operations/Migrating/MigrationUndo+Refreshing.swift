package import ClusterAccess
import MultiNode

/// What becomes of the old table's continuous aggregates when rows were copied back.
extension MigrationUndo {
    /// Makes anew, behind the undo, what has changed in them, one part of time by itself after the other: a refresh of a distributed table
    /// makes all anew that lies between two changes, and deletes with that what has no raw rows any more.
    ///
    /// - Returns: what failed, with the statements that do it.
    package func refreshApart(_ written: WrittenSince) async -> [ClusterError] {
        let cluster = cutover.cluster
        var failures: [ClusterError] = []
        do throws(ClusterError) {
            guard
                let end = try await cluster.send(AggregateBuckets.noted(of: migration.sourceID)).value.flatMap({
                    Int($0)
                })
            else { return [] }
            let spans = written.chunks.filter { $0.chunk != nil }.compactMap(\.span).map {
                Int($0.lowerBound)...Int($0.upperBound)
            }
            let parts = AggregateBuckets.apart(spans, notedUpTo: end)
            // Nothing lies between.
            if parts.count < 2 { return [] }
            let aggregates = try await cluster.send(AggregateBuckets.list(over: migration.source)).records
                .map { AggregateBuckets(row: $0) }
            for aggregate in aggregates {
                let statements = parts.map { aggregate.refreshing($0, cutover.capabilities) }
                do throws(ClusterError) {
                    for statement in statements {
                        _ = try await cluster.aside { link throws(ClusterError) in
                            try await cluster.send(statement, on: link)
                        }
                    }
                } catch {
                    failures.append(.isNotRefreshed(aggregate, by: statements, because: error))
                }
            }
        } catch {
            failures.append(error)
        }
        return failures
    }
}

extension ClusterError {
    fileprivate static func isNotRefreshed(
        _ aggregate: AggregateBuckets, by statements: [SQL], because error: ClusterError
    ) -> ClusterError {
        var failure = error
        failure.message =
            "the continuous aggregate \(aggregate.name.shownName) was not refreshed, and the next refresh would delete what lies between the changes and has no raw rows any more: \(error.message)"
        failure.remedy = statements.map { "sql \($0.inlined)" }.joined(separator: "; ")
        return failure
    }
}
