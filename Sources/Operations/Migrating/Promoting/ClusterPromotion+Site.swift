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
        return switch try await cluster.standing(of: record) {
        case .between: .between
        // Whatever the access node would forward reaches it.
        case .unfenced: .between
        case .promoted: .cutOver
        }
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

    package func commit() async throws(ClusterError) { try await holder.commit() }

    package func letGo() async {
        state.withLock { $0.isHeld = false }
        await holder.rollBack()
        await holder.connection.disconnect()
    }

    package func complete() async throws(ClusterError) {
        do throws(ClusterError) {
            guard let record = try await cluster.promotion() else { return }
            try await fence(record)
            let script = try await script()
            try await cluster.asking(promoted: record) { link, row throws(ClusterError) in
                if row["is_promoted"] == "t" { return }
                try await cluster.together(script.taking(record), on: link, of: node.name)
            }
        } catch {
            throw error.leavingNobodyToWrite(again: again, back: "migrate undo all")
        }
    }

    /// Takes the way to the node from the access node again, where an undo that was stopped, or somebody else, has given it
    /// back: DROP and drop_chunks would reach the node, and its rows with them.
    private func fence(_ record: PromotionRecord) async throws(ClusterError) {
        if try await cluster.isFenced(record) { return }
        await holder.rollBack()
        try await holder.begin(.command)
        do throws(ClusterError) {
            for statement in holding(.againstAll) + [PromotionScript.fencing(record, capabilities)] {
                try await holder.send(statement)
            }
            try await holder.commit()
        } catch {
            await holder.rollBack()
            throw error
        }
        guard try await cluster.isFenced(record) else {
            throw ClusterError("the access node has the way to \(node.name) still", node: node.name)
        }
    }

    package func settle() async -> [String] {
        // The sessions that are ended know the way to the node still: an interrupt must not leave them.
        await cluster.evenIfInterrupted { cluster in
            do throws(ClusterError) {
                guard let record = try await cluster.promotion() else { return [] }
                try await cluster.asking(promoted: record) { link, _ throws(ClusterError) in
                    _ = try await cluster.send(PromotionStore.endIdle, on: link, node: record.node)
                }
                return []
            } catch {
                return [
                    "the sessions that \(node.name) had before could not be ended: \(error.summary); '\(again)' tries again"
                ]
            }
        }
    }

    package func pause() async throws(ClusterError) { try await cluster.waitForOthers() }
}
