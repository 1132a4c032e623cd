import Postgres
import Sandbox
import Testing

/// A server of --to that has moved, or is lost, on a real engine. A database of another name stands for it.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct LostTargetTests {
    private func setUp(_ cluster: Cluster) async throws {
        let made = try await cluster.program.run(
            [],
            input: """
                sql CREATE TABLE m (t timestamptz NOT NULL, dev int NOT NULL, v float8)
                hypertable create m t --partition-by dev --chunk-interval '1 day'
                sql INSERT INTO m SELECT t, d, d FROM generate_series('2024-01-01'::timestamptz, '2024-01-04', '1 hour') t, generate_series(1, 5) d
                sql SELECT add_retention_policy('m', INTERVAL '100 years')

                """)
        #expect(made.status == 0, "\(made)")
        let other = try await MigrationElsewhereTests.database("out", of: cluster)
        await other.close()
    }

    private func to(_ name: String, _ cluster: Cluster) -> String {
        "--to 'host=\(cluster.sockets)/an1 dbname=\(name) user=postgres'"
    }

    private func move(_ name: String, to new: String, _ cluster: Cluster) async throws {
        _ = try await cluster.query("an1", "ALTER DATABASE \"\(name)\" RENAME TO \"\(new)\"")
    }

    private func scheduled(_ cluster: Cluster) async throws -> [[String?]] {
        try await cluster.query(
            "an1", "SELECT scheduled FROM timescaledb_information.jobs WHERE proc_name = 'policy_retention'")
    }

    /// It is known by its own record, and by nothing else.
    @Test func theSameDatabaseAtAnotherAddressIsToldByStart() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await setUp(cluster)
            try await cluster.carryOut("migrate start \(to("out", cluster))")
            try await cluster.carryOut("migrate copy")
            try await move("out", to: "moved", cluster)
            let lost = try await cluster.carryOut("migrate status", status: 1)
            #expect(lost.errors.contains("'migrate start --to CONNINFO'"), "\(lost)")
            #expect(lost.errors.contains("'migrate undo all --without-target'"), "\(lost)")

            let stranger = try await MigrationElsewhereTests.database("stranger", of: cluster)
            await stranger.close()
            let refused = try await cluster.carryOut("migrate start \(to("stranger", cluster))", status: 1)
            #expect(refused.errors.contains("not the same one"), "\(refused)")

            try await cluster.carryOut("migrate start \(to("moved", cluster))")
            try await cluster.carryOut("migrate cutover all --yes")
            try await move("moved", to: "again", cluster)
            try await cluster.carryOut("migrate start \(to("again", cluster))")
            try await cluster.carryOut("migrate verify")
            // It answers: what is there is not to be left behind by a slip.
            let there = try await cluster.carryOut(
                "migrate undo all --without-target --lose-new-rows --yes", status: 1)
            #expect(there.errors.contains("the target answers"), "\(there)")
            try await cluster.carryOut("migrate undo all --yes")
            #expect(try await cluster.query("an1", "SELECT count(*) FROM m") == [["365"]])
            #expect(try await scheduled(cluster) == [["t"]])
        }
    }

    /// Nobody is to be kept from writing to the only table that is there.
    @Test func whereTheOldTableIsGoneTheNewOneStaysOpen() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            try await setUp(cluster)
            for command in ["migrate start \(to("out", cluster))", "migrate copy", "migrate cutover all --yes"] {
                try await cluster.carryOut(command)
            }
            _ = try await cluster.query("an1", "DROP TABLE m__old")
            for _ in 0..<2 {
                let refused = try await cluster.carryOut("migrate undo m --lose-new-rows --yes", status: 1)
                #expect(refused.errors.contains("gone"), "\(refused)")
            }
            var parameters = cluster.sandbox.parameters(for: cluster.sandbox.nodes[0])
            parameters["dbname"] = "out"
            let other = try await Connection.open(parameters)
            _ = try await other.execute("INSERT INTO m VALUES ('2024-01-01Z', 9, 9)")
            // As where an undo was stopped behind the closing, and the old one dropped then.
            for statement in [
                "CREATE OR REPLACE FUNCTION tscl_migrate.refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''closed''; END'",
                "CREATE TRIGGER tscl_migrated BEFORE INSERT ON m FOR EACH ROW EXECUTE FUNCTION tscl_migrate.refuse()",
                "UPDATE tscl_migrate.hypertable SET state = 'copying', cut_over_xmin = NULL, verified_at = NULL",
            ] { _ = try await other.execute(statement) }
            let refused = try await cluster.carryOut("migrate undo m --lose-new-rows --yes", status: 1)
            #expect(refused.errors.contains("all that is left"), "\(refused)")
            _ = try await other.execute("INSERT INTO m VALUES ('2024-01-01Z', 9, 9)")
            await other.close()
        }
    }

    @Test func whatIsLostBehindTheCutOverGivesTheTableBackWhereThatIsSaid() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await setUp(cluster)
            for command in ["migrate start \(to("out", cluster))", "migrate copy", "migrate cutover all --yes"] {
                try await cluster.carryOut(command)
            }
            #expect(try await scheduled(cluster) == [["f"]])
            _ = try await cluster.query("an1", "DROP DATABASE out")
            let plain = try await cluster.carryOut("migrate undo all --lose-new-rows --yes", status: 1)
            #expect(plain.errors.contains("'migrate undo all --without-target'"), "\(plain)")
            let unsaid = try await cluster.carryOut("migrate undo all --without-target --yes", status: 6)
            #expect(unsaid.errors.contains("'migrate undo all --without-target --lose-new-rows'"), "\(unsaid)")
            let shown = try await cluster.carryOut(
                "migrate undo all --without-target --lose-new-rows --dry-run")
            #expect(shown.output.contains("RENAME TO \"m\""), "\(shown)")
            let back = try await cluster.carryOut(
                "migrate undo all --without-target --lose-new-rows --yes")
            #expect(back.output.contains("what was written to the target since is not in it"), "\(back)")
            #expect(try await scheduled(cluster) == [["t"]])
            _ = try await cluster.query("an1", "INSERT INTO m VALUES ('2024-01-02', 9, 9)")
            #expect(
                try await cluster.query("an1", "SELECT count(*), to_regnamespace('tscl_migrate') FROM m") == [
                    ["366", nil]
                ])
            // The same command again is told so.
            let again = try await cluster.carryOut("migrate undo all --yes")
            #expect(again.output.contains("no migration is left"), "\(again)")
            try await cluster.carryOut("migrate undo nothing --yes", status: 1)
        }
    }

    @Test func whatIsLostBeforeTheCutOverIsForgotten() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await setUp(cluster)
            for command in ["migrate start \(to("out", cluster))", "migrate copy"] {
                try await cluster.carryOut(command)
            }
            _ = try await cluster.query("an1", "DROP DATABASE out")
            let forgotten = try await cluster.carryOut("migrate undo all --without-target --yes")
            #expect(forgotten.output.contains("should it come back"), "\(forgotten)")
            #expect(
                try await cluster.query("an1", "SELECT count(*), to_regnamespace('tscl_migrate') FROM m") == [
                    ["365", nil]
                ])
        }
    }

    /// What a backup of the target brings back may lack rows, and counts only where it has the record that all have arrived.
    @Test func anOlderStateOfTheTargetIsNotTakenForTheTable() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await setUp(cluster)
            for command in ["migrate start \(to("out", cluster))", "migrate copy", "migrate cutover all --yes"] {
                try await cluster.carryOut(command)
            }
            var parameters = cluster.sandbox.parameters(for: cluster.sandbox.nodes[0])
            parameters["dbname"] = "out"
            let other = try await Connection.open(parameters)
            _ = try await other.execute(
                "UPDATE tscl_migrate.hypertable SET state = 'copying', cut_over_at = NULL, cut_over_xmin = NULL")
            // Nothing is advised that is refused then.
            let told = try await cluster.carryOut("migrate status", status: 4)
            #expect(
                told.errors.contains("'migrate undo m' takes it back") && !told.errors.contains("'migrate cutover"),
                "\(told)")
            let refused = try await cluster.carryOut("migrate cutover all --yes", status: 1)
            #expect(
                refused.errors.contains("does not know that all rows of m have arrived")
                    && !refused.errors.contains("'migrate cutover"), "\(refused)")
            let state = "SELECT state FROM tscl_migrate.hypertable"
            #expect(try await other.execute(state).rows == [["copying"]])
            try await cluster.carryOut("migrate undo m --yes")
            #expect(try await cluster.query("an1", "SELECT count(*) FROM m") == [["365"]])
            #expect(try await scheduled(cluster) == [["t"]])
            await other.close()
        }
    }

    /// What another cluster has on the same server stays, and each ends by itself.
    @Test func twoClustersLeaveToOneServer() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            try await setUp(cluster)
            for command in [
                "migrate start \(to("out", cluster))", "migrate copy", "migrate cutover all --yes", "migrate verify",
            ] {
                try await cluster.carryOut(command)
            }
            var parameters = cluster.sandbox.parameters(for: cluster.sandbox.nodes[0])
            parameters["dbname"] = "out"
            let other = try await Connection.open(parameters)
            _ = try await other.execute(
                """
                INSERT INTO tscl_migrate.hypertable (cluster, source_id, source_schema, source_name, target_schema, target_name)
                VALUES ('another', 1, 'public', 'n', 'public', 'n')
                """)
            for _ in 1...2 {
                let finished = try await cluster.carryOut("migrate finish all --drop-old --yes")
                #expect(finished.output.contains("migrate ready"), "\(finished)")
            }
            #expect(try await cluster.query("an1", "SELECT to_regnamespace('tscl_migrate')") == [[nil]])
            #expect(try await other.execute("SELECT cluster FROM tscl_migrate.hypertable").rows == [["another"]])
            await other.close()
        }
    }
}
