import Sandbox
import Testing

/// Nodes that come to hypertables with continuous aggregates, and leave them.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct AggregateNodeTests {
    /// A hypertable on two of three nodes, whose aggregate is up to date. The numbers of hypertables differ from node to node.
    private static let setUp = """
        sql CREATE TABLE before (t timestamptz NOT NULL, v int)
        hypertable create before t --on dn1
        sql CREATE TABLE m (t timestamptz NOT NULL, v int)
        hypertable create m t --chunk-interval '1 day' --on dn1,dn2
        sql INSERT INTO m SELECT t, 1 FROM generate_series('2024-01-01Z'::timestamptz, '2024-01-06 23:00Z', '1 hour') t
        sql CREATE MATERIALIZED VIEW daily WITH (timescaledb.continuous, timescaledb.materialized_only) AS SELECT time_bucket('1 day', t) AS day, sum(v) AS v FROM m GROUP BY 1

        """

    private static func with(_ body: (Cluster) async throws -> Void) async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")
            try await body(cluster)
        }
    }

    private static func run(_ command: String, _ cluster: Cluster, status: Int32 = 0) async throws -> Program.Result {
        let result = try await cluster.run(command, patience: 120)
        #expect(result.status == status, "\(command): \(result)")
        return result
    }

    /// Whether the aggregate has what the table has, behind a refresh of all.
    private static func isWhole(_ cluster: Cluster) async throws -> Bool {
        _ = try await run("sql CALL refresh_continuous_aggregate('daily', NULL, NULL)", cluster)
        return try await cluster.value("SELECT (SELECT sum(v) FROM m) = (SELECT sum(v) FROM daily)") == "t"
    }

    /// Writes to three days, and so to all nodes.
    private static func write(from day: String) -> String {
        "sql INSERT INTO m SELECT '\(day)'::timestamptz + h * interval '1 hour', 10 FROM generate_series(0, 71) h"
    }

    private static let arguments =
        "SELECT tgnargs FROM pg_trigger WHERE tgrelid = 'm'::regclass AND tgname = 'ts_cagg_invalidation_trigger'"

    @Test func aNodeThatComesLaterCanBeWrittenTo() async throws {
        try await Self.with { cluster in
            _ = try await Self.run("node attach dn3 --to m", cluster)
            #expect(try await cluster.query("dn3", Self.arguments) == [["2"]])
            _ = try await Self.run("chunk move --of m --from dn1 --to dn3", cluster)
            _ = try await Self.run(Self.write(from: "2024-01-01Z"), cluster)
            #expect(try await Self.isWhole(cluster))

            // As it was attached by somebody else.
            try await cluster.runScript(
                "dn3",
                """
                SET timescaledb.enable_client_ddl_on_data_nodes = on;
                DROP TRIGGER ts_cagg_invalidation_trigger ON m;
                CREATE TRIGGER ts_cagg_invalidation_trigger AFTER INSERT OR UPDATE OR DELETE ON m FOR EACH ROW
                EXECUTE FUNCTION _timescaledb_functions.continuous_agg_invalidation_trigger('2')
                """)
            let remedy = "node attach dn3 --to m --if-not-attached"
            #expect(try await Self.run("check", cluster, status: 5).output.contains(remedy))
            #expect(try await Self.run("\(remedy) --dry-run", cluster).output.contains("CREATE TRIGGER"))
            _ = try await Self.run(remedy, cluster)
            #expect(try await cluster.query("dn3", Self.arguments) == [["2"]])
            #expect(try await Self.run(remedy, cluster).output.contains("unchanged: node dn3 is attached to m"))
            #expect(try await !Self.run("check --format csv", cluster).output.contains(remedy))
            _ = try await Self.run("sql UPDATE m SET v = 3", cluster)
            #expect(try await Self.isWhole(cluster))
        }
    }

    @Test(arguments: ["node delete dn2 --yes", "node detach dn2 --yes"])
    func whatANodeHasNotedIsNotLostWithIt(leaving: String) async throws {
        try await Self.with { cluster in
            _ = try await Self.run("node attach dn3 --to m", cluster)
            // What a refresh of another aggregate shares out, and what comes behind it.
            _ = try await Self.run(
                "sql CREATE MATERIALIZED VIEW hourly WITH (timescaledb.continuous, timescaledb.materialized_only) AS SELECT time_bucket('1 hour', t) AS hour, sum(v) AS v FROM m GROUP BY 1",
                cluster)
            _ = try await Self.run(Self.write(from: "2024-01-01Z"), cluster)
            _ = try await Self.run("sql CALL refresh_continuous_aggregate('hourly', NULL, NULL)", cluster)
            _ = try await Self.run(Self.write(from: "2024-01-04Z"), cluster)
            _ = try await Self.run("node drain dn2", cluster)
            _ = try await Self.run(leaving, cluster)
            #expect(try await Self.isWhole(cluster))
        }
    }
}
