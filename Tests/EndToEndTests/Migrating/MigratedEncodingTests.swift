import Sandbox
import Testing

/// A cluster whose databases are not in UTF-8, with names and values beyond ASCII.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct MigratedEncodingTests {
    private static let setUp = """
        sql CREATE SCHEMA "räume"
        exec CREATE SCHEMA "räume"
        sql CREATE TABLE "räume"."mäß" (t timestamptz NOT NULL, "größe" int, v text, "xü" text)
        hypertable create "räume"."mäß" t --chunk-interval '1 day'
        sql INSERT INTO "räume"."mäß" SELECT t, g, 'é' || g, 'ß' FROM generate_series('2024-01-01Z'::timestamptz, '2024-01-03 23:00Z', '1 hour') t, generate_series(1, 5) g
        sql ALTER TABLE "räume"."mäß" SET (timescaledb.compress, timescaledb.compress_segmentby = '"größe"')
        sql SELECT compress_chunk(c) FROM show_chunks('"räume"."mäß"', older_than => '2024-01-02Z'::timestamptz) c
        sql CREATE MATERIALIZED VIEW "täglich" WITH (timescaledb.continuous) AS SELECT time_bucket('1 day', t) AS "größter Tag", max(v) AS "höchster" FROM "räume"."mäß" GROUP BY 1 WITH NO DATA
        sql CALL refresh_continuous_aggregate('"täglich"', NULL, NULL)

        """
    /// The octets are those of the nodes: TimescaleDB has put there what tscl has sent in UTF-8.
    private static let sums =
        #"SELECT count(*) || ' ' || sum("größe") || ' ' || sum(octet_length(v)) FROM "räume"."mäß""#

    /// Its nodes get databases like its own.
    private static func cluster(on cluster: Cluster) async throws -> Cluster {
        _ = try await cluster.query(
            "an1", "CREATE DATABASE latin ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
        let installed = "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'"
        let version = try #require(try await cluster.query("an1", installed).first?.first ?? nil)
        var program = cluster.program
        program.environment["PGDATABASE"] = "latin"
        let other = Cluster(sandbox: cluster.sandbox, program: program)
        let made = try await other.program.run(
            [],
            input: """
                sql CREATE EXTENSION timescaledb VERSION '\(version)'
                node add dn{1..2} --host '\(cluster.sockets)'/dn{1..2}
                \(setUp)
                """, patience: 120)
        #expect(made.status == 0, "\(made)")
        return other
    }

    private static func value(_ sql: String, in cluster: Cluster) async throws -> String {
        try await cluster.program.run(["--format", "tsv", "-c", sql]).output
    }

    private static func carryOut(
        _ commands: [String], in cluster: Cluster
    ) async throws {
        for command in commands {
            let result = try await cluster.run(command, patience: 120)
            #expect(result.status == 0, "\(command): \(result)")
        }
    }

    @Test func itLeavesInPlaceAndComesBack() async throws {
        try await Cluster.with(nodes: 2, addingNodes: false) { made in
            let cluster = try await Self.cluster(on: made)
            try await Self.carryOut(
                [
                    "migrate start --accept mixed-encodings", "migrate copy", "migrate cutover all --yes",
                    "migrate verify",
                ], in: cluster)
            #expect(try await Self.value(Self.sums, in: cluster) == "360 1080 1080\n")
            let update = #"sql UPDATE "räume"."mäß" SET v = v || 'ü' WHERE t > '2024-01-03Z' AND "größe" = 2"#
            try await Self.carryOut([update, "migrate undo all --copy-back --max-pause 60s --yes"], in: cluster)
            #expect(
                try await Self.value(#"SELECT count(*) || ' ' || sum("größe") FROM "räume"."mäß""#, in: cluster)
                    == "360 1080\n")
        }
    }

    @Test(.offering("2.14.2")) func itLeavesToAnotherServer() async throws {
        try await Cluster.with(nodes: 2, addingNodes: false) { made in
            let cluster = try await Self.cluster(on: made)
            _ = try await made.query(
                "an1", "CREATE DATABASE out ENCODING 'LATIN1' LC_COLLATE 'C' LC_CTYPE 'C' TEMPLATE template0")
            let target = "host=\(made.sockets)/an1 dbname=out user=postgres"
            try await Self.carryOut(
                ["connect '\(target)'; sql CREATE EXTENSION timescaledb VERSION '2.14.2'"], in: cluster)
            try await Self.carryOut(
                [
                    "migrate start --to '\(target)' --accept mixed-encodings", "migrate copy",
                    #"sql INSERT INTO "räume"."mäß" VALUES ('2024-01-03 00:30Z', 1, 'çà', 'ß')"#,
                    "migrate cutover all --yes", "migrate verify",
                ], in: cluster)
            let moved = try await cluster.program.run([
                "--format", "tsv", "-c",
                "connect '\(target)'; " + Self.sums + #"; SELECT max("höchster") FROM "täglich""#,
            ])
            #expect(moved.output.contains("361 1081 1084\n") && moved.output.contains("5\n"), "\(moved)")
        }
    }
}
