import Foundation
import Postgres
import Sandbox
import Testing

/// A data node that was put back to an older state, with fewer rows, whose log has gone past the place that is recorded of its copies:
/// the copies alone have what it lacks.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct PutBackNodeTests {
    private static let later = """
        INSERT INTO m SELECT t, d, d FROM generate_series('2024-01-05 00:30Z'::timestamptz, '2024-01-05 23:30Z', '1 hour') t, \
        generate_series(1, 2) d
        """

    /// Rows of which the older state of dn1, which is kept, has 240 of 288.
    private static func setUp(_ cluster: Cluster) async throws {
        let made = try await cluster.program.run([], input: CompressedDays.setUp)
        #expect(made.status == 0, "\(made.errors)")
        let folder = try #require(cluster.sandbox.nodes.first { $0.name == "dn1" }).dataDirectory
        try await cluster.sandbox.stop("dn1")
        try copy(folder, to: folder + ".older")
        try await cluster.sandbox.start("dn1")
        _ = try await cluster.query("an1", later)
    }

    private static func putBack(_ cluster: Cluster, behind place: String) async throws {
        let folder = try #require(cluster.sandbox.nodes.first { $0.name == "dn1" }).dataDirectory
        try await cluster.sandbox.stop("dn1")
        try FileManager.default.removeItem(atPath: folder)
        try copy(folder + ".older", to: folder)
        try await cluster.sandbox.start("dn1")
        let connection = try await cluster.connection(to: "dn1")
        let isPast = try await eventually(60) {
            _ = try await connection.execute(
                "SELECT pg_logical_emit_message(true, 'x', repeat('x', 100000)) FROM generate_series(1, 10)")
            return try await connection.execute("SELECT pg_current_wal_insert_lsn() > '\(place)'").rows == [["t"]]
        }
        #expect(isPast)
        await connection.close()
    }

    /// With owners and modes.
    private static func copy(_ folder: String, to other: String) throws {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/bin/cp")
        process.arguments = ["-a", folder, other]
        try process.run()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
    }

    private static let place = "SELECT max(node_place) FROM tscl_migrate.chunk"

    @Test func theCopyIsNotDroppedWithWhatItAloneHas() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            try await Self.setUp(cluster)
            for verb in ["start", "copy"] { try await cluster.carryOut("migrate \(verb)") }
            try await Self.putBack(cluster, behind: try await cluster.value(Self.place))
            #expect(try await cluster.value("SELECT count(*) FROM m") == "240")
            for option in ["--dry-run", "--yes"] {
                let refused = try await cluster.carryOut("migrate undo m \(option)", status: 1)
                #expect(refused.errors.contains("m__new has 48 rows that dn1 has not any more"), "\(refused)")
            }
            #expect(try await cluster.value("SELECT count(*) FROM m__new") == "288")
            // What the copy keeps beside it is told when the migration ends.
            let copied = try await cluster.carryOut("migrate copy")
            #expect(copied.errors.contains("keeps 48 rows of "), "\(copied)")
            let undone = try await cluster.carryOut("migrate undo m --yes")
            #expect(undone.output.contains("the copy is dropped") && undone.output.contains("keeps 48 rows of "))
            let kept = try #require(undone.output.firstMatch(of: #/sql INSERT INTO [^;]*/#))
            try await cluster.carryOut(String(kept.output))
            #expect(try await cluster.value("SELECT count(*) FROM m") == "288")
        }
    }

    @Test func whatSomebodyWantsToLoseIsLost() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            try await Self.setUp(cluster)
            for verb in ["start", "copy"] { try await cluster.carryOut("migrate \(verb)") }
            try await Self.putBack(cluster, behind: try await cluster.value(Self.place))
            let undone = try await cluster.carryOut("migrate undo m --lose-new-rows --yes")
            #expect(undone.output.contains("the copy is dropped"), "\(undone)")
        }
    }

    @Test func behindTheCutOverTheOldTableIsNotTakenForWhatItWas() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            try await Self.setUp(cluster)
            for verb in ["start", "copy", "cutover m --yes"] { try await cluster.carryOut("migrate \(verb)") }
            try await Self.putBack(cluster, behind: try await cluster.value(Self.place))
            // Its names are those of before, too.
            try await cluster.runScript(
                "dn1",
                """
                SET timescaledb.enable_client_ddl_on_data_nodes = on; ALTER TABLE m RENAME TO m__old;
                ALTER INDEX m_t_idx RENAME TO m_t_idx__old
                """)
            let refused = try await cluster.carryOut("migrate undo m --yes", status: 1)
            #expect(
                refused.errors.contains("m__old has not any more what was copied from it, in 1 chunk"), "\(refused)")
            let undone = try await cluster.carryOut("migrate undo m --copy-back --max-pause 60s --yes")
            #expect(undone.output.contains("with 96 rows where it had 48, compared"), "\(undone)")
            #expect(try await cluster.value("SELECT count(*) FROM m") == "288")
        }
    }

    @Test func onAnotherServerTheyStay() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            try await Self.setUp(cluster)
            let other = try await MigrationElsewhereTests.database("out", of: cluster)
            func ask(_ sql: String) async throws -> String? { try await other.execute(sql).rows.first?.first ?? nil }
            let to = "--to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'"
            for verb in ["start \(to)", "copy", "cutover m --yes"] {
                try await cluster.carryOut("migrate \(verb)")
            }
            try await Self.putBack(cluster, behind: try await ask(Self.place) ?? "")
            try await cluster.runScript(
                "dn1",
                "SET timescaledb.enable_client_ddl_on_data_nodes = on; ALTER TABLE m RENAME TO m__old")
            let refused = try await cluster.carryOut("migrate undo m --yes", status: 1)
            #expect(refused.errors.contains("m__old has not any more what was copied from it"), "\(refused)")
            let undone = try await cluster.carryOut("migrate undo m --lose-new-rows --yes")
            #expect(undone.output.contains("what the old table has lost (1 chunk)"), "\(undone)")
            #expect(try await ask("SELECT count(*) FROM m") == "288")
            #expect(try await cluster.value("SELECT count(*) FROM m") == "240")
            await other.close()
        }
    }
}
