import Postgres
import Sandbox
import Testing

/// Servers that were started anew while a migration was under way: most are what they were, and some are older.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct RestartedNodeTests {
    private static func run(
        _ command: String, _ cluster: Cluster, status: Int32 = 0
    ) async throws -> Program.Result {
        let result = try await cluster.run(command, patience: 120)
        #expect(result.status == status, "\(command): \(result)")
        return result
    }

    @Test func itCostsOneReadingAndNoCopying() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let made = try await cluster.program.run(
                [], input: CompressedDays.setUp + "migrate start m\nmigrate copy\n")
            #expect(made.status == 0, "\(made.errors)")
            try await cluster.sandbox.kill("dn1")
            try await cluster.sandbox.start("dn1")
            let status = try await Self.run("migrate status --format csv --columns copied,changed", cluster)
            #expect(status.output.hasSuffix("\n5,\n"), "\(status)")
            let told = try await Self.run("migrate status", cluster)
            #expect(told.errors.contains("only their rows tell whether 5 chunks on dn1 changed since"), "\(told)")
            let read = try await Self.run("migrate copy", cluster)
            #expect(read.output.contains("m: 0 chunks copied and compared, 0 rows, 0 bytes, 5 read again"), "\(read)")
            #expect(try await Self.run("migrate copy", cluster).output.contains("5 chunks unchanged"))

            // Whose copies nobody has compared are compared for that; so are those of an earlier tscl.
            _ = try await cluster.query("an1", "UPDATE tscl_migrate.chunk SET checksum = NULL WHERE position > 0")
            _ = try await cluster.query("an1", "ALTER TABLE tscl_migrate.chunk DROP COLUMN node_started")
            #expect(try await Self.run("migrate copy", cluster).output.contains("5 read again and found as copied"))
            _ = try await Self.run("migrate cutover m --yes", cluster)
            #expect(try await cluster.value("SELECT count(*) || ' ' || sum(v) FROM m") == "240 360")
        }
    }

    /// An older state of it has gone on to where it was when its chunks were read: the numbers of its transactions were given twice.
    @Test func whatAnOlderStateHasWrittenSinceIsCopied() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let made = try await cluster.program.run(
                [], input: CompressedDays.setUp + "migrate start m\nmigrate copy\n")
            #expect(made.status == 0, "\(made.errors)")
            _ = try await cluster.query("an1", "UPDATE m SET v = 9 WHERE t = '2024-01-04 05:00Z'")
            let next = "SELECT txid_snapshot_xmax(txid_current_snapshot())"
            let given = try #require(try await cluster.query("dn1", next).first?.first ?? nil)
            _ = try await cluster.query("dn1", "SELECT txid_current()")
            let before = "UPDATE tscl_migrate.chunk SET snapshot_xmin = \(given)"
            _ = try await cluster.query("an1", before)
            #expect(try await Self.run("migrate copy", cluster).output.contains("5 chunks unchanged"))
            _ = try await cluster.query("an1", "UPDATE tscl_migrate.chunk SET node_started = node_started - 1")
            let copied = try await Self.run("migrate copy", cluster)
            #expect(copied.output.contains("m: 1 chunk copied") && copied.output.contains("4 read again"), "\(copied)")
            #expect(try await cluster.value("SELECT count(*) FROM m__new WHERE v = 9") == "2")
        }
    }

    /// The access node is put back to a state in which it had not the chunks, and its numbers go on.
    @Test func whatOnlyANewerStateOfTheAccessNodeHasHadIsKept() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let made = try await cluster.program.run([], input: CompressedDays.setUp)
            #expect(made.status == 0, "\(made.errors)")
            let other = try await MigrationElsewhereTests.database("out", of: cluster)
            func rows() async throws -> String? {
                try await other.execute("SELECT count(*) FROM m").rows.first?.first ?? nil
            }
            _ = try await Self.run("migrate start --to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'", cluster)
            _ = try await Self.run("migrate copy", cluster)

            func drop(before time: String) async throws {
                _ = try await cluster.query(
                    "an1", "SELECT drop_chunks('m', older_than => '\(time)'::timestamptz)")
            }
            try await drop(before: "2024-01-02Z")
            #expect(
                try await Self.run("migrate copy", cluster).output.contains("1 removed that the source has dropped"))
            #expect(try await rows() == "192")

            // The state of before has no mark.
            _ = try await cluster.query("an1", "DELETE FROM tscl_migrate.mark")
            try await drop(before: "2024-01-03Z")
            let kept = try await Self.run("migrate copy", cluster)
            #expect(kept.output.contains("m: kept: the access node is older than the copy"), "\(kept)")
            // What is there still is the same, and has a mark again.
            #expect(kept.output.contains("3 read again and found as copied"), "\(kept)")
            #expect(try await rows() == "192")
            try await drop(before: "2024-01-04Z")
            #expect(
                try await Self.run("migrate copy", cluster).output.contains("1 removed that the source has dropped"))
            #expect(try await rows() == "144")

            // Where it was dropped on purpose after all.
            let remedy = try #require(kept.output.firstMatch(of: #/on the target: (DROP TABLE \S+)/#))
            _ = try await other.execute(String(remedy.1))
            _ = try await Self.run("migrate copy", cluster)

            // An earlier tscl has left no mark, and nobody can tell.
            _ = try await other.execute("UPDATE tscl_migrate.chunk SET access_mark = NULL")
            try await drop(before: "2024-01-05Z")
            let unmarked = try await Self.run("migrate copy", cluster)
            #expect(unmarked.output.contains("m: kept: an earlier tscl has copied it"), "\(unmarked)")
            #expect(try await rows() == "96")
            await other.close()
        }
    }
}
