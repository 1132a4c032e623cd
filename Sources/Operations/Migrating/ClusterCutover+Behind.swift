import ClusterAccess
import MultiNode

/// What comes behind the exchange of the names, when nobody waits any more.
extension ClusterCutover {
    package func settle() async -> [String] {
        var notes: [String] = []
        let found: Dependents
        do throws(ClusterError) {
            found = try await readAside()
        } catch {
            return ["what hangs on \(migration.source.shownName) could not be read: \(error.summary)"]
        }
        for aggregate in found.aggregates { await refresh(aggregate, &notes) }
        for view in found.emptied {
            let statement = DependentView.filling(view)
            do throws(ClusterError) {
                if try await cluster.send(DependentView.isFilled(view)).value != "t" {
                    try await cluster.send(statement)
                }
            } catch {
                notes.append("\(statement.shown): \(error.summary)")
            }
        }
        return notes
    }

    private func refresh(_ aggregate: DependentAggregate, _ notes: inout [String]) async {
        do throws(ClusterError) {
            guard let last = try await cluster.send(aggregate.lastBucket).records.first,
                let start = last["start"] ?? nil, let end = last["end"] ?? nil
            else { return }
            let statement = aggregate.refresh(from: start, to: end, capabilities)
            do throws(ClusterError) {
                try await cluster.send(statement)
            } catch {
                notes.append("\(statement.shown): \(error.summary)")
            }
        } catch {
            notes.append("the last bucket of \(aggregate.name.shownName) was not refreshed: \(error.summary)")
        }
    }
}
