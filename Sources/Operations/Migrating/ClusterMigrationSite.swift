package import ClusterAccess
package import MultiNode
import Postgres

/// The chunks of one migration, on real servers.
package struct ClusterMigrationSite: MigrationSite {
    /// How far a copy is proved.
    package enum Proof: String, Sendable { case rows, counts, none }

    let cluster: Cluster
    let target: MigrationTarget
    let migration: Migration
    let table: TargetTable
    /// Of both databases.
    let encoding: String
    let proof: Proof
    let links: MigrationLinks
    /// Those of the access node; nil where it is the target.
    var marks: AccessNodeMarks?

    func form(isBinary: Bool) -> CopyForm { CopyForm(isBinary: isBinary, encoding: encoding) }

    package func record(of chunk: Int) async throws(ClusterError) -> MigratedChunk? {
        try await links.writing { link throws(ClusterError) in
            let query = MigratedChunk.list(of: [migration.sourceID], ofCluster: migration.cluster)
            let rows = try await cluster.send(query, on: link, node: target.node, timeout: .seconds(30)).records
            return rows.map { MigratedChunk(row: $0) }.first { $0.sourceID == chunk }
        }
    }

    package func note(_ error: ClusterError, of chunk: Int) async {
        _ = try? await links.writing { link throws(ClusterError) in
            let statement = MigratedChunk.failed(chunk, ofCluster: migration.cluster, because: error.message)
            try await cluster.send(statement, on: link, node: target.node, timeout: .seconds(10))
        }
    }

    package func isThere(_ chunk: SourceChunk) async throws(ClusterError) -> Bool {
        try await cluster.send(SourceChunk.isThere(chunk.id)).value == "t"
    }

    package func remove(_ chunk: MigratedChunk) async throws(ClusterError) {
        let marks = try await cluster.accessNodeMarks(for: target)?.known
        let (lost, failures) = try await cluster.lostSources(among: [chunk], marks: marks)
        if let failure = failures.first { throw failure }
        if let loss = lost[chunk.sourceID] {
            throw .hasOnlyCopies(KeptCopies(migration: migration, chunks: [(chunk, loss)]), target)
        }
        try await links.writing { link throws(ClusterError) in
            try await cluster.send(.begin, on: link, node: target.node)
            try await requireCopying(on: link)
            // Between two looks the source may have got it, and another one copied it.
            let take = MigratedChunk.take(chunk.sourceID, ofCluster: migration.cluster)
            let now = try await cluster.send(take, on: link, node: target.node).records.first
            guard now.map({ MigratedChunk(row: $0) }) == chunk,
                try await cluster.send(SourceChunk.isThere(chunk.sourceID)).value == "f"
            else {
                throw ClusterError(
                    "\(chunk.source.shownName) is not what it was a moment ago: it stays", remedy: "again")
            }
            if chunk.target != nil { try await cluster.send(TargetWriting.takeTurn, on: link, node: target.node) }
            if let copy = chunk.target, let question = TargetLook.standing(of: chunk) {
                try await cluster.send(Migration.hold(copy), on: link, node: target.node)
                let answer = try await cluster.send(question, on: link, node: target.node).records.first
                try refuse(TargetLook.Standing(row: answer ?? [:]), of: copy, "dropped, as it was at the source,")
            }
            var statements = [MigratedChunk.remove(chunk.sourceID, ofCluster: migration.cluster)]
            if let name = chunk.target { statements = [TargetWriting.drop(name)] + statements }
            for statement in statements + ["COMMIT"] {
                try await cluster.send(statement, on: link, node: target.node)
            }
        }
    }

    /// - Parameter become: what becomes of an empty one.
    /// - Throws: where somebody has put rows into a copy that nothing else has.
    func refuse(_ standing: TargetLook.Standing, of copy: TableName, _ become: String) throws(ClusterError) {
        let added = standing.added
        if added <= 0 { return }
        let statement = "TRUNCATE TABLE \(copy.quoted)"
        throw ClusterError(
            "\(migration.target.shownName) has \(added) \(added == 1 ? "row" : "rows") in \(copy.shownName) that were not copied there, and are nowhere else",
            node: target.node,
            remedy: "look at them there; where nobody needs them, empty the chunk, which is \(become) then: "
                + (target.isInPlace ? "sql \(statement)" : "on the target, \(statement)"))
    }

    package func clear(_ stray: TableName) async throws(ClusterError) {
        try await links.writing { link throws(ClusterError) in
            try await cluster.send(.begin, on: link, node: target.node)
            try await requireCopying(on: link)
            for statement in [AllRows.ofTransaction, TargetWriting.takeTurn, Migration.hold(stray)] {
                try await cluster.send(statement, on: link, node: target.node)
            }
            if try await cluster.send(StrayChunk.hasRows(stray), on: link, node: target.node).value == "t" {
                throw ClusterError(
                    "\(migration.target.shownName) has rows in \(stray.shownName) that were not copied from \(migration.source.shownName)",
                    node: target.node,
                    remedy: "look at them there; where nobody needs them: sql DELETE FROM \(stray.quoted)")
            }
            for statement in [TargetWriting.drop(stray), "COMMIT"] {
                try await cluster.send(statement, on: link, node: target.node)
            }
        }
    }

    /// Keeps the migration from being cut over, or taken back, until the transaction ends.
    ///
    /// - Throws: where it is already.
    func requireCopying(on link: any Link) async throws(ClusterError) {
        guard try await cluster.send(migration.keepCopying, on: link, node: target.node).rows.isEmpty else { return }
        throw ClusterError(
            "the migration of \(migration.source.shownName) was cut over or taken back meanwhile, or one of both was stopped in its middle",
            remedy: "'migrate status' tells")
    }

    package func copy(
        _ chunk: SourceChunk, from node: String, since before: MigratedChunk?, readsFirst: Bool,
        reached: @escaping @Sendable (TransferStage) -> Void
    ) async throws(ClusterError) -> CopyAnswer {
        try await links.asking(node) { source throws(ClusterError) in
            try await links.writing { link throws(ClusterError) in
                let transfer = ChunkTransfer(chunk, from: node, since: before, on: self, source, link, reached)
                return try await transfer.carryOut(readsFirst: readsFirst)
            }
        }
    }
}
