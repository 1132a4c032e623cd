/// The chunks that were lost with their node while their rows were copied to another server. They are written down at the access
/// node, which forgets them: that server may be out of reach just then, and what it has of them is all that is left. The node
/// that it was copied from does not tell, where the chunk was moved since.
package enum NotedLoss {
    /// For the access node, in a transaction: where they are. Whoever is about to drop that goes first, or waits.
    package static let creation: [SQL] = [
        "SET LOCAL client_min_messages = warning", "LOCK TABLE tscl_migrate.target IN SHARE UPDATE EXCLUSIVE MODE",
        "CREATE TABLE IF NOT EXISTS tscl_migrate.lost (source_id int PRIMARY KEY, node name NOT NULL)",
    ]

    /// For the access node, behind that, before it forgets the chunks.
    package static func note(_ chunks: [Int], with node: String) -> SQL {
        """
        INSERT INTO tscl_migrate.lost (source_id, node)
        SELECT pg_catalog.unnest(\(chunks.map(String.init), type: "int[]")), \(node, type: "name")
            ON CONFLICT (source_id) DO UPDATE SET node = EXCLUDED.node
        """
    }

    /// For the access node: whether there are any; one value.
    package static let isThere: SQL = "SELECT pg_catalog.to_regclass('tscl_migrate.lost') IS NOT NULL AS is_there"

    /// For the access node, where they are: columns `source_id` and `node`.
    package static let list: SQL = "SELECT source_id, node FROM tscl_migrate.lost"
}
