/// Why copies with the same rows have not the same status, by what the access node has of the chunk, on which it depends
/// what makes them agree.
package enum CopyRestating: Sendable, Hashable {
    /// The access node does not know of rows that were added, as its nodes do.
    case rowsUnnoted
    /// It knows of rows that were added since the chunk was compressed.
    case rowsAdded
    /// It knows of none.
    case compression

    /// Why no copy could be proved that had all rows and the status of its source; nil where one could.
    ///
    /// - Parameters:
    ///   - source: the status of the source's copy.
    ///   - keepsStatus: whether a copy gets it.
    package init?(_ standing: ChunkStanding, source: String?, keepsStatus: Bool) {
        if standing.lacks(source) {
            self = .rowsUnnoted
        } else if !standing.covers(source) {
            self = .compression
        } else if !keepsStatus, ChunkStanding.notesAddedRows(source) {
            self = .rowsAdded
        } else {
            return nil
        }
    }

    /// What is so with a chunk before anything is copied.
    package func text(of chunk: TableName, on source: String) -> String {
        let name = chunk.shownName
        return switch self {
        case .rowsUnnoted:
            "rows were added to \(name) as it was compressed, and the access node does not know of them, as \(source) does"
        case .rowsAdded:
            "rows were added to \(name) since it was compressed, of which this version of TimescaleDB loses sight in a copy"
        case .compression:
            "\(name) is compressed for one of the access node and \(source), and not for the other"
        }
    }

    /// What makes all agree, so that a copy can be proved.
    ///
    /// - Parameter table: the hypertable.
    package func remedy(_ chunk: TableName, of table: TableName) -> String {
        switch self {
        case .rowsAdded: Self.recompressing(chunk)
        case .rowsUnnoted: Self.realigning(chunk)
        case .compression: "'hypertable repair \(Quoting.word(table.description))' makes them agree; then run it again"
        }
    }

    /// What has the access node and its nodes agree on the status of a chunk again, where rows were added to it as it was
    /// compressed: for the access node there is nothing to recompress then.
    private static func realigning(_ chunk: TableName) -> String {
        let name = Quoting.literal(chunk.quoted)
        return
            "sql SELECT decompress_chunk(\(name), true); then run it again, and behind it: sql SELECT compress_chunk(\(name), true)"
    }

    /// What makes the status of a compressed chunk one that copies keep. Where rows are added all the time, only a chunk that
    /// is not compressed keeps it.
    private static func recompressing(_ chunk: TableName) -> String {
        let name = Quoting.literal(chunk.quoted)
        return "first sql CALL recompress_chunk(\(name)), then run it again; where rows are added to it all the time: "
            + "sql SELECT decompress_chunk(\(name)), and compress it again behind the move"
    }
}
