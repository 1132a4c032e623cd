import ClusterAccess
import MultiNode
import Postgres

/// What comes behind the exchange of the names, when nobody waits any more.
extension ClusterCutover {
    package func settle() async -> [CutoverNote] {
        var notes: [CutoverNote] = []
        let found: Dependents
        do throws(ClusterError) {
            found = try await readAside(of: target.isInPlace ? migration.source : migration.aside)
        } catch {
            return [.failed("what hangs on \(migration.source.shownName) could not be read: \(error.summary)")]
        }
        for aggregate in found.aggregates { await compare(aggregate, &notes) }
        for view in found.emptied { await fill(view, &notes) }
        return notes
    }

    private func fill(_ view: TableName, _ notes: inout [CutoverNote]) async {
        let statement = DependentView.filling(view)
        do throws(ClusterError) {
            // One that was never filled stays empty.
            let original = target.isInPlace ? Migration.aside(of: view) : view
            if try await cluster.send(DependentView.isFilled(original)).value == "f" { return }
            if try await target.send(DependentView.isFilled(view)).value != "t" { try await target.send(statement) }
        } catch {
            notes.append(.failed("\(statement.shown): \(error.summary)"))
            return
        }
        do throws(ClusterError) {
            if let note = try await compareRows(of: view) { notes.append(note) }
        } catch {
            notes.append(.failed("the rows of \(view.shownName) could not be compared: \(error.summary)"))
        }
    }

    /// A materialized view keeps what was dropped since it was refreshed; a new one can't have it.
    private func compareRows(of view: TableName) async throws(ClusterError) -> CutoverNote? {
        let old = target.isInPlace ? Migration.aside(of: view) : view
        func count(_ view: TableName, _ ask: MigrationTarget.Ask) async throws(ClusterError) -> Int {
            try await ask(DependentView.count(view)).first.flatMap { ($0["rows"] ?? nil).flatMap { Int($0) } } ?? 0
        }
        let here = try await readingHere { ask throws(ClusterError) in try await count(old, ask) }
        let there = try await target.reading { ask throws(ClusterError) in try await count(view, ask) }
        guard here > there else { return nil }
        try await target.renewStore()
        try await target.send(migration.recordKept(old))
        return CutoverNote(
            text:
                "\(view.shownName) has \(there) \(there == 1 ? "row" : "rows"), where \(old.shownName)\(target.isInPlace ? "" : " on the access node") has \(here), as of raw rows that were dropped since that was refreshed",
            remedy:
                "'migrate finish' does not drop \(old.shownName); to keep what it has: sql CREATE TABLE … AS TABLE \(old.quoted)"
        )
    }

    /// Whether a new continuous aggregate shows the history as the old one does: its rows are the same, but which of them a view
    /// in real time takes is TimescaleDB's to know. Of later times the new one may have been refreshed since.
    private func compare(_ aggregate: DependentAggregate, _ notes: inout [CutoverNote]) async {
        let name = aggregate.name
        let old = target.isInPlace ? TableName(schema: name.schema, name: MigrationNames.old(name.name)) : name
        do throws(ClusterError) {
            let table = target.isInPlace ? migration.source : migration.target
            let start = try await target.send(DependentAggregate.start(of: table)).value
            let question = aggregate.lastOfHistory(
                in: aggregate.rows, before: DependentAggregate.number(start), capabilities)
            let found = try await cluster.aside { link throws(ClusterError) in
                try await answer(question, on: link, of: Finding.accessNode)
            }
            guard let last = found.value.flatMap({ Int($0) }),
                let questionHere = aggregate.history(in: old, through: last),
                let questionThere = aggregate.history(in: name, through: last)
            else { return }
            let here = try await cluster.aside { link throws(ClusterError) in
                RowDigest(row: try await answer(questionHere, on: link, of: Finding.accessNode).records.first ?? [:])
            }
            let there = try await target.aside { link throws(ClusterError) in
                RowDigest(row: try await answer(questionThere, on: link, of: target.node).records.first ?? [:])
            }
            if here == there { return }
            notes.append(
                .failed(
                    "\(name.shownName) does not show the history that \(old.shownName) does\(target.isInPlace ? "" : " on the access node"): \(there.rows) rows of it, where that has \(here.rows)\(here.rows == there.rows ? ", with another sum of hashes" : "")"
                ))
        } catch {
            notes.append(.failed("the history of \(name.shownName) could not be compared: \(error.summary)"))
        }
    }

    private func answer(
        _ question: SQL, on link: any Link, of node: String?
    ) async throws(ClusterError) -> QueryResult {
        let settings: [SQL] = [
            "BEGIN READ ONLY", SourceReading.settings, SourceReading.path,
        ]
        for setting in settings { try await cluster.send(setting, on: link, node: node) }
        let answer = try await cluster.send(question, on: link, node: node)
        try await cluster.send("ROLLBACK", on: link, node: node)
        return answer
    }
}
