import Postgres
import Sandbox
import Testing

/// A database that orders text otherwise, on a real engine: the batches of compressed rows have their smallest and their largest
/// value in the order of where they were compressed.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct OtherTextOrderTests {
    private static let questions = ["name = 'D'", "name > 'c'", "name >= 'D'", "name < 'B'"]

    /// A type that has a text within is ordered as the database orders that.
    private static let ofJSON = ["'\"D\"'", "'\"c\"'", "'\"B\"'"].flatMap {
        ["name = \($0)", "name > \($0)", "name <= \($0)"]
    }

    private static func counts(of table: String, _ questions: [String] = questions) -> String {
        "SELECT \(questions.map { "(SELECT count(*) FROM \(table) WHERE \($0))" }.joined(separator: ", "))"
    }

    @Test func whatIsCompressedInAnOrderOfTextIsCompressedAnew() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let made = try await cluster.program.run(
                [],
                input: """
                    sql CREATE TABLE m (t timestamptz NOT NULL, name text, v int)
                    hypertable create m t --chunk-interval '7 days'
                    sql ALTER TABLE m SET (timescaledb.compress, timescaledb.compress_orderby = 'name, t')
                    sql CREATE TABLE o (t timestamptz NOT NULL, name text, v int)
                    hypertable create o t --chunk-interval '7 days'
                    sql ALTER TABLE o SET (timescaledb.compress, timescaledb.compress_segmentby = 'name', timescaledb.compress_orderby = 't')
                    sql INSERT INTO m SELECT '2024-01-01Z'::timestamptz + g * interval '1 h', (ARRAY['a', 'B', 'c', 'D'])[1 + g % 4], g FROM generate_series(0, 99) g
                    sql CREATE TABLE p (t timestamptz NOT NULL, name jsonb, v int)
                    hypertable create p t --chunk-interval '7 days'
                    sql ALTER TABLE p SET (timescaledb.compress, timescaledb.compress_orderby = 'name, t')
                    sql INSERT INTO o SELECT * FROM m
                    sql INSERT INTO p SELECT t, to_jsonb(name), v FROM m
                    sql SELECT compress_chunk(x) FROM show_chunks('p') x
                    sql SELECT compress_chunk(x) FROM show_chunks('m') x
                    sql SELECT compress_chunk(x) FROM show_chunks('o') x

                    """)
            #expect(made.status == 0, "\(made.errors)")
            // Later versions take no rows as they are compressed.
            let version = try await cluster.value("SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'")
            let other = try await MigrationElsewhereTests.database(
                "out", of: cluster, version: version, order: "LOCALE_PROVIDER icu ICU_LOCALE 'en' LOCALE 'C.UTF-8'")
            let to = "--to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'"
            let plan = try await cluster.run("migrate plan \(to)", patience: 120)
            #expect(plan.output.contains("its text is ordered by i en"), "\(plan)")
            for command in ["migrate start \(to) --accept collation", "migrate copy", "migrate cutover all --yes"] {
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == 0, "\(command): \(result)")
            }
            _ = try await other.execute("CREATE TABLE plain AS SELECT * FROM m")
            _ = try await other.execute("CREATE TABLE jsons AS SELECT * FROM p")
            let right = try await other.execute(Self.counts(of: "plain")).rows
            #expect(
                try await other.execute(Self.counts(of: "p", Self.ofJSON)).rows
                    == (try await other.execute(Self.counts(of: "jsons", Self.ofJSON)).rows))
            #expect(try await other.execute(Self.counts(of: "m")).rows == right)
            #expect(try await other.execute(Self.counts(of: "o")).rows == right)
            let carried = try await other.execute(
                "SELECT DISTINCT hypertable_id, is_carried FROM tscl_migrate.chunk ORDER BY 1"
            )
            .rows
            #expect(carried.map(\.last) == ["f", "t", "f"])
            let compressed = "SELECT bool_and(is_compressed) FROM timescaledb_information.chunks"
            #expect(try await other.execute(compressed).rows == [["t"]])
            await other.close()
        }
    }
}
