/// The statements that copy a chunk, decide which copies stay, and end the copying.
package enum ChunkCopySQL {
    /// The class of advisory locks that tell who works on which chunk, and on which hypertable: `tscl` in ASCII.
    private static let (chunks, tables) = (0x7473_636C, 0x7473_636D)

    /// For the access node: whether this session has the chunk to itself among all that move chunks with tscl, for as long
    /// as the session lives. NULL where the session is a pooler's, whose locks would outlive it.
    ///
    /// - Parameter process: of the session, as it was told when it was opened.
    package static func claim(_ chunk: Int, process: Int) -> SQL {
        """
        SELECT CASE WHEN pg_catalog.pg_backend_pid() = \(String(process), type: "int")
                    THEN pg_catalog.pg_try_advisory_lock(\(literal: chunks), \(String(chunk), type: "int")) END AS claimed
        """
    }

    /// Frees what the session has claimed, and takes back the name that a copy gave it: others see by it who is at work.
    package static let release: SQL = """
        SELECT pg_catalog.pg_advisory_unlock_all(), pg_catalog.set_config('application_name',
               (SELECT reset_val FROM pg_catalog.pg_settings WHERE name = 'application_name'), false)
        """

    /// One more copy. It can't be in a transaction.
    package static func copy(
        _ chunk: TableName, from source: String, to destination: String, as name: ChunkCopyName
    ) -> SQL {
        """
        CALL timescaledb_experimental.copy_chunk(\(literal: chunk.quoted)::pg_catalog.regclass, \
        \(literal: source)::pg_catalog.name, \(literal: destination)::pg_catalog.name, \
        \(literal: name.text)::pg_catalog.name)
        """
    }

    /// Lets a call that hangs end, also when nobody waits for it any more.
    package static func limit(_ limit: Duration) -> SQL {
        "SET statement_timeout = \(literal: Int(limit / .milliseconds(1)))"
    }

    /// Waits for those that write to the hypertable, and holds who comes to write; readers go on. Only the last of the statements lets anybody wait: before it, it is waited until nobody else decides
    /// about copies of the hypertable's chunks, which would deadlock. The server itself ends the hold where nobody does, and
    /// soon where its client falls silent.
    ///
    /// - Parameters:
    ///   - wait: how long those at work are waited for.
    ///   - limit: how long the hold may last.
    package static func hold(_ table: TableName, id: Int, waiting wait: Duration, within limit: Duration) -> [SQL] {
        let longest = milliseconds(limit + spare)
        return [
            DurableCommit.ofTransaction, "SET LOCAL statement_timeout = \(literal: milliseconds(longestQueue))",
            "SELECT pg_catalog.pg_advisory_xact_lock(\(literal: tables), \(literal: id))",
            lockTimeout(wait),
            "SET LOCAL statement_timeout = \(literal: longest)",
            "SET LOCAL idle_in_transaction_session_timeout = \(literal: milliseconds(longestSilence))",
            "LOCK TABLE ONLY \(qualified: table) IN SHARE MODE",
        ]
    }

    /// For a transaction that holds who writes to the hypertable: holds also who writes to one of its chunks by the chunk's own
    /// name, who locks nothing else. TimescaleDB has his UPDATE done on all copies at the place that the row has in the one
    /// that is read, and so to another row in a copy that was made anew.
    ///
    /// LOCK TABLE refuses a foreign table. This changes nothing, for no trigger of a user's is disabled on one, and takes SHARE
    /// ROW EXCLUSIVE (AlterTableGetLockLevel of PostgreSQL).
    ///
    /// Whoever has written to the chunk so and then waits to write to the hypertable would be the victim of a deadlock a second later:
    /// ``HeldSession/query(writingTo:of:)`` finds him before, ``HeldSession/query(behind:)`` meanwhile.
    ///
    /// - Parameter wait: how long those at work are waited for.
    package static func hold(chunk: TableName, waiting wait: Duration) -> [SQL] {
        [lockTimeout(wait), "ALTER FOREIGN TABLE \(qualified: chunk) ENABLE TRIGGER USER"]
    }

    /// For the same transaction, which drops the copy of a chunk on a node if it is equal to another: holds also who writes to it
    /// on the node itself, past the access node. The transaction's own drop waits for nobody who came behind it. It comes
    /// when nobody writes through the access node any more, and so never waits for one of those that wait for the hold.
    package static func hold(copyOf chunk: TableName, on nodes: [String], _ capabilities: Capabilities) -> SQL {
        DistributedExec.call("LOCK TABLE \(qualified: chunk) IN SHARE MODE", on: nodes, capabilities)
    }

    /// For the session of the access node that holds those who write: whether a COPY is among them. What a session runs that
    /// the role may not see counts as one.
    package static func hasWaitingCopies(_ table: TableName) -> SQL {
        """
        SELECT EXISTS (SELECT FROM pg_catalog.pg_locks l
                         JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid
                        WHERE l.locktype = 'relation' AND l.relation = \(literal: table.quoted)::pg_catalog.regclass
                          AND l.database = (SELECT d.oid FROM pg_catalog.pg_database d
                                             WHERE d.datname = pg_catalog.current_database())
                          AND NOT l.granted AND (a.state IS NULL OR a.query ~* '\\mcopy\\M'))
        """
    }

    /// For a transaction: how long it waits for a lock.
    package static func lockTimeout(_ wait: Duration) -> SQL {
        "SET LOCAL lock_timeout = \(literal: milliseconds(wait))"
    }

    /// How long others may decide about copies before.
    private static let longestQueue: Duration = .seconds(300)
    /// How much later than the client the server ends what takes too long.
    private static let spare: Duration = .seconds(5)

    /// How long the server hears nothing of a client that holds others, until it undoes the transaction and ends the session:
    /// one that is frozen, or cut off, is not to keep writers waiting. An idle session is ended so without harm, with parts
    /// on data nodes, too (seen with TimescaleDB 2.9.3 and 2.13.1, 42 times each).
    package static let longestSilence: Duration = .milliseconds(1500)

    private static func milliseconds(_ time: Duration) -> Int { max(1, Int(time / .milliseconds(1))) }

    /// The access node refuses it for the last copy.
    package static func drop(_ chunk: TableName, on node: String, _ capabilities: Capabilities) -> SQL {
        """
        SELECT \(raw: capabilities.internalFunction("chunk_drop_replica"))(\
        \(literal: chunk.quoted)::pg_catalog.regclass, \(literal: node)::pg_catalog.name)
        """
    }

    /// Has the access node read another copy of a chunk where it reads that on a node. Else TimescaleDB takes the first that
    /// is left when that one is dropped, whether somebody has compared it or not.
    package static func read(
        _ chunk: TableName, on successor: String, insteadOf node: String, _ capabilities: Capabilities
    ) -> SQL {
        """
        SELECT \(raw: capabilities.internalFunction("set_chunk_default_data_node"))(\
        f.ftrelid::pg_catalog.regclass, \(literal: successor)::pg_catalog.name)
          FROM pg_catalog.pg_foreign_table f JOIN pg_catalog.pg_foreign_server s ON s.oid = f.ftserver
         WHERE f.ftrelid = \(literal: chunk.quoted)::pg_catalog.regclass AND s.srvname = \(literal: node)
        """
    }

    /// For the access node: breaks off what a session that holds does with a chunk, and not what comes behind it.
    package static func breaking(_ process: Int, chunk: TableName) -> SQL {
        """
        SELECT pg_catalog.pg_cancel_backend(a.pid) FROM pg_catalog.pg_stat_activity a
         WHERE a.pid = \(String(process), type: "int") AND a.state = 'active'
           AND pg_catalog.strpos(a.query, \(chunk.name, type: "text")) > 0
        """
    }

    /// Makes open sessions write to a new copy, too: what they know of the chunk they know from before. Its warning that
    /// chunks lack copies, which it gives for each one that gets its own, is not heard.
    ///
    /// - Parameter id: in the catalog of the access node.
    package static func renewWriters(of table: TableName, id: Int, _ capabilities: Capabilities) -> SQL {
        """
        SELECT pg_catalog.set_config('client_min_messages', 'error', true),
               \(raw: capabilities.function("set_replication_factor"))(\
        \(literal: table.quoted)::pg_catalog.regclass,
               (SELECT replication_factor::int FROM _timescaledb_catalog.hypertable WHERE id = \(literal: id)))
        """
    }

    /// Makes the plans anew that open sessions have prepared: they would fail for ever.
    package static func renewPlans(of chunk: TableName, owner: String) -> SQL {
        "GRANT SELECT ON \(qualified: chunk) TO \(identifier: owner)"
    }

    /// Deletes the record of a copy, and nothing else, in the transaction that decides about the copy; it takes a superuser.
    package static func delete(_ operation: String) -> SQL {
        """
        DELETE FROM _timescaledb_catalog.chunk_copy_operation
         WHERE operation_id = \(literal: operation)::pg_catalog.name
        """
    }

    /// Removes the record of a copy that is complete; of one that is not, also what it left.
    package static func forget(_ operation: String) -> SQL {
        "CALL timescaledb_experimental.cleanup_copy_chunk_operation(\(literal: operation)::pg_catalog.name)"
    }

    // MARK: Compressed chunks

    /// For a data node: the table that holds a chunk's compressed rows; no row where there is none.
    package static func compressedTable(of chunk: TableName) -> SQL {
        """
        SELECT k.schema_name AS schema, k.table_name AS name
          FROM _timescaledb_catalog.chunk c
          JOIN _timescaledb_catalog.chunk k ON k.id = c.compressed_chunk_id
         WHERE c.schema_name = \(chunk.schema ?? "", type: "name") AND c.table_name = \(chunk.name, type: "name") AND NOT c.dropped
        """
    }

    /// For a data node: gives that table a name that no other node gives. Their own names count from 1 on each node.
    ///
    /// - Parameter id: of the chunk, in the catalog of the access node.
    /// - Returns: nil if it has that name.
    package static func rename(_ compressed: TableName, ofChunk id: Int) -> SQL? {
        let name = compressedName(ofChunk: id)
        guard compressed.name != name else { return nil }
        return "ALTER TABLE \(qualified: compressed) RENAME TO \(identifier: name)"
    }

    /// The name of the table of a chunk's compressed rows from its first copy on.
    ///
    /// - Parameter id: its number on the access node.
    static func compressedName(ofChunk id: Int) -> String { "compress_\(id)_tscl_chunk" }
}
