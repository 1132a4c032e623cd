import ClusterAccess
import MultiNode

extension ClusterError {
    /// - Parameter isInPlace: whether rows can be copied back.
    static func wasWritten(_ migration: Migration, _ written: WrittenSince, isInPlace: Bool) -> ClusterError {
        let name = Quoting.word(migration.source.shownName)
        let gone = written.onlyHere
        let lost =
            gone == 0
            ? ""
            : ", \(gone) of which \(migration.aside.shownName) has not any more: their rows are in the new table alone"
        let counted = { (count: Int) in count == 1 ? "1 chunk" : "\(count) chunks" }
        let otherwise = written.otherwiseThere
        let new = written.chunks.count - otherwise
        let what =
            (new == 0
                ? [] : ["\(migration.source.shownName) was written since the cut-over, in \(counted(new))\(lost)"])
            + (otherwise == 0
                ? []
                : [
                    "\(migration.aside.shownName) has not any more what was copied from it, in \(counted(otherwise)), as where a data node was put back to an older state: what is missing there is in the new table alone"
                ])
            + written.aggregates.map { "\($0.toldSince)" }
        let copy = migration.target.shownName
        let leaves = written.aggregates.isEmpty ? "leaves it in \(copy)" : "leaves it in \(copy) and what is over it"
        let back = written.aggregates.isEmpty ? "the old table" : "the old table, and what is over it"
        return ClusterError(
            "\(what.joined(separator: "; ")): all is as it was",
            remedy: (isInPlace ? "'migrate undo \(name) --copy-back' puts that into \(back); " : "")
                + "'migrate undo \(name) --lose-new-rows' \(leaves)"
                + (isInPlace ? "" : " on the target, from where pg_dump or COPY can fetch it"))
    }

    /// - Parameter found: what an earlier undo, or whoever has dropped its raw rows, has left on another server.
    static func wouldLose(_ found: WrittenAggregate, _ target: MigrationTarget) -> ClusterError {
        ClusterError(
            "\(found.new.name.shownName) on the target has \(found.told), which would be lost with it: it is as it was",
            node: target.node,
            remedy:
                "keep it there, as by CREATE TABLE … AS TABLE \(found.new.name.quoted), and then, on the target, DROP MATERIALIZED VIEW \(found.new.name.quoted)"
        )
    }

    /// - Parameter chunks: of the old table.
    static func areCompressed(_ chunks: [TableName], _ migration: Migration) -> ClusterError {
        let names = chunks.map(\.shownName)
        let statements = chunks.map { "sql SELECT decompress_chunk('\($0.quoted)', true)" }
        return ClusterError(
            "\(names.listed), into which rows of \(migration.aside.shownName) are to be copied back, \(names.count == 1 ? "is" : "are") compressed: all is as it was",
            remedy: (chunks.count > 20 ? [decompression(of: migration)] : statements).joined(separator: "; ")
                + "; then again")
    }

    /// - Parameter nodes: that are marked unavailable, and have copies of the chunk.
    static func lacksNodes(_ nodes: [String], of chunk: TableName) -> ClusterError {
        ClusterError(
            "\(chunk.shownName) would keep on \(nodes.listed) what is to be replaced there: all is as it was",
            node: nodes.count == 1 ? nodes[0] : nil,
            remedy: "node enable \(nodes.map(Quoting.word).joined(separator: " ")); then again")
    }

    /// The error where nothing can be deleted because a chunk was compressed meanwhile, or on its node alone: in the words of
    /// 2.13, and of 2.9.
    func ofCompressedRows(_ migration: Migration) -> ClusterError {
        guard message.contains("transparent decompression") || message.contains("as it is compressed") else {
            return self
        }
        return ClusterError(
            "a chunk of \(migration.aside.shownName) into which rows are to be copied back is compressed: all is as it was",
            remedy: "\(Self.decompression(of: migration)); then again")
    }

    private static func decompression(of migration: Migration) -> String {
        "sql SELECT decompress_chunk(c, true) FROM show_chunks('\(migration.aside.quoted)') c"
    }

    /// The error where a chunk that was written to may also lack rows, which the old table has: it is not to replace these.
    static func uncompared(_ count: Int, _ migration: Migration) -> ClusterError {
        let chunks = count == 1 ? "1 chunk" : "\(count) chunks"
        let name = Quoting.word(migration.source.shownName)
        return ClusterError(
            "\(chunks) of \(migration.target.shownName) differ, and nobody had compared them before the cut-over: what was written can't be told from what the copy may lack; nothing is copied back",
            remedy:
                "'migrate undo \(name) --lose-new-rows' takes the cut-over back, and leaves the new table with all that is in it"
        )
    }

    /// - Parameter columns: that only one of the two tables has.
    static func hasOtherColumns(_ columns: [String], _ migration: Migration) -> ClusterError {
        let name = Quoting.word(migration.source.shownName)
        return ClusterError(
            "\(migration.source.shownName) and \(migration.aside.shownName) have not the same columns any more (\(columns.listed)): nothing is copied back",
            remedy:
                "change them back; or 'migrate undo \(name) --lose-new-rows' takes the cut-over back, and leaves the new table with all that is in it"
        )
    }

    static func differsAfterCopy(_ migration: Migration) -> ClusterError {
        ClusterError(
            "the rows that were put into \(migration.aside.shownName) are not those of the new table: all is undone",
            remedy: "a trigger or a default may have changed them; 'migrate verify' looks at both tables")
    }

    static let cannotCopyBack = ClusterError(
        "rows are not copied back from another server",
        remedy: "--lose-new-rows leaves them there, and pg_dump or COPY can fetch them")

    /// - Parameter others: what somebody has made over the copy.
    static func keepingCopy(
        _ migration: Migration, _ others: [OldDependent], _ target: MigrationTarget
    ) -> ClusterError {
        let drops = others.compactMap(\.drop).map { target.isInPlace ? "sql \($0)" : $0 }.joined(separator: "; ")
        let rest = others.filter { $0.drop == nil }.map(\.name)
        return ClusterError(
            "what the migration has not made hangs on the copy \(migration.target.shownName): \(others.map(\.name).listed); the copy stays, and the migration goes on",
            node: target.node,
            remedy: (drops.isEmpty ? "" : target.isInPlace ? "\(drops); " : "on the target: \(drops); ")
                + (rest.isEmpty ? "" : "\(rest.listed) \(rest.count == 1 ? "has" : "have") to be dropped by hand; ")
                + "then: migrate undo \(Quoting.word(migration.source.shownName))")
    }
}

extension WrittenAggregate {
    /// As of a message.
    package var told: String {
        "\(rows == 1 ? "1 row" : "\(rows) rows") of times whose raw rows are gone, which the old one has not, or has otherwise"
    }

    /// Behind the name of its table.
    fileprivate var toldSince: String { "its continuous aggregate \(new.name.shownName) has \(told)" }
}
