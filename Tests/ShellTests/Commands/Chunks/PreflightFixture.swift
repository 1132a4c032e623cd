import CannedServers
import MultiNode

extension CannedCluster {
    /// Lets nothing stand in the way of moves of chunks of `metrics`.
    ///
    /// - Parameters:
    ///   - attached: the nodes of the hypertable.
    ///   - blocked: those of them that take no new chunks.
    func letsChunksMove(attached: [String], blocked: Set<String> = []) {
        var server = self[Self.accessNode]
        server.answer(
            MovingCatalog.tables([]),
            .rows([
                [
                    "id": "1", "nodes": ArrayText.text(attached), "blocked": ArrayText.text(blocked.sorted()),
                    "namesake": "f",
                ]
            ]))
        server.answer(UserMappings.list, .none)
        server.answer(
            NodePassage.additions(for: []), .rows([["role": "postgres", "passfile": "/an1/passfile"]]))
        server.answer(NodePassage.passwords, .none)
        self[Self.accessNode] = server
        for node in nodes {
            var server = self[Place(stringLiteral: node)]
            server.answer(
                NodeMovingFacts.query,
                .rows([
                    [
                        "wal_level": "logical", "max_logical_workers": "4", "max_sync_workers": "2",
                        "max_processes": "16", "max_slots": "10", "max_senders": "10", "retry_interval": "1000",
                        "logical_workers": "0", "processes": "3", "slots": "0", "origins": "0", "senders": "0",
                        "superuser": "t", "replication": "t",
                    ]
                ]))
            server.answer(NodeMovingContents.query(chunks: [], parents: []), .none)
            server.answer(SessionLimit.query(role: "postgres"), .none)
            server.answer(NodePassage.quietly, .done("SET"))
            for other in nodes {
                server.answer(Self.passage(to: other), .done("CREATE SUBSCRIPTION"))
            }
            self[Place(stringLiteral: node)] = server
        }
    }

    /// What has one node connect to another.
    static func passage(to node: String) -> SQL {
        """
        CREATE SUBSCRIPTION "tscl_reach_16385"
        CONNECTION \(literal: "dbname='dist' host='\(node)' passfile='/an1/passfile' port='5432' user='postgres'") \
        PUBLICATION tscl_reach
        WITH (create_slot = false, enabled = false, slot_name = NONE, copy_data = false)
        """
    }
}
