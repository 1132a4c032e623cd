import Postgres
import Sandbox
import Testing

extension ServerTests {
    struct DoubtTests {
        @Test("a transaction in doubt is healed as the access node has it", arguments: engines)
        func doubt(engine: EngineChoice) async throws {
            try await withSandbox(engine: engine) { sandbox in
                let early = await #expect(throws: SandboxError.self) {
                    _ = try await sandbox.doubt("dn1", committed: false)
                }
                #expect(early?.kind == .wrongState)
                #expect(early?.hint?.hasPrefix("Add it first: node add dn1 --host ") == true)
                try await sandbox.dataNodesAdded()

                for committed in [false, true] {
                    let transaction = try await sandbox.doubt("dn1", committed: committed)
                    #expect(transaction.hasPrefix("ts-1-"))
                    let prepared = "SELECT gid, transaction FROM pg_prepared_xacts"
                    let row = try await sandbox.query("dn1", prepared, database: "dist")[0]
                    #expect(row[0] == transaction)
                    let log =
                        "SELECT remote_transaction_id FROM _timescaledb_catalog.remote_txn WHERE data_node_name = 'dn1'"
                    #expect(try await sandbox.query("an1", log, database: "dist") == (committed ? [[transaction]] : []))

                    let healed = try await sandbox.query(
                        "an1",
                        """
                        SELECT _timescaledb_functions.remote_txn_heal_data_node(oid) FROM pg_foreign_server
                        WHERE srvname = 'dn1'
                        """, database: "dist")
                    #expect(healed == [["1"]])
                    #expect(try await sandbox.query("dn1", prepared, database: "dist").isEmpty)
                    let status = try await sandbox.query(
                        "dn1", "SELECT txid_status($1::bigint)", [row[1]], database: "dist")
                    #expect(status == [[committed ? "committed" : "aborted"]])
                }
            }
        }

        @Test("only a data node can be in doubt")
        func accessNode() async throws {
            let sandbox = try await SharedSandbox.use()
            let error = await #expect(throws: SandboxError.self) {
                _ = try await sandbox.doubt("an1", committed: false)
            }
            #expect(error?.kind == .wrongState)
        }
    }
}
