import ClusterAccess
import MultiNode

/// What comes behind the exchange of the names, when nobody waits any more.
extension ClusterCutover {
    package func settle() async -> [String] {
        var notes: [String] = []
        let found: Dependents
        do throws(ClusterError) {
            found = try await readAside(of: target.isInPlace ? migration.source : migration.aside)
        } catch {
            return ["what hangs on \(migration.source.shownName) could not be read: \(error.summary)"]
        }
        for aggregate in found.aggregates { await refresh(aggregate, &notes) }
        for view in found.emptied { await fill(view, &notes) }
        return notes
    }

    private func fill(_ view: TableName, _ notes: inout [String]) async {
        let statement = DependentView.filling(view)
        do throws(ClusterError) {
            // One that was never filled stays empty.
            let original = target.isInPlace ? Migration.aside(of: view) : view
            if try await cluster.send(DependentView.isFilled(original)).value == "f" { return }
            if try await target.send(DependentView.isFilled(view)).value != "t" { try await target.send(statement) }
        } catch {
            notes.append("\(statement.shown): \(error.summary)")
        }
    }

    private func refresh(_ aggregate: DependentAggregate, _ notes: inout [String]) async {
        do throws(ClusterError) {
            let there = try await target.send(aggregate.rowsThere).records.first ?? [:]
            let rows = TableName(schema: there["schema"] ?? nil, name: (there["name"] ?? nil) ?? "")
            guard let last = try await target.send(aggregate.lastBucket(in: rows)).records.first,
                let start = last["start"] ?? nil, let end = last["end"] ?? nil
            else { return }
            let statement = aggregate.refresh(from: start, to: end, try await target.server())
            do throws(ClusterError) {
                try await target.send(statement)
            } catch {
                notes.append("\(statement.shown): \(error.summary)")
            }
        } catch {
            notes.append("the last bucket of \(aggregate.name.shownName) was not refreshed: \(error.summary)")
        }
    }
}
