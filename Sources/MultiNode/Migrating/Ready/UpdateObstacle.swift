/// Something that makes an update of TimescaleDB refuse, and what mends it.
package struct UpdateObstacle: Sendable, Equatable {
    package let text: String
    /// Commands of tscl, and statements of SQL as psql takes them.
    package let remedies: [String]
    /// False where the update passes, and something else fails afterwards.
    package let forbids: Bool

    package init(_ text: String, _ remedies: [String], forbids: Bool = true) {
        self.text = text
        self.remedies = remedies
        self.forbids = forbids
    }
}

extension UpdateFacts {
    /// What the script of 2.14 refuses, in its order.
    ///
    /// - Parameter finished: the names of distributed hypertables that are cut over, by what their migrations are called.
    package func obstacles(cutOver: [TableName: TableName]) -> [UpdateObstacle] {
        var found = distributed.map { table -> UpdateObstacle in
            guard let source = cutOver[table] else {
                return UpdateObstacle(
                    "\(table.shownName) is a distributed hypertable",
                    ["migrate plan \(Quoting.word(table.shownName))"])
            }
            return UpdateObstacle(
                "\(table.shownName) is the old table of \(source.shownName), which is cut over",
                [
                    "migrate verify \(Quoting.word(source.shownName))",
                    "migrate finish \(Quoting.word(source.shownName)) --drop-old",
                ])
        }
        if !nodes.isEmpty {
            found.append(
                UpdateObstacle(
                    nodes.count == 1 ? "there is a data node: \(nodes[0])" : "there are data nodes: \(nodes.listed)",
                    ["node delete \(nodes.map(Quoting.word).joined(separator: " "))"]))
        }
        if nodes.isEmpty, hasClusterIdentity {
            found.append(
                UpdateObstacle(
                    "the database bears the mark of a cluster (dist_uuid) and has no data nodes: it is or was a data node itself",
                    [
                        "as long as an access node has it: there, 'migrate ready', which ends with 'node delete'",
                        "where none has it any more: DELETE FROM _timescaledb_catalog.metadata WHERE key = 'dist_uuid';",
                    ]))
        }
        found += orphans.map {
            UpdateObstacle(
                "the compressed chunk \($0.chunk) is no child of \($0.parent): the update would end with \"is not a parent of relation\"",
                // Else TimescaleDB lets nobody alter a chunk so.
                [
                    "SET timescaledb.restoring = 'on'; ALTER TABLE \($0.chunk) INHERIT \($0.parent); RESET timescaledb.restoring;"
                ])
        }
        // On a data node that still is one, its access node writes all of that.
        guard nodes.isEmpty, !members.isEmpty else { return found }
        found.append(
            UpdateObstacle(
                "\(members.listed) belonged to the access node: INSERT would be refused as \"distributed hypertable member cannot create chunk on its own\"",
                ["UPDATE _timescaledb_catalog.hypertable SET replication_factor = NULL WHERE replication_factor = -1;"],
                forbids: false))
        if givesNumbersAgain {
            found.append(
                UpdateObstacle(
                    "chunks bear numbers of the access node, which would be given again: INSERT would fail as the chunk exists",
                    [
                        "SELECT pg_catalog.setval('_timescaledb_catalog.chunk_id_seq', (SELECT pg_catalog.max(pg_catalog.substring(table_name::text, '_(\\d+)_chunk$')::bigint) FROM _timescaledb_catalog.chunk));"
                    ], forbids: false))
        }
        return found
    }
}
