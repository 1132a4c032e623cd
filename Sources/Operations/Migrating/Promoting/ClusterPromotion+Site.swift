package import ClusterAccess
package import MultiNode
import Platform
import Postgres

extension ClusterPromotion: CutoverSite {
    package var again: String { "migrate start --promote \(Quoting.word(node.name))" }

    package func standing() async throws(ClusterError) -> CutoverStanding {
        guard let record = try await cluster.promotion() else { return .copying }
        guard record.node == node.name else {
            throw ClusterError("\(record.node) is being promoted", node: record.node, remedy: "migrate status")
        }
        guard !record.isEnding else { throw .isEnding(record) }
        // What the node is, and whether the access node reaches it, counts only as it is read under the node's lock.
        return .between
    }

    /// They fail once the access node has let go of the node.
    package func turnJobsOff() async throws(ClusterError) {}

    package func turnJobsOn() async throws(ClusterError) {}

    package func hold(_ mode: CutoverHold.Mode) async throws(ClusterError) {
        try await holder.begin(.command)
        for statement in holding(mode) { try await holder.send(statement) }
        state.withLock { $0.isHeld = true }
        // A table that was made or renamed meanwhile would be missing.
        guard try await cluster.chunkedTables() == tables else { throw Self.otherTables }
    }

    package func preparedParts() async throws(ClusterError) -> [String: Set<String>] {
        try await cluster.preparedParts(on: nodes)
    }

    package func writersOnNodes() async throws(ClusterError) -> [NodeWriter] {
        try await cluster.writers(to: tables.map(\.table), on: nodes)
    }

    package func exchange(after pause: Duration) async throws(ClusterError) {
        let script = try await script()
        let (compared, chunks) = state.withLock { ($0.compared, $0.chunks) }
        let proved = chunks.compactMap { chunk in
            table(chunk).flatMap { table in compared[chunk.id].map { (table, $0) } }
        }
        guard proved.count == chunks.count else {
            throw ClusterError("a chunk was not compared: all is as it was", remedy: again)
        }
        for statement in script.leaving(try await record(script), proved) { try await holder.send(statement) }
        // These have waited for whoever was about to make another one, on the nodes. By now they have other names.
        let now = try await holder.chunkedTables().map(\.id)
        guard Set(now) == Set(tables.map(\.id)) else { throw Self.otherTables }
    }

    private static let otherTables = ClusterError(
        "the hypertables are not those of before: all is as it was", remedy: "once more")

    package func commit() async throws(ClusterError) { try await holder.commit() }

    package func letGo() async {
        state.withLock { $0.isHeld = false }
        await holder.rollBack()
        await holder.connection.disconnect()
    }

    package func complete() async throws(ClusterError) {
        do throws(ClusterError) {
            guard let record = try await cluster.promotion() else {
                throw ClusterError(
                    "the promotion of \(node.name) was taken back by another session meanwhile", node: node.name,
                    remedy: "migrate status")
            }
            let waiting = min(limits.lockTimeout, limits.maxPause)
            try await cluster.claiming(record, waiting: waiting) { link, row throws(ClusterError) in
                try await fence(record)
                if row["is_promoted"] == "t" { return }
                try await cluster.endPrepared(on: link, of: node)
                try await refuseStrangers(record, on: link)
                let script = try await script(of: record)
                try await cluster.together(script.taking(record), on: link, of: node.name)
            }
        } catch {
            throw error.leavingNobodyToWrite(again: again, back: "migrate undo all")
        }
    }

    /// - Throws: where the node has members of hypertables that nobody compared: they would be its own then.
    func refuseStrangers(_ record: PromotionRecord, on link: any Link) async throws(ClusterError) {
        let rows = try await cluster.send(PromotionStore.strangers(besides: record), on: link, node: node.name).records
        if rows.isEmpty { return }
        let names = rows.map { TableName(schema: $0["schema"] ?? nil, name: ($0["name"] ?? nil) ?? "").shownName }
        throw ClusterError(
            "\(node.name) has parts of \(names.listed), which the promotion does not know of: they were made meanwhile, or are left of what the access node has dropped",
            node: node.name, remedy: "'check' tells what they are, and how they go")
    }

    /// Takes the way to the node from the access node again, where an undo that was stopped, or somebody else, has given it
    /// back: DROP and drop_chunks would reach the node, and its rows with them.
    private func fence(_ record: PromotionRecord) async throws(ClusterError) {
        await holder.rollBack()
        try await holder.fence(record, behind: holding(.againstAll))
    }

    package func settle() async -> [CutoverNote] {
        // The sessions that are ended know the way to the node still: an interrupt must not leave them.
        var notes = await cluster.evenIfInterrupted { cluster in
            do throws(ClusterError) {
                guard let record = try await cluster.promotion() else { return [CutoverNote]() }
                try await cluster.asking(promoted: record) { link, _ throws(ClusterError) in
                    _ = try await cluster.send(PromotionStore.endIdle, on: link, node: record.node)
                }
                return []
            } catch {
                return [
                    CutoverNote(
                        text:
                            "the sessions that \(node.name) had before could not be ended: \(error.summary); '\(again)' tries again"
                    )
                ]
            }
        }
        do throws(ClusterError) {
            if let record = try await cluster.promotion() { try await tell(record) }
        } catch {
            notes.append(
                CutoverNote(
                    text: "the access node does not tell where the tables are: \(error.summary); '\(again)' tries again"
                ))
        }
        return notes
    }

    /// How long a COPY that waited for a table is given to find that its name is gone.
    private static let patience = Duration.seconds(5)

    /// Lets whoever asks the access node for a table know where it is.
    private func tell(_ record: PromotionRecord) async throws(ClusterError) {
        let open = try await cluster.tables(of: record).filter { $0.isRenamed && !$0.isTold }
        if open.isEmpty { return }
        let copying = try await cluster.send(PromotedTable.copying).records.compactMap { row in
            (row["pid"] ?? nil).flatMap { pid in (row["began"] ?? nil).map { (pid, $0) } }
        }
        let end = ContinuousClock.now + Self.patience
        while !copying.isEmpty, ContinuousClock.now < end,
            try await cluster.send(CutoverHold.isAtWork(copying)).value == "t"
        { try await cluster.waitForOthers() }
        let statements = try await cluster.aside { link throws(ClusterError) in
            try await cluster.send("SET search_path = pg_catalog", on: link)
            var statements = PromotedTable.functions
            for table in open {
                guard let here = table.here else { continue }
                let columns = try await cluster.send(PromotedTable.columns(of: here), on: link).records
                statements += table.telling(columns, node)
            }
            return statements
        }
        try await cluster.changing(record) { _ throws(ClusterError) in
            for statement in statements { try await cluster.send(statement) }
        }
    }

    package func pause() async throws(ClusterError) { try await cluster.waitForOthers() }
}
