/// Proves that what the access node reaches as a data node is that node, before something is changed there. What a
/// client of its own sees at the same address may be another server.
package enum NodeProof {
    /// What a server refuses that is not the node, or is no database of a cluster at all.
    package static func tellsOfMismatch(_ sqlstate: String?) -> Bool {
        sqlstate.map { [Self.sqlstate, "42P01", "3F000"].contains($0) } ?? false
    }

    private static let sqlstate = "TCL01"

    /// For the access node, in a transaction, which is best rolled back; it fails where the node is another one.
    ///
    /// - Parameter cluster: the identity of the cluster.
    package static func statement(of node: DataNode, cluster: String, _ capabilities: Capabilities) -> SQL {
        let body = """
            BEGIN
                IF (SELECT value FROM _timescaledb_catalog.metadata WHERE key = 'dist_uuid')
                   IS DISTINCT FROM \(Quoting.literal(cluster))\(condition(node.contents)) THEN
                    RAISE EXCEPTION 'this is not the data node %', \(Quoting.literal(node.name))
                        USING ERRCODE = '\(sqlstate)';
                END IF;
            END
            """
        let block: SQL = "DO \(literal: body)"
        // All of it is text, by which logs and tests tell it from the statements of users.
        return """
            CALL \(raw: capabilities.function("distributed_exec"))(\(literal: block.text), \
            node_list => ARRAY[\(literal: node.name)]::name[])
            """
    }

    /// What the node must hold, of which a part may have been dropped or lost.
    private static func condition(_ contents: NodeContents) -> String {
        let (table, items) = contents.chunks.isEmpty ? ("hypertable", contents.hypertables) : ("chunk", contents.chunks)
        guard !items.isEmpty else { return "" }
        let numbers = Quoting.literal(ArrayText.text(NodeContents.numbers(items)))
        var condition = "t.id = ANY (\(numbers)::int[])"
        if table == "chunk" {
            let names = Quoting.literal(ArrayText.text(items.sorted()))
            condition += " AND pg_catalog.format('%s %s', t.id, t.table_name) = ANY (\(names)::text[])"
        }
        return """

                   OR NOT EXISTS (SELECT FROM _timescaledb_catalog.\(table) t WHERE \(condition))
            """
    }
}
