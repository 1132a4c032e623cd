import Postgres
import Sandbox
import Testing

/// How far copies are proved, of chunks with rows as they are, with compressed ones, and with both.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct MigrationProofTests {
    private static let setUp =
        CompressedDays.setUp + """
            sql INSERT INTO m VALUES ('2024-01-01 00:30Z', 1, 7)

            """

    private static let counts = "SELECT string_agg(row_count::text, ' ' ORDER BY position) FROM tscl_migrate.chunk"

    @Test func whatWasNotComparedIsToldUntilItIs() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            func run(_ command: String) async throws -> Program.Result {
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == 0, "\(command): \(result)")
                return result
            }
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")
            #expect(try await run("migrate plan").output.contains("; at the cut-over writers wait about "))
            let planned = try await run("migrate plan --format csv --columns kind,pause_ms")
            #expect(planned.output.contains(/\ntable,[1-9][0-9]+\n/), "\(planned)")

            for (how, words, uncompared) in [
                ("rows", "copied and compared", 0), ("counts", "copied, counted on both sides", 5),
                ("none", "copied, not compared", 5),
            ] {
                _ = try await run("migrate start")
                let preview = try await run("migrate copy --verify \(how) --dry-run")
                #expect(preview.output.contains("5 chunks to copy, ") && preview.output.contains(" one by one ("))
                #expect(preview.output.split(separator: "\n").count { $0.hasPrefix("copy _dist_hyper") } == 5)
                #expect(try await cluster.value("SELECT count(*) FROM tscl_migrate.chunk") == "0")

                let copied = try await run("migrate copy --verify \(how)")
                #expect(copied.output.contains("m: 5 chunks \(words), 241 rows"), "\(copied)")
                #expect(try await cluster.value(Self.counts) == "49 48 48 48 48", "\(how)")
                let status = try await run("migrate status --format csv --columns changed,rows,uncompared")
                #expect(status.output.hasSuffix("\n0,241,\(uncompared)\n"), "\(how): \(status)")
                let again = try await run("migrate copy")
                #expect(again.output.contains("nothing to copy: 5 chunks unchanged"), "\(how): \(again)")
                let told = "5 copied chunks of m were not compared row for row"
                #expect(try await run("migrate plan").output.contains(told) == (uncompared > 0), "\(how)")
                if how == "none" { break }

                let verified = try await run("migrate verify")
                #expect(verified.output.contains("5 chunks: 5 same"), "\(verified)")
                #expect(verified.output.contains("compared for the first time") == (uncompared > 0), "\(verified)")
                let now = try await run("migrate status --format csv --columns changed,uncompared")
                #expect(now.output.hasSuffix("\n0,0\n"), "\(how): \(now)")
                _ = try await run("migrate undo m --yes")
            }

            #expect(try await run("migrate cutover m --dry-run").errors.contains("not compared row for row"))
            let cutOver = try await run("migrate cutover m --yes --format json")
            #expect(
                cutOver.output.contains(#""columns":["hypertable","pause_ms","uncompared"]"#)
                    && cutOver.output.contains(/"rows":\[\["m",[0-9.]+,5\]\]/), "\(cutOver)")
            let unfinished = try await cluster.run("migrate finish m --drop-old --yes")
            #expect(unfinished.status == 1 && unfinished.errors.contains("migrate verify m"), "\(unfinished)")
            #expect(try await run("migrate status --format csv --columns uncompared").output.hasSuffix("\n5\n"))
            _ = try await run("migrate verify")
            #expect(try await run("migrate status --format csv --columns uncompared").output.hasSuffix("\n0\n"))
            let undone = try await run("migrate undo m --yes --format json")
            #expect(undone.output.contains(/"rows":\[\["m",[0-9.]+,"undone"\]\]/), "\(undone)")
        }
    }

    /// After a crash a node gives the numbers of transactions again of which nothing has come to its disk.
    @Test func noSnapshotIsRecordedThatACrashCouldTakeBack() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let made = try await cluster.program.run([], input: Self.setUp + "migrate start\nmigrate copy\n")
            #expect(made.status == 0, "\(made.errors)")
            for statement in ["ALTER SYSTEM SET wal_writer_delay = '10s'", "SELECT pg_reload_conf()"] {
                _ = try await cluster.query("dn1", statement)
            }
            let other = try await cluster.connection(to: "dn1")
            _ = try await other.execute("CREATE UNLOGGED TABLE n (i int)")
            for command in ["migrate verify", "migrate copy"] {
                // What nobody commits, or not at once, is on no disk.
                for statement in [
                    "SET synchronous_commit = off", "BEGIN",
                    "SELECT txid_current(), pg_logical_emit_message(true, 'x', repeat('x', 100))", "COMMIT",
                ] { _ = try await other.execute(statement) }
                if command == "migrate copy" {
                    _ = try await cluster.query("an1", "UPDATE tscl_migrate.chunk SET state = 'to do'")
                }
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == 0, "\(command): \(result)")
                let flushed = try await cluster.query("dn1", "SELECT pg_current_wal_flush_lsn()").first?.first ?? nil
                let kept = "SELECT bool_and(node_place <= '\(flushed ?? "")') FROM tscl_migrate.chunk"
                #expect(try await cluster.value(kept) == "t", "\(command)")
            }
            await other.close()
        }
    }

    /// What was never compared may differ by what was written, or by what the copy lacks.
    @Test func whatWasWrittenToAndNeverComparedIsNotTakenForProved() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            func run(_ command: String, status: Int32 = 0) async throws -> Program.Result {
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == status, "\(command): \(result)")
                return result
            }
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")
            for command in ["migrate start", "migrate copy --verify none"] { _ = try await run(command) }
            _ = try await run("migrate cutover m --yes")
            // A row that somebody has deleted since, or that the copy lacked: nobody can tell.
            _ = try await run("sql DELETE FROM m WHERE t = '2024-01-05 12:00Z' AND dev = 1")
            let first = try await run("migrate verify", status: 5)
            #expect(first.output.contains("5 chunks: 4 same, 1 unproved"), "\(first)")
            #expect(first.output.contains("4 chunks of these compared for the first time"), "\(first)")
            #expect(first.errors.contains("1 chunk unproved"), "\(first)")

            // What was the same once may be written to.
            for chunk in ["2024-01-04 12:30Z", "2024-01-05 12:30Z"] {
                _ = try await run("sql INSERT INTO m VALUES ('\(chunk)', 1, 8)")
            }
            let second = try await run("migrate verify", status: 5)
            #expect(second.output.contains("5 chunks: 3 same, 1 written, 1 unproved"), "\(second)")
            _ = try await run("migrate finish m --drop-old --yes", status: 1)
            for preview in ["", " --dry-run"] {
                let refused = try await run("migrate undo m --copy-back --yes\(preview)", status: 1)
                #expect(refused.errors.contains("nobody had compared them before the cut-over"), "\(refused)")
            }
            #expect(try await cluster.value("SELECT count(*) FROM m__old") == "241")

            // A chunk that its users drop keeps nobody from the end.
            _ = try await run("sql SELECT drop_chunks('m', older_than => '2024-01-02Z'::timestamptz)")
            let accepted = try await run("migrate verify --accept-unproved")
            #expect(accepted.output.contains("5 chunks: 2 same, 1 written, 1 dropped, 1 unproved"), "\(accepted)")
            _ = try await run("migrate finish m --drop-old --yes")
        }
    }
}
