import ClusterAccess
import MultiNode
import Postgres

/// The copying of one chunk, over a connection to the node that it is read from and one to the target.
///
/// All that it does on the target is one transaction. It commits only when both sides came to the same, so that a chunk
/// that is there is a chunk that was compared, as far as it is to be: what was not is on record as that.
struct ChunkTransfer {
    private let chunk: SourceChunk
    private let node: String
    private let before: MigratedChunk?
    private let site: ClusterMigrationSite
    private let source: any Link
    private let link: any Link
    private let reached: @Sendable (TransferStage) -> Void
    private let reading: ChunkReading
    private let writing: TargetWriting

    init(
        _ chunk: SourceChunk, from node: String, since before: MigratedChunk?, on site: ClusterMigrationSite,
        _ source: any Link, _ link: any Link, _ reached: @escaping @Sendable (TransferStage) -> Void
    ) {
        self.chunk = chunk
        self.node = node
        self.before = before
        self.site = site
        self.source = source
        self.link = link
        self.reached = reached
        reading = ChunkReading(chunk.name, on: node, site.cluster, source)
        writing = TargetWriting(chunk, in: site.table)
    }

    private var cluster: Cluster { site.cluster }

    /// - Parameter readsFirst: whether the node may have what was copied: then its rows are read before anything is done.
    func carryOut(readsFirst: Bool) async throws(ClusterError) -> CopyAnswer {
        let (facts, snapshot) = try await reading.begin()
        for statement in [.begin, SourceReading.settings] { try await write(statement) }
        // In place a crash loses rows and record together, or neither: what exchanges the names is behind them in the log
        // of the same server, and its COMMIT waits for that.
        if site.target.isInPlace { try await write("SET LOCAL synchronous_commit = off") }
        try await site.requireCopying(on: link)
        let rows = try await write(MigratedChunk.take(chunk.id, ofCluster: site.migration.cluster)).records
        let record = rows.first.map { MigratedChunk(row: $0) }
        guard let record, record.state != .copied || record == before else {
            try await write("ROLLBACK")
            try await read("ROLLBACK")
            return record == nil ? .taken : .found
        }
        if readsFirst, let digest = try await unchanged(facts, since: record) {
            try await read("ROLLBACK")
            try await reading.keep(snapshot)
            let seen = record.seen(
                ofCluster: site.migration.cluster, on: snapshot, marked: site.marks?.mark(of: record), digest,
                by: hash.formula)
            try await write(seen)
            try await write("COMMIT")
            return .same
        }
        let form = form(of: facts, over: record)
        let dropped = form == .refilled ? nil : record.target
        if dropped != nil { try await write(TargetWriting.takeTurn) }
        let kept = try await keepRows(of: record)
        if let dropped { try await write(TargetWriting.drop(dropped)) }
        let filled = try await fill(form, facts, record.target)
        reached(.filled)
        let digest = try await prove(facts, filled.rows)
        reached(.proved)
        try await read("ROLLBACK")
        try await reading.keep(snapshot)
        if form == .staged || form == .expanded, writing.hasStage {
            for statement in writing.attaching { try await write(statement) }
        }
        if form == .expanded { try await write(writing.compress) }
        try await write(
            MigratedChunk.copied(
                chunk, as: writing.stage, ofCluster: site.migration.cluster, from: snapshot,
                marked: site.marks?.mark(of: record), digest, by: digest.hash == nil ? nil : hash.formula,
                bytes: filled.bytes,
                isCompressed: facts.compressed != nil, isCarried: form == .carried))
        try await write("COMMIT")
        return .copied(
            CopiedChunk(
                name: chunk.name, node: node, rows: digest.rows, bytes: filled.bytes, wasCarried: form == .carried,
                kept: kept))
    }

    /// What the rows come to where they are those that were copied. Those of the copy are read only where nobody had summed them up.
    ///
    /// - Returns: nil where they are not, or that can't be told.
    private func unchanged(
        _ facts: SourceFacts, since record: MigratedChunk
    ) async throws(ClusterError) -> RowDigest? {
        guard record.state == .copied, let target = record.target, record.isThere, record.hasForm(of: facts) else {
            return nil
        }
        let now = try await reading.digest(hash, facts).get()
        guard now.rows == record.rows, now.outside == 0 else { return nil }
        if record.formula == hash.formula, let checksum = record.checksum {
            return now.hash == checksum ? now : nil
        }
        let copy = try await written(target, hash, countsOnly: false).get()
        return copy.rows == now.rows && copy.hash == now.hash ? now : nil
    }

    /// Keeps what is there and the node has not, as far as the node may have lost it, or never had it: replicas of a chunk may differ,
    /// and the one that is there was compared with another than this; a node that was started since may have gone back, as where a
    /// standby or a backup has taken its place; and what others have written there nobody has compared. Rows as they were before they were changed or
    /// deleted at the source are among these: nobody can tell them from others.
    ///
    /// - Throws: where somebody has put rows there that nothing else has, or what is to be kept can't be.
    private func keepRows(of record: MigratedChunk) async throws(ClusterError) -> KeptTable? {
        guard let target = record.target, let question = TargetLook.standing(of: record) else { return nil }
        // What is there is about to go, and nobody adds to it any more.
        try await write(Migration.hold(target))
        let standing = TargetLook.Standing(row: try await write(question).records.first ?? [:])
        try site.refuse(standing, of: target, "copied anew")
        guard let was = record.node else { return nil }
        if was == node, !standing.isWritten, site.marks?.hasGoneBack(since: record) != true,
            try await ChangeQuery.goneBack(read(ChangeQuery.goneBack(among: [record])).records).isEmpty
        {
            return nil
        }
        let keeping = RowsKeeping(site: site, chunk: chunk, node: node, hash: hash, source: source, link: link)
        return try await keeping.keep(target, from: was)
    }

    /// How the rows come to the target.
    private enum Form {
        /// Into a table that becomes the chunk once it is proved.
        case staged
        /// The same, and the target compresses the chunk.
        case expanded
        /// As they are compressed.
        case carried
        /// Into the chunk that is there, emptied.
        case refilled
    }

    private func form(of facts: SourceFacts, over record: MigratedChunk) -> Form {
        guard let compressed = facts.compressed else {
            let fits = record.target == writing.stage && record.isThere && !record.isCompressedThere
            return fits && writing.mayRefill ? .refilled : .staged
        }
        guard site.table.compressedTable != nil else { return .staged }
        let names = facts.compressedColumns.map(\.name) + [compressed.schema ?? "", compressed.name]
        let servers = [source.info.serverVersion, link.info.serverVersion]
        guard writing.takesCompressedRows(of: facts), site.form(isBinary: true).takes(names, servers: servers)
        else { return .expanded }
        return .carried
    }

    // MARK: Writing

    private func fill(
        _ form: Form, _ facts: SourceFacts, _ old: TableName?
    ) async throws(ClusterError) -> (bytes: Int, rows: Int) {
        switch form {
        case .staged, .expanded:
            for statement in writing.hasStage ? writing.createStage : [writing.createChunk] {
                try await write(statement)
            }
            let isOnly = facts.compressed == nil
            return try await writing.hasStage
                ? pipe(rows(of: facts.chunk, isOnly: isOnly), writing.copy(into: writing.stage, as: copyForm), copyForm)
                : fill(writing.stage, facts, isOnly: isOnly)
        case .refilled:
            let name = old ?? writing.stage
            try await write(TargetWriting.truncate(name))
            return try await fill(name, facts, isOnly: true)
        case .carried: return try await carry(facts)
        }
    }

    /// Copies rows into a chunk that has its triggers already.
    private func fill(
        _ name: TableName, _ facts: SourceFacts, isOnly: Bool
    ) async throws(ClusterError) -> (bytes: Int, rows: Int) {
        if site.table.hasTriggers { try await write(TargetWriting.triggersOff) }
        let filled = try await pipe(
            rows(of: facts.chunk, isOnly: isOnly), writing.copy(into: name, as: copyForm), copyForm)
        if site.table.hasTriggers { try await write(TargetWriting.triggersOn) }
        return filled
    }

    private func carry(_ facts: SourceFacts) async throws(ClusterError) -> (bytes: Int, rows: Int) {
        for statement in writing.createCompressedStage(facts) { try await write(statement) }
        guard let compressed = facts.compressed else { return (0, 0) }
        let columns = facts.compressedColumns.map(\.name)
        let binary = site.form(isBinary: true)
        var filled = try await pipe(
            SourceReading.copy(compressed, columns, isOnly: true, as: binary),
            writing.copyCompressed(facts, as: binary), binary)
        try await write(writing.attachCompressed(facts))
        // What went over were batches of rows. Whoever compares counts the rows anyway.
        if site.proof == .none {
            filled.rows = try await read(SourceReading.count(facts)).value.flatMap { Int($0) } ?? 0
        }
        guard try await read(SourceReading.hasUncompressedRows(facts.chunk)).value == "t" else { return filled }
        try await write(writing.createBesides)
        filled.bytes += try await pipe(
            rows(of: facts.chunk, isOnly: true), writing.copyBesides(as: copyForm), copyForm
        ).bytes
        for statement in writing.insertingBesides { try await write(statement) }
        return filled
    }

    private func rows(of name: TableName, isOnly: Bool) -> SQL {
        SourceReading.copy(name, site.table.copiedColumns, isOnly: isOnly, as: copyForm)
    }

    /// That of rows that are not compressed.
    private var copyForm: CopyForm {
        site.form(isBinary: site.table.takesBinary(fromServer: source.info.serverVersion))
    }

    private func pipe(
        _ query: SQL, _ copy: SQL, _ form: CopyForm
    ) async throws(ClusterError) -> (bytes: Int, rows: Int) {
        try await cluster.pipe(
            query, on: source, of: node, into: copy, on: link, of: site.target.node, as: form
        ) { bytes in
            reached(.moved(bytes))
        }
    }

    // MARK: Proving

    private var hash: RowHash {
        RowHash(site.table.columns, servers: [source.info.serverVersion, link.info.serverVersion])
    }

    /// - Parameter filled: how many rows have gone over, where they are not counted again.
    private func prove(_ facts: SourceFacts, _ filled: Int) async throws(ClusterError) -> RowDigest {
        if site.proof == .none { return RowDigest(rows: filled, hash: nil) }
        let countsOnly = site.proof == .counts
        // Both are read at the same time.
        async let read = reading.digest(hash, facts, countsOnly: countsOnly)
        let written = await written(writing.stage, hash, countsOnly: countsOnly)
        let (one, other) = (try await read.get(), try written.get())
        guard one.rows == other.rows, one.hash == other.hash else {
            throw ClusterError(
                "the copy of \(chunk.name.shownName) is not what \(node) has: \(other.rows) rows of \(one.rows)\(one.rows == other.rows ? ", with another sum of hashes" : "")"
            )
        }
        guard one.outside == 0 else {
            throw ClusterError(
                "\(one.outside) rows of \(chunk.name.shownName) on \(node) are outside of its range: no query with a condition on the time would find them in a hypertable",
                node: node)
        }
        return one
    }

    private func written(
        _ table: TableName, _ hash: RowHash, countsOnly: Bool
    ) async -> Result<RowDigest, ClusterError> {
        do throws(ClusterError) {
            try await write(SourceReading.path)
            let result = try await write(hash.digest(of: table, countsOnly: countsOnly))
            try await write(SourceReading.usualPath)
            return .success(RowDigest(row: result.records.first ?? [:]))
        } catch {
            return .failure(error)
        }
    }

    // MARK: Statements

    @discardableResult
    private func read(_ sql: SQL) async throws(ClusterError) -> QueryResult {
        try await cluster.send(sql, on: source, node: node)
    }

    @discardableResult
    private func write(_ sql: SQL) async throws(ClusterError) -> QueryResult {
        try await cluster.send(sql, on: link, node: site.target.node)
    }
}
