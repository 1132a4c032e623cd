import Foundation
import Postgres
import Sandbox
import Testing

/// The way out to another database, with what hangs on the tables, and the end of it by what it says.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct MigrationElsewhereTests {
    private static let setUp = """
        sql CREATE TABLE devices (dev int PRIMARY KEY, name text)
        sql CREATE TABLE m (t timestamptz NOT NULL, dev int NOT NULL, v float8)
        hypertable create m t --partition-by dev --chunk-interval '1 day'
        sql INSERT INTO m SELECT t, d, d FROM generate_series('2024-01-01'::timestamptz, '2024-01-04', '1 hour') t, generate_series(1, 5) d
        sql CREATE VIEW a_deepest AS SELECT 1 AS k
        sql CREATE VIEW lately AS SELECT * FROM m WHERE v > 2
        sql CREATE OR REPLACE VIEW a_deepest AS SELECT 1 AS k, count(*) AS n FROM lately
        sql CREATE VIEW named AS SELECT m.*, name FROM m JOIN devices USING (dev)
        sql CREATE MATERIALIZED VIEW sums AS SELECT dev, sum(v) FROM m GROUP BY 1
        sql CREATE MATERIALIZED VIEW daily WITH (timescaledb.continuous) AS SELECT time_bucket('1 day', t) AS d, count(*) AS n FROM m GROUP BY 1 WITH NO DATA
        sql CALL refresh_continuous_aggregate('daily', NULL, NULL)
        sql CREATE VIEW over_daily AS SELECT * FROM daily
        sql CREATE FUNCTION rows_of() RETURNS bigint LANGUAGE sql RETURN (SELECT count(*) FROM m)
        sql CREATE FUNCTION typed(x m) RETURNS int LANGUAGE sql AS 'SELECT 1'

        """

    @Test func whatHangsOnTheOldTableIsDroppedOrNamed() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made)")
            let other = try await Self.database("out", of: cluster)
            func ask(_ sql: String) async throws -> String? { try await other.execute(sql).rows.first?.first ?? nil }
            let to = "--to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'"
            let plan = try await cluster.carryOut("migrate plan \(to)", status: 5)
            #expect(plan.output.contains("the table public.devices is missing"), "\(plan)")
            let line = plan.output.firstMatch(of: #/pg_dump .* \| psql .*/#).map { String($0.output) } ?? ""
            #expect(line.contains("-t public.devices"), "\(plan)")
            _ = try await other.execute("CREATE TABLE devices (dev int PRIMARY KEY, name text)")

            try await cluster.carryOut("migrate start \(to) --accept row-type")
            try await cluster.carryOut("migrate copy")
            let cutOver = try await cluster.carryOut("migrate cutover all --yes")
            #expect(cutOver.output.contains("continuous aggregates, without a lock"), "\(cutOver)")
            #expect(try await ask("SELECT n FROM a_deepest") == "219")
            #expect(try await ask("SELECT sum(n) FROM over_daily") == "365")
            #expect(try await ask("SELECT sum(sum) FROM sums") == "1095")
            #expect(try await ask("SELECT rows_of()") == "365")
            try await cluster.carryOut("migrate verify")

            let refused = try await cluster.carryOut("migrate finish m --drop-old --yes", status: 1)
            #expect(refused.errors.contains("function public.typed(public.m__old)"), "\(refused)")
            let remedy = try #require(refused.errors.firstMatch(of: #/then: (sql DROP [^;]*);/#))
            try await cluster.carryOut(String(remedy.output.1))
            try await cluster.carryOut("migrate finish m --drop-old --yes")
            let left =
                "SELECT count(*) FROM pg_class WHERE relname IN ('m__old', 'lately', 'a_deepest', 'sums', 'daily')"
            #expect(try await cluster.value(left) == "0")
            #expect(try await ask("SELECT count(*) FROM m") == "365")
            await other.close()
        }
    }

    /// To a server of a version without multi-node, as most will go.
    @Test(.offering("2.14.2")) func theNextVersionTakesTheTables() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            let setUp = """
                sql CREATE TABLE m (t timestamptz NOT NULL, dev int NOT NULL, v float8)
                hypertable create m t --partition-by dev --chunk-interval '1 day'
                sql INSERT INTO m SELECT t, d, d FROM generate_series('2024-01-01'::timestamptz, '2024-01-04', '1 hour') t, generate_series(1, 5) d
                sql ALTER TABLE m SET (timescaledb.compress, timescaledb.compress_segmentby = 'dev')
                sql SELECT compress_chunk(c) FROM show_chunks('m', older_than => '2024-01-02'::timestamptz) c
                sql CREATE MATERIALIZED VIEW daily WITH (timescaledb.continuous) AS SELECT time_bucket('1 day', t) AS d, count(*) AS n FROM m GROUP BY 1 WITH NO DATA
                sql CALL refresh_continuous_aggregate('daily', NULL, NULL)
                """
            let made = try await cluster.program.run([], input: setUp)
            #expect(made.status == 0, "\(made)")
            let other = try await Self.database("out", of: cluster, version: "2.14.2")
            func ask(_ sql: String) async throws -> String? { try await other.execute(sql).rows.first?.first ?? nil }
            let to = "--to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'"
            for command in [
                "migrate start \(to)", "migrate copy", "migrate cutover all --yes", "migrate verify",
            ] {
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == 0, "\(command): \(result)")
            }
            #expect(try await ask("SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'") == "2.14.2")
            #expect(try await ask("SELECT count(*) || ' ' || sum(v) FROM m") == "365 1095")
            #expect(try await ask("SELECT sum(n) FROM daily") == "365")
            let undone = try await cluster.run("migrate undo m --yes", patience: 120)
            #expect(undone.status == 0, "\(undone)")
            #expect(try await cluster.query("an1", "SELECT count(*) FROM m") == [["365"]])
            await other.close()
        }
    }

    static func database(
        _ name: String, of cluster: Cluster, version: String? = nil, order: String = ""
    ) async throws -> Connection {
        let node = cluster.sandbox.nodes[0]
        _ = try await cluster.query(node.name, "CREATE DATABASE \(name) TEMPLATE template0 \(order)")
        var parameters = cluster.sandbox.parameters(for: node)
        parameters["dbname"] = name
        let connection = try await Connection.open(parameters)
        let wanted = version.map { " VERSION '\($0)'" } ?? ""
        _ = try await connection.execute("CREATE EXTENSION timescaledb\(wanted)")
        return connection
    }
}
