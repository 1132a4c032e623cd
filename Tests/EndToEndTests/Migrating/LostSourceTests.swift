import Sandbox
import Testing

/// Chunks that the source has not any more, of which only the target has the rows.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct LostSourceTests {
    private static let setUp = """
        sql CREATE TABLE m (t timestamptz NOT NULL, dev int NOT NULL, v float8)
        hypertable create m t --chunk-interval '1 day'
        sql INSERT INTO m SELECT t, d, d FROM generate_series('2024-01-01Z'::timestamptz, '2024-01-06 23:00Z', '1 hour') t, generate_series(1, 2) d
        migrate start
        migrate copy

        """
    private static let all = "288"

    private static func with(_ body: (Cluster) async throws -> Void) async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")
            try await body(cluster)
        }
    }

    private static func run(
        _ command: String, _ cluster: Cluster, status: Int32 = 0
    ) async throws -> Program.Result {
        let result = try await cluster.run(command, patience: 120)
        #expect(result.status == status, "\(command): \(result)")
        return result
    }

    private static func abandon(_ cluster: Cluster) async throws {
        try await cluster.sandbox.kill("dn2")
        // Whoever is to do without it is told what of it the target has.
        let refused = try await run("migrate cutover m --yes", cluster, status: 1)
        #expect(
            refused.errors.contains(/the target has all \d chunks that only it has, with \d+ rows/)
                && refused.errors.contains("'node abandon dn2'"), "\(refused)")
        let preview = try await run("node abandon dn2 --lose-data --dry-run", cluster)
        #expect(preview.output.contains(/of these, \d chunks? of m with \d+ rows are copied to m__new/), "\(preview)")
        let told = try await run("node abandon dn2 --lose-data --yes", cluster)
        #expect(told.errors.contains(/of these, \d chunks? of m with \d+ rows are copied to m__new/), "\(told)")
    }

    @Test func theCopyOfWhatANodeTookWithItGoesAlongWithTheCutOver() async throws {
        try await Self.with { cluster in
            try await Self.abandon(cluster)
            let left = try await cluster.value("SELECT count(*) FROM m")
            #expect(left != Self.all)
            let copied = try await Self.run("migrate copy", cluster)
            #expect(copied.output.contains("m: kept: the source lost it with dn2: "), "\(copied)")
            #expect(
                try await Self.run("migrate status", cluster).errors.contains("m: kept: the source lost it with dn2"))
            #expect(try await cluster.value("SELECT count(*) FROM m__new") == Self.all)
            let refused = try await Self.run("migrate undo m --yes", cluster, status: 1)
            #expect(refused.errors.contains("the copy stays"), "\(refused)")
            let preview = try await Self.run("migrate cutover m --dry-run", cluster)
            #expect(preview.errors.contains("m: kept: the source lost it with dn2"), "\(preview)")
            let cutOver = try await Self.run("migrate cutover m --yes", cluster)
            #expect(cutOver.output.contains("m: kept: the source lost it with dn2"), "\(cutOver)")
            #expect(try await cluster.value("SELECT count(*) FROM m") == Self.all)
            let verified = try await Self.run("migrate verify", cluster)
            #expect(verified.output.contains(" kept"), "\(verified)")

            // The old table lacks them: they are not left behind unsaid.
            let wanting = try await Self.run("migrate undo m --yes", cluster, status: 1)
            #expect(wanting.errors.contains("of which m__old has not any more"), "\(wanting)")
            _ = try await Self.run("migrate undo m --copy-back --yes", cluster)
            #expect(try await cluster.value("SELECT count(*) FROM m") == Self.all)
            _ = try await Self.run("migrate copy", cluster)
            #expect(try await cluster.value("SELECT count(*) FROM m__new") == Self.all)
            _ = try await Self.run("migrate cutover m --yes", cluster)
            #expect(try await cluster.value("SELECT count(*) FROM m") == Self.all)
        }
    }

    /// What is written to the same range at the source since goes not over what only the target has.
    @Test func whatIsWrittenToTheSameRangeSinceAndWhatIsKeptAreBothThere() async throws {
        try await Self.with { cluster in
            try await Self.abandon(cluster)
            let written =
                "INSERT INTO m SELECT t, 9, 9 FROM generate_series('2024-01-01 12:30Z'::timestamptz, '2024-01-06 12:30Z', '1 day') t"
            _ = try await cluster.query("an1", written)
            let copied = try await Self.run("migrate copy", cluster, status: 4)
            #expect(copied.errors.contains("neither is copied over the other"), "\(copied)")
            #expect(
                try await Self.run("migrate cutover m --yes", cluster, status: 1).errors.contains("neither is copied"))
            // As it is told.
            while true {
                let told = try await cluster.run("migrate copy")
                guard
                    let advice = told.errors.firstMatch(of: /(INSERT INTO .*?); then sql (DROP TABLE .*?); then again/)
                else { break }
                for statement in [advice.1, advice.2] { _ = try await cluster.query("an1", String(statement)) }
            }
            _ = try await Self.run("migrate cutover m --yes", cluster)
            #expect(try await cluster.value("SELECT count(*) FROM m WHERE dev < 9") == Self.all)
            #expect(try await cluster.value("SELECT count(*) FROM m WHERE dev = 9") == "6")
        }
    }

    /// As a job does that drops old chunks of all hypertables.
    @Test func whatTheOldTableDropsBehindTheCutOverComesBackWithAnUndo() async throws {
        try await Self.with { cluster in
            _ = try await Self.run("migrate cutover m --yes", cluster)
            _ = try await cluster.query("an1", "SELECT drop_chunks('m__old', older_than => '2024-01-03Z'::timestamptz)")
            let verified = try await Self.run("migrate verify", cluster)
            #expect(verified.output.contains("6 chunks: 4 same, 2 kept"), "\(verified)")
            let refused = try await Self.run("migrate undo m --yes", cluster, status: 1)
            #expect(refused.errors.contains("in 2 chunks, 2 of which m__old has not any more"), "\(refused)")
            _ = try await Self.run("migrate undo m --copy-back --yes", cluster)
            #expect(try await cluster.value("SELECT count(*) FROM m") == Self.all)
            _ = try await Self.run("migrate copy", cluster)
            #expect(try await cluster.value("SELECT count(*) FROM m__new") == Self.all)
            // What is dropped on purpose before the cut-over is dropped there, too.
            _ = try await cluster.query("an1", "SELECT drop_chunks('m', older_than => '2024-01-02Z'::timestamptz)")
            #expect(
                try await Self.run("migrate copy", cluster).output.contains("1 removed that the source has dropped"))
            #expect(try await cluster.value("SELECT count(*) FROM m__new") == "240")
        }
    }
}
