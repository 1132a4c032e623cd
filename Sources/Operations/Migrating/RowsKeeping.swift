import ClusterAccess
import MultiNode
import Postgres

/// The keeping of what a copy on the target has, and the node that it is copied anew from has not.
///
/// Both sides are read in parts. Of the parts that differ the hashes of the node's rows go over, and the target finds what it has
/// besides: so it takes no memory here, however many rows differ. All of it is in the transactions in which the chunk is copied.
struct RowsKeeping {
    let site: ClusterMigrationSite
    let chunk: SourceChunk
    let node: String
    let hash: RowHash
    /// To the node, and to the target.
    let source: any Link
    let link: any Link

    private var cluster: Cluster { site.cluster }

    /// - Parameters:
    ///   - copy: the chunk that is there, which nobody writes to until the transaction ends.
    ///   - was: the node that it was copied from.
    /// - Returns: nil where the node has all of its rows.
    /// - Throws: where they can't be kept.
    func keep(_ copy: TableName, from was: String) async throws(ClusterError) -> KeptTable? {
        let rows = try await find(in: copy)
        if rows == 0 { return nil }
        let aside = RowsAside(of: copy, hash, in: site.table)
        let note = KeptRows.Note(rows, of: chunk.name, in: site.migration.source, from: was, missingOn: node)
        let table = site.table.table
        guard let free = try await write(CopyAside.freeName(of: chunk.name, table)).value else {
            throw .cannotKeep(rows, of: copy, chunk.name, from: was, missingOn: node, site, because: nil)
        }
        let name = TableName(schema: table.schema, name: free)
        do throws(ClusterError) {
            for statement in aside.keep(as: name, note) { try await write(statement) }
        } catch {
            guard error.kind == .refused, !error.mayPass else { throw error }
            throw .cannotKeep(rows, of: copy, chunk.name, from: was, missingOn: node, site, because: error)
        }
        return KeptTable(name, rows: rows)
    }

    /// Finds the rows that the node has not, in the target's transaction, which has them until it ends.
    ///
    /// - Returns: how many they are.
    func find(in copy: TableName) async throws(ClusterError) -> Int {
        async let parts = partsOfSource()
        let own = await partsOfCopy(copy)
        let differing = RowsAside.differing(try own.get(), from: try await parts.get())
        if differing.isEmpty { return 0 }
        let form = site.form(isBinary: true)
        try await write(RowsAside.createHashes)
        _ = try await cluster.pipe(
            hash.hashes(of: chunk.name, in: differing, as: form), on: source, of: node,
            into: RowsAside.copyHashes(as: form), on: link, of: site.target.node, as: form)
        try await write(SourceReading.path)
        try await write(RowsAside(of: copy, hash, in: site.table).find(in: differing))
        try await write(SourceReading.usualPath)
        return try await write(RowsAside.count).value.flatMap { Int($0) } ?? 0
    }

    private func partsOfSource() async -> Result<[Int: CopyDigest], ClusterError> {
        do throws(ClusterError) {
            let rows = try await cluster.send(hash.parts(of: chunk.name), on: source, node: node).records
            return .success(Self.parts(rows))
        } catch {
            return .failure(error)
        }
    }

    private func partsOfCopy(_ copy: TableName) async -> Result<[Int: CopyDigest], ClusterError> {
        do throws(ClusterError) {
            try await write(SourceReading.path)
            let rows = try await write(hash.parts(of: copy)).records
            try await write(SourceReading.usualPath)
            return .success(Self.parts(rows))
        } catch {
            return .failure(error)
        }
    }

    private static func parts(_ rows: [[String: String?]]) -> [Int: CopyDigest] {
        if case .parts(let parts) = CopyQuestion.parts.reply(rows) { parts } else { [:] }
    }

    @discardableResult
    private func write(_ sql: SQL) async throws(ClusterError) -> QueryResult {
        try await cluster.send(sql, on: link, node: site.target.node)
    }
}

extension ClusterError {
    /// Rows that may be nowhere else stay where they are.
    fileprivate static func cannotKeep(
        _ rows: Int, of copy: TableName, _ chunk: TableName, from was: String, missingOn node: String,
        _ site: ClusterMigrationSite, because error: ClusterError?
    ) -> ClusterError {
        let reason = error?.summary ?? "there are a hundred such tables"
        let statement = "TRUNCATE TABLE \(copy.quoted)"
        var failure = ClusterError(
            "\(node) has not \(rows) \(rows == 1 ? "row" : "rows") of \(chunk.shownName) that were copied from \(was), and they could not be kept in a table beside \(site.migration.target.shownName): \(reason): the copy stays",
            node: site.target.node,
            remedy: "mend that; then again; where the rows of \(node) are right, empty the copy, and they are copied: "
                + (site.target.isInPlace ? "sql \(statement)" : "on the target, \(statement)"))
        failure.sqlstate = error?.sqlstate
        return failure
    }
}
