package import MultiNode
package import Postgres

extension Cluster {
    /// The promotion of a data node that has begun; nil where none has.
    package func promotion() async throws(ClusterError) -> PromotionRecord? {
        try await promotion(by: try await send(MigrationStore.state))
    }

    /// - Parameter answer: to ``MigrationStore/state``.
    package func promotion(by answer: QueryResult) async throws(ClusterError) -> PromotionRecord? {
        let state = answer.records.first ?? [:]
        guard state["has_promotion"] == "t" else { return nil }
        if let stranger = state["stranger"] ?? nil { throw ClusterError(storeOf: stranger) }
        return try await send(PromotionStore.list).records.first.map { PromotionRecord(row: $0) }
    }

    /// What this access node has of the tables of a promotion.
    package func tables(of record: PromotionRecord) async throws(ClusterError) -> [PromotedTable] {
        try await send(PromotedTable.list(record)).records.map { PromotedTable(row: $0) }
    }

    /// Asks a node that is on its own, or may be, at the address at which it was a data node. It is known by the identity of
    /// its database, as it belongs to no cluster any more.
    ///
    /// - Parameter work: gets what the node tells of itself (``PromotionStore/standing``), too.
    package func asking<Answer>(
        promoted record: PromotionRecord, _ work: (any Link, [String: String?]) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        guard var node = try await nodes().first(where: { $0.name == record.node }) else {
            throw ClusterError(
                "\(record.node) is promoted, and its entry was deleted: there is no way to it from here",
                node: record.node, remedy: "'migrate finish all --drop-old' ends it; there is no way back")
        }
        node.database = record.database
        return try await asking(ServerAddress(node)) { link throws(ClusterError) in
            let row = try await send(PromotionStore.standing, on: link, node: record.node).records.first ?? [:]
            guard row["uuid"] == .some(record.nodeIdentity) else {
                throw ClusterError(
                    "the database \(record.database) at its address is not that of \(record.node)", kind: .mismatched,
                    node: record.node, remedy: "node show \(Quoting.word(record.node))")
            }
            return try await work(link, row)
        }
    }

    /// The same as the only session that promotes the node, takes that back, or ends it. Who was killed at a COMMIT there
    /// is waited for, and only then it is read what the node is: what it was before may change at any moment.
    ///
    /// - Parameter limit: how long the others are waited for.
    package func claiming<Answer>(
        _ record: PromotionRecord, waiting limit: Duration,
        _ work: (any Link, [String: String?]) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        try await asking(promoted: record) { link, _ throws(ClusterError) in
            do throws(ClusterError) {
                for statement in MigrationClaim.takeNode(waiting: limit) {
                    try await send(statement, on: link, node: record.node)
                }
            } catch {
                // lock_not_available
                guard error.sqlstate == "55P03" else { throw error }
                let holder = try await send(MigrationClaim.nodeHolder, on: link, node: record.node).value
                throw ClusterError(
                    "a session of \(record.node)\(holder.map { " (process \($0))" } ?? "") promotes it or takes that back, or was killed at its COMMIT, which goes on: nothing was changed",
                    node: record.node,
                    remedy: "again, when that session has ended; a COMMIT may wait for a standby that is gone")
            }
            let row = try await send(PromotionStore.standing, on: link, node: record.node).records.first ?? [:]
            return try await work(link, row)
        }
    }

    /// Changes what the access node has of a promotion, in one transaction, behind all that others were killed at.
    ///
    /// - Parameters:
    ///   - work: what is changed; it gets the record as it is now.
    /// - Throws: where it is another promotion by now, or none.
    @discardableResult
    package func changing<Answer>(
        _ record: PromotionRecord, _ work: (PromotionRecord) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        try await begin(.command)
        let answer: Answer
        do throws(ClusterError) {
            do throws(ClusterError) {
                for statement in PromotionStore.hold { try await send(statement) }
            } catch {
                switch error.sqlstate {
                // undefined_table
                case "42P01": throw .notThatPromotion(record)
                // lock_not_available
                case "55P03":
                    throw ClusterError(
                        "a session of the access node is at work on the promotion of \(record.node), or was killed at its COMMIT, which goes on",
                        remedy: "again, when that session has ended; a COMMIT may wait for a standby that is gone")
                default: throw error
                }
            }
            let row = try await send(PromotionStore.list).records.first
            guard let now = row.map({ PromotionRecord(row: $0) }), now.isSame(as: record) else {
                throw .notThatPromotion(record)
            }
            answer = try await work(now)
        } catch {
            await rollBack()
            throw error
        }
        try await commit()
        return answer
    }

    /// Runs statements in one transaction on such a node.
    package func together(_ statements: [SQL], on link: any Link, of node: String) async throws(ClusterError) {
        for statement in [.begin] + statements + ["COMMIT"] { try await send(statement, on: link, node: node) }
    }
}

extension ClusterError {
    package static func notThatPromotion(_ record: PromotionRecord) -> ClusterError {
        ClusterError(
            "the promotion of \(record.node) was taken back or ended by another session meanwhile", node: record.node,
            remedy: "migrate status")
    }
}
