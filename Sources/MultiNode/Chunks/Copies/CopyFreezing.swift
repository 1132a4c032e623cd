/// Writing the rows of a new copy of a chunk anew so that every transaction sees them, also one that is older than they are.
///
/// TimescaleDB begins a transaction on a data node with REPEATABLE READ when it first reads there. Whoever has read the node before
/// the copy was there would find no row in it as soon as it is the one that is read. Rows that COPY puts with FREEZE into a table
/// that its transaction has emptied are frozen, and seen whatever the snapshot (PostgreSQL manual, COPY).
package enum CopyFreezing {
    /// How long a row takes to be read, sent and written again, with its indexes, on a busy server.
    private static let perRow: Duration = .microseconds(10)
    private static let atLeast: Duration = .milliseconds(100)

    /// About as long as it takes.
    package static func time(_ rows: Int) -> Duration { atLeast + perRow * rows }

    /// For the node of the copy, behind BEGIN and ``CopyQuestion/settings``: nobody reads or writes the copy from then on, and no
    /// trigger hears of what is written, as none has heard of the copying.
    ///
    /// - Parameters:
    ///   - wait: how long others there are waited for.
    ///   - limit: for each statement.
    package static func beginning(_ chunk: TableName, waiting wait: Duration, within limit: Duration) -> [SQL] {
        [
            DurableCommit.ofTransaction, "SET LOCAL session_replication_role = replica",
            "SET LOCAL lock_timeout = \(literal: milliseconds(wait))", ending(within: limit),
            "LOCK TABLE \(qualified: chunk) IN ACCESS EXCLUSIVE MODE",
        ]
    }

    /// For the node of the copy, in that transaction: by what it is known there: `pid` and `began`.
    package static let known: SQL =
        "SELECT pg_catalog.pg_backend_pid() AS pid, extract(epoch FROM pg_catalog.now()) AS began"

    /// For the node of the copy, over another connection, which it keeps busy: ends that transaction where it is still open then. A server
    /// that waits for the rows of a COPY hears neither of a time limit nor of a cancellation, but of its end alone, and everybody
    /// who writes to the chunk would wait with it for a client that was stopped.
    ///
    /// - Parameter row: what ``known`` has told.
    package static func guarding(_ row: [String: String?], for limit: Duration) -> SQL? {
        let row = Row(row)
        guard let pid = row.optionalInteger("pid"), let began = row["began"] else { return nil }
        let body: SQL = """
            BEGIN
              PERFORM pg_catalog.pg_sleep(\(literal: milliseconds(limit)) / 1000.0);
              PERFORM pg_catalog.pg_terminate_backend(a.pid) FROM pg_catalog.pg_stat_activity a
               WHERE a.pid = \(literal: pid) AND extract(epoch FROM a.xact_start) = \(literal: began)::pg_catalog.numeric;
            END
            """
        return "DO \(literal: body.inlined)"
    }

    /// For that connection, before: the guard has the time that it needs.
    package static let guardSettings: SQL = "SELECT pg_catalog.set_config('statement_timeout', '0', false)"

    /// For either node, in its transaction: the server ends what takes longer, also where its client has fallen silent.
    package static func ending(within limit: Duration) -> SQL {
        """
        SELECT pg_catalog.set_config('statement_timeout', \(literal: String(milliseconds(limit))), true),
               pg_catalog.set_config('idle_in_transaction_session_timeout', \(literal: String(milliseconds(limit))), true)
        """
    }

    /// For the node of the copy's source, in its transaction: rows are read in the order in which they stand there, as they were copied.
    /// TimescaleDB finds a row of all copies by its place in one.
    package static let inOrder: SQL = """
        SELECT pg_catalog.set_config('synchronize_seqscans', 'off', true),
               pg_catalog.set_config('max_parallel_workers_per_gather', '0', true)
        """

    /// For the node of the copy.
    package static func emptying(_ chunk: TableName) -> SQL { "TRUNCATE \(qualified: chunk)" }

    /// For the node of the copy's source.
    package static func reading(_ chunk: TableName, _ shape: RowShape, as form: CopyForm) -> SQL {
        let columns = shape.writable.map { "x.\(identifier: $0)" as SQL }.joined(separator: ", ")
        return "COPY (SELECT \(raw: columns) FROM \(qualified: chunk) x) TO STDOUT WITH (\(raw: form.options))"
    }

    /// For the node of the copy.
    package static func writing(_ chunk: TableName, _ shape: RowShape, as form: CopyForm) -> SQL {
        let columns = shape.writable.map { "\(identifier: $0)" as SQL }.joined(separator: ", ")
        return "COPY \(qualified: chunk) (\(raw: columns)) FROM STDIN WITH (FREEZE, \(raw: form.options))"
    }

    private static func milliseconds(_ time: Duration) -> Int { max(1, Int(time / .milliseconds(1))) }
}
