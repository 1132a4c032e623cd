import Postgres

extension Sandbox {
    /// Leaves a distributed transaction in doubt on a data node, as an access node does that fails between the two phases
    /// of its commit.
    ///
    /// - Parameter committed: the access node has logged the transaction as committed, so that healing commits it; else
    ///   healing rolls it back.
    /// - Returns: the id of the prepared transaction.
    /// - Throws: `wrongState` when the node hasn't been added to the access node.
    package func doubt(_ name: String, committed: Bool) async throws(SandboxError) -> String {
        let node = try node(name)
        guard node.role == .data, let accessNode = nodes.first else {
            throw SandboxError(.wrongState, "\(name) isn't a data node", hint: "Name one of the data nodes.")
        }
        let servers = try await ServerSession.use(accessNode, database: Self.databaseName) {
            connection throws(PostgresError) in
            // The database is an option of the server; without one it has the name of the access node's.
            try await connection.execute(
                """
                SELECT s.srvname, s.oid, current_user::regrole::oid, coalesce(database.option_value, current_database())
                FROM pg_foreign_server s
                JOIN pg_foreign_data_wrapper w ON w.oid = s.srvfdw AND w.fdwname = 'timescaledb_fdw'
                LEFT JOIN pg_options_to_table(s.srvoptions) host ON host.option_name = 'host'
                LEFT JOIN pg_options_to_table(s.srvoptions) port ON port.option_name = 'port'
                LEFT JOIN pg_options_to_table(s.srvoptions) database ON database.option_name = 'dbname'
                WHERE port.option_value = $1
                AND (host.option_value = $2 OR $3 AND host.option_value IN ('127.0.0.1', 'localhost'))
                """,
                ["\(node.port)", node.socketDirectory, record.loopback ? "true" : "false"])
        }
        let row = servers.rows.first?.compactMap(\.self) ?? []
        guard row.count == 4 else {
            throw SandboxError(
                .wrongState, "no data node of the access node is \(name)",
                hint: "Add it first: \(additionCommand(for: node))")
        }
        let (server, serverOID, roleOID, database) = (row[0], row[1], row[2], row[3])

        // A transaction of the access node that is over, so that its id belongs to nothing that still runs.
        let answer = try await ServerSession.use(accessNode, database: Self.databaseName) {
            connection throws(PostgresError) in
            try await connection.execute("SELECT txid_current() & 4294967295")
        }
        guard let xid = answer.rows.first?.first ?? nil else {
            throw SandboxError(.statement, "\(accessNode.name) gave no transaction id")
        }
        let transaction = "ts-1-\(xid)-\(serverOID)-\(roleOID)"
        try await ServerSession.use(node, database: database) { connection throws(PostgresError) in
            _ = try await connection.execute("BEGIN")
            // With an id of its own, as a transaction that has written.
            _ = try await connection.execute("SELECT txid_current()")
            _ = try await connection.execute("PREPARE TRANSACTION '\(transaction)'")
        }
        if committed {
            try await ServerSession.use(accessNode, database: Self.databaseName) { connection throws(PostgresError) in
                _ = try await connection.execute(
                    """
                    INSERT INTO _timescaledb_catalog.remote_txn (data_node_name, remote_transaction_id)
                    VALUES ($1, $2)
                    """, [server, transaction])
            }
        }
        return transaction
    }

    /// The command that adds a node to the access node, to be typed as it is.
    private func additionCommand(for node: Node) -> String {
        let host = record.loopback ? "127.0.0.1" : "'\(node.socketDirectory.replacing("'", with: "''"))'"
        return "node add \(node.name) --host \(host)" + (node.port == 5432 ? "" : " --port \(node.port)")
    }
}
