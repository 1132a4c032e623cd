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
        return try await cluster.standing(of: record)
    }

    /// They fail once the access node has let go of the node.
    package func turnJobsOff() async throws(ClusterError) {}

    package func turnJobsOn() async throws(ClusterError) {}

    package func hold(_ mode: CutoverHold.Mode) async throws(ClusterError) {
        try await holder.begin(.command)
        for statement in holding(mode) { try await holder.send(statement) }
        state.withLock { $0.isHeld = true }
        // A table that was made or renamed meanwhile would be missing.
        guard try await cluster.chunkedTables() == tables else {
            throw ClusterError("the hypertables are not those of before: all is as it was", remedy: "once more")
        }
    }

    package func nodesWithPrepared() async throws(ClusterError) -> [String] {
        try await cluster.preparedParts(on: nodes).filter { !$0.value.isEmpty }.keys.sorted()
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
    }

    package func commit() async throws(ClusterError) {
        try await holder.commit()
        try await complete()
    }

    package func letGo() async {
        state.withLock { $0.isHeld = false }
        await holder.rollBack()
        await holder.connection.disconnect()
    }

    package func complete() async throws(ClusterError) {
        guard let record = try await cluster.promotion() else { return }
        let script = try await script()
        try await cluster.asking(promoted: record) { link, row throws(ClusterError) in
            if row["is_promoted"] == "t" { return }
            do throws(ClusterError) {
                try await cluster.together(script.taking(record), on: link, of: node.name)
            } catch {
                var error = error
                error.remedy = "nobody can write until '\(again)' goes on, or 'migrate undo all' takes it back"
                throw error
            }
        }
    }

    package func settle() async -> [String] {
        do throws(ClusterError) {
            guard let record = try await cluster.promotion() else { return [] }
            try await cluster.asking(promoted: record) { link, _ throws(ClusterError) in
                _ = try await cluster.send(PromotionStore.endIdle, on: link, node: node.name)
            }
            return []
        } catch {
            return ["the sessions that \(node.name) had before could not be ended: \(error.summary)"]
        }
    }

    package func pause() async throws(ClusterError) { try await cluster.waitForOthers() }
}

extension Cluster {
    /// How far a promotion is that stands on record.
    package func standing(of record: PromotionRecord) async throws(ClusterError) -> CutoverStanding {
        try await asking(promoted: record) { _, row throws(ClusterError) in
            row["is_promoted"] == "t" ? .cutOver : .between
        }
    }
}
