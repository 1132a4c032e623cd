/// The statements, for the access node, of the transaction that drops one copy of a chunk.
package struct CopyUndoing: Sendable, Equatable {
    /// Keeps writers away, but no readers; from here on what the catalog tells stays so.
    ///
    /// It is stronger than SHARE, which two sessions can hold at once: each would then drop a copy that the other relies
    /// on.
    package let locking: [SQL]
    package let drop: SQL
    /// Who owns the chunk.
    package let owner: SQL
    private let chunk: TableName

    /// - Parameter node: whose copy is dropped.
    init(
        chunk: TableName, table: TableName, node: String, _ capabilities: Capabilities, lockWithin limit: Duration
    ) {
        self.chunk = chunk
        locking = [
            DurableCommit.ofTransaction,
            "SET LOCAL lock_timeout = \(literal: Self.milliseconds(limit))",
            "SET LOCAL statement_timeout = \(literal: Self.milliseconds(limit))",
            "SET LOCAL idle_in_transaction_session_timeout = \(literal: Self.milliseconds(ChunkCopySQL.longestSilence))",
            "LOCK TABLE ONLY \(qualified: table) IN SHARE ROW EXCLUSIVE MODE",
        ]
        let call = FunctionCall(
            capabilities.internalFunction("chunk_drop_replica"), ["\(regclass: chunk)", "\(node)"])
        drop = call.scalar
        owner = """
            SELECT pg_catalog.pg_get_userbyid(relowner) AS owner FROM pg_catalog.pg_class
             WHERE oid = \(chunk.quoted, type: "pg_catalog.regclass")
            """
    }

    /// Changes nothing but that the plans of prepared statements are made anew: with the old ones they would fail for as
    /// long as their sessions live.
    package func renewingPlans(owner: String) -> SQL {
        "GRANT SELECT ON \(qualified: chunk) TO \(identifier: owner)"
    }

    /// All of it, as it is shown.
    package var plan: Plan { Plan([.transaction(locking + [drop])]) }

    private static func milliseconds(_ limit: Duration) -> Int { Int(limit / .milliseconds(1)) }
}
