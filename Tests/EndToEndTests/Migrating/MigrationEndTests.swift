import Sandbox
import Testing

/// The ends of migrations of two tables, one of which has something else hanging on it.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct MigrationEndTests {
    private static let setUp = """
        sql CREATE TABLE a (t timestamptz NOT NULL, dev int NOT NULL, v int)
        sql CREATE TABLE b (t timestamptz NOT NULL, dev int NOT NULL, v int)
        hypertable create a t --partition-by dev --chunk-interval '1 day'
        hypertable create b t --partition-by dev --chunk-interval '1 day'
        sql INSERT INTO a SELECT t, d, 0 FROM generate_series('2024-01-01'::timestamptz, '2024-01-02', '1 hour') t, generate_series(1, 5) d
        sql INSERT INTO b SELECT * FROM a
        migrate start
        migrate copy
        migrate cutover all --yes
        sql INSERT INTO b VALUES ('2024-01-01 12:00', 1, 7)

        """

    @Test func eachTableEndsByItself() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made)")
            // What a copy back takes is told before anybody waits for it.
            let preview = try await cluster.run("migrate undo b --copy-back --dry-run")
            #expect(preview.status == 0 && preview.output.contains("-- b: to copy back 1 chunk with"), "\(preview)")
            let tooLong = try await cluster.run("migrate undo b --copy-back --max-pause 100ms --yes")
            #expect(tooLong.status == 1 && tooLong.errors.contains("--copy-back --max-pause "), "\(tooLong)")
            #expect(try await cluster.value("SELECT count(*) FROM b WHERE v = 7") == "1")
            let undone = try await cluster.run("migrate undo b --copy-back --max-pause 60s --yes")
            #expect(undone.status == 0 && undone.output.contains("copied back"), "\(undone)")
            #expect(try await cluster.value("SELECT count(*) FROM b WHERE v = 7") == "1")

            let again = try await cluster.run("migrate cutover b --yes")
            #expect(again.status == 0, "\(again)")
            #expect(try await cluster.run("migrate verify").status == 0)
            #expect(try await cluster.run("sql CREATE VIEW on_old AS SELECT * FROM a__old").status == 0)
            try await cluster.runScript(
                "an1",
                """
                CREATE TABLE log (i int); CREATE TABLE devices (dev int);
                CREATE RULE also AS ON INSERT TO log DO ALSO INSERT INTO a__old VALUES (now(), 1, 1);
                CREATE POLICY seen ON devices USING (EXISTS (SELECT FROM a__old a WHERE a.dev = devices.dev));
                """)
            let finished = try await cluster.run("migrate finish all --drop-old --yes")
            #expect(finished.status == 4 && finished.output.contains("b__old is dropped"), "\(finished)")
            #expect(
                finished.errors.contains("view public.on_old; a__old stays") && !finished.errors.contains("b__old"),
                "\(finished)")
            // What is dropped is the rule, and not the table that has it.
            for words in [
                "rule also on table public.log, ", "sql DROP RULE also on public.log;",
                "sql DROP POLICY seen on public.devices;",
            ] {
                #expect(finished.errors.contains(words), "\(finished)")
            }
            #expect(!finished.errors.contains("by hand"), "\(finished)")
            try await cluster.runScript("an1", "DROP RULE also on public.log; DROP POLICY seen on public.devices")
            #expect(
                try await cluster.value("SELECT to_regclass('a__old') IS NOT NULL AND to_regclass('b__old') IS NULL")
                    == "t")
            #expect(try await cluster.run("sql DROP VIEW on_old").status == 0)
            let rest = try await cluster.run("migrate finish all --drop-old --yes")
            #expect(rest.status == 0 && rest.output.contains("the schema tscl_migrate is dropped"), "\(rest)")
        }
    }
}
