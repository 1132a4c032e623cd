import Foundation
import Postgres
import Sandbox
import Testing

/// What is said of a data node that is set up wrongly, marked unavailable or lost in the midst of a command.
@Suite struct BrokenNodeTests {
    /// Restarts a node with other settings.
    private func restart(_ node: String, of cluster: Cluster, with settings: [String]) async throws {
        let folder = try #require(cluster.sandbox.nodes.first { $0.name == node }).folder
        // ALTER SYSTEM would write what these settings must not be as an empty name in quotes.
        try settings.joined(separator: "\n")
            .write(toFile: folder + "/data/postgresql.auto.conf", atomically: false, encoding: .utf8)
        try await cluster.sandbox.stop(node)
        try await cluster.sandbox.start(node)
    }

    /// Expects a command to fail with words of the server, its code, and a remedy.
    private func expect(
        _ command: String, _ sqlstate: String, _ message: String, help: String, on cluster: Cluster,
        _ location: SourceLocation = #_sourceLocation
    ) async throws {
        let result = try await cluster.run(command, "--yes")
        #expect(result.status == 1, "\(command)", sourceLocation: location)
        for part in [message, "   sqlstate: \(sqlstate)\n", "   help: \(help)"] {
            #expect(result.errors.contains(part), "\(command): \(result.errors)", sourceLocation: location)
        }
    }

    @Test func preparedTransactionsThatAreOff() async throws {
        try await Cluster.with { cluster in
            try await restart("dn2", of: cluster, with: ["max_prepared_transactions = 0"])
            let advice = "set max_prepared_transactions on the data node to max_connections or more, and restart it"
            try await expect(
                "exec CREATE TABLE x (i int)", "55000", "[dn2]: prepared transactions are disabled", help: advice,
                on: cluster)
            // On none of them is anything left.
            for node in ["dn1", "dn3"] {
                #expect(
                    try await eventually {
                        try await cluster.query(node, "SELECT FROM pg_class WHERE relname = 'x'").isEmpty
                    })
            }
        }
    }

    @Test(.onTimescaleDB("the emulator does not look at the servers it adds"))
    func aNodeThatIsSetUpWrongly() async throws {
        try await Cluster.with { cluster in
            let new = "CREATE DATABASE there TEMPLATE template0"
            _ = try await cluster.query("dn2", new)
            let add = "sql SELECT add_data_node('dn8', host => '\(cluster.sockets)/dn2', database => 'there')"

            try await restart("dn2", of: cluster, with: ["max_prepared_transactions = 0"])
            try await expect(
                add, "TS174", "prepared transactions need to be enabled", help: "set max_prepared_transactions",
                on: cluster)

            try await restart("dn2", of: cluster, with: ["shared_preload_libraries = 'plpgsql'"])
            let preload = "add timescaledb to shared_preload_libraries in the data node's postgresql.conf"
            try await expect(
                "exec SELECT 1", "08001", "extension \"timescaledb\" must be preloaded", help: preload, on: cluster)
            _ = try await cluster.query("dn2", "DROP DATABASE there")
            try await expect(
                add, "XX000", "[dn8]: FATAL:  extension \"timescaledb\" must be preloaded", help: preload, on: cluster)
        }
    }

    @Test(.onTimescaleDB("the emulator keeps no chunks")) func chunksThatCannotBeCopied() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run(
                [],
                input: """
                    sql CREATE TABLE t (time timestamptz NOT NULL)
                    hypertable create t time --on dn1
                    sql INSERT INTO t VALUES ('2024-01-01')

                    """)
            #expect(made.status == 0, "\(made.errors)")
            let chunk = "_timescaledb_internal._dist_hyper_1_1_chunk"
            func copy(_ source: String, _ destination: String) -> String {
                "sql CALL timescaledb_experimental.copy_chunk('\(chunk)', '\(source)', '\(destination)')"
            }
            try await expect(
                copy("dn2", "dn3"), "42704", "does not exist on source data node \"dn2\"",
                help: "timescaledb_information.chunks shows", on: cluster)
            try await expect(
                copy("dn1", "dn3"), "42P01", "[dn3]: relation \"public.t\" does not exist",
                help: "'check' tells what it left", on: cluster)
            #expect(try await cluster.run("node attach dn3 --to t").status == 0)
            try await restart("dn1", of: cluster, with: ["wal_level = replica"])
            try await expect(
                copy("dn1", "dn3"), "55000", "[dn1]: logical decoding requires wal_level >= logical",
                help: "set wal_level = logical on the data nodes and restart them; 'check' tells what the copy left",
                on: cluster)

            // What is advised helps.
            try await restart("dn1", of: cluster, with: ["wal_level = logical"])
            for operation in ["ts_copy_1_1", "ts_copy_2_1"] {
                let cleaned = try await cluster.run(
                    "sql CALL timescaledb_experimental.cleanup_copy_chunk_operation('\(operation)')")
                #expect(cleaned.status == 0, "\(cleaned.errors)")
            }
            let copied = try await cluster.run(copy("dn1", "dn3"))
            #expect(copied.status == 0, "\(copied.errors)")
            try await expect(
                copy("dn1", "dn3"), "42704", "already exists on destination data node \"dn3\"",
                help: "timescaledb_information.chunks shows", on: cluster)
        }
    }

    @Test(.onTimescaleDB("the emulator keeps no rows of hypertables"))
    func aNodeThatIsMarkedUnavailable() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run(
                [],
                input: """
                    sql CREATE TABLE t (time timestamptz NOT NULL)
                    hypertable create t time --on dn1
                    sql INSERT INTO t VALUES ('2024-01-01')
                    node disable dn1

                    """)
            #expect(made.status == 0, "\(made.errors)")
            try await expect(
                "sql TABLE t", "XX000", "data node \"dn1\" is not available",
                help: "it is marked unavailable; 'node enable dn1'", on: cluster)
            try await expect(
                "restore-point create x", "XX000", "some data nodes are not available", help: "'node list' shows",
                on: cluster)
        }
    }

    @Test func aNodeThatIsDownAndOneThatGoesMeanwhile() async throws {
        try await Cluster.with { cluster in
            let running = try cluster.program.start(["-c", "exec --on dn2 SELECT pg_sleep(63)"])
            let sleeping = "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(63)%' AND pid <> pg_backend_pid()"
            #expect(try await eventually { try await !cluster.query("dn2", sleeping).isEmpty })
            try await cluster.sandbox.kill("dn2")
            let lost = await running.end()
            #expect(lost.status == 1)
            #expect(
                lost.errors.contains("   sqlstate: 08") || lost.errors.contains("   sqlstate: 57"), "\(lost.errors)")
            #expect(lost.errors.contains("   help: "), "\(lost.errors)")

            try await expect(
                "exec SELECT 1", "08001", "could not connect to \"dn2\"", help: "check that the server runs",
                on: cluster)
            let asked = try await cluster.run("query SELECT 1 AS one", "--format", "csv")
            #expect(asked.status == 4)
            #expect(asked.output == "node,one\ndn1,1\ndn3,1\n")
            #expect(asked.errors.contains("  node: dn2\n"))
            #expect(asked.errors.contains("'node ping dn2' tells whether the access node does"), "\(asked.errors)")
        }
    }

    /// Who does not answer in time is not thereby another server.
    @Test func aNodeThatDoesNotTellWhoItIs() async throws {
        try await Cluster.with { cluster in
            let node = try #require(cluster.sandbox.nodes.first { $0.name == "dn3" })
            let gatekeeper = try await Connection.open(cluster.sandbox.parameters(for: node))
            _ = try await gatekeeper.executeScript(
                "BEGIN; LOCK TABLE _timescaledb_catalog.metadata IN ACCESS EXCLUSIVE MODE")
            let result = try await cluster.run("query --on dn3 SELECT 1", "--timeout", "1s")
            await gatekeeper.close()
            #expect(result.status == 1)
            #expect(!result.errors.contains("is not the data node"), "\(result.errors)")
            #expect(result.errors.contains("no answer within"), "\(result.errors)")
        }
    }
}
