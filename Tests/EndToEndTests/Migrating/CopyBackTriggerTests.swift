import Testing

/// Triggers of the old table, which have fired at what is copied back to it.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct CopyBackTriggerTests {
    private static let function = """
        CREATE FUNCTION public.audit() RETURNS trigger LANGUAGE plpgsql AS $x$ BEGIN INSERT INTO public.audited VALUES (TG_OP); RETURN NULL; END $x$
        """
    private static let setUp = """
        sql CREATE TABLE m (t timestamptz NOT NULL, dev int NOT NULL, v int)
        hypertable create m t --partition-by dev --chunk-interval '1 day' --replication-factor 2
        sql CREATE TABLE audited (op text)
        sql \(function)
        exec CREATE TABLE public.audited (op text)
        exec \(function)
        sql CREATE TRIGGER audit AFTER INSERT OR UPDATE OR DELETE ON m FOR EACH ROW EXECUTE FUNCTION audit()
        sql INSERT INTO m SELECT t, d, 0 FROM generate_series('2024-01-01'::timestamptz, '2024-01-03', '1 hour') t, generate_series(1, 5) d
        sql CREATE MATERIALIZED VIEW daily WITH (timescaledb.continuous) AS SELECT time_bucket('1 day', t) AS day, count(*) AS n FROM m GROUP BY 1 WITH NO DATA
        sql CALL refresh_continuous_aggregate('daily', NULL, NULL)
        migrate start
        migrate copy
        migrate cutover m --yes

        """

    @Test func theyDoNotFireAgain() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made)")
            let count = "SELECT count(*) FROM audited"
            var before: [String: [[String?]]] = [:]
            for node in ["dn1", "dn2", "dn3"] { before[node] = try await cluster.query(node, count) }
            let writing = "sql INSERT INTO m VALUES ('2024-01-01 12:30', 1, 7), ('2024-02-01', 1, 7)"
            #expect(try await cluster.run(writing).status == 0)
            #expect(try await cluster.value(count) == "2")
            let undone = try await cluster.run("migrate undo m --copy-back --max-pause 60s --yes", patience: 120)
            #expect(undone.status == 0 && undone.output.contains("copied back"), "\(undone)")
            #expect(try await cluster.value("SELECT count(*) FROM m WHERE v = 7") == "2")
            #expect(try await cluster.value(count) == "2")
            for node in ["dn1", "dn2", "dn3"] {
                #expect(try await cluster.query(node, count) == before[node], "\(node)")
            }
            // Nor is it lost for what is made of the rows, which a trigger tells, too.
            #expect(try await cluster.run("sql CALL refresh_continuous_aggregate('daily', NULL, NULL)").status == 0)
            #expect(try await cluster.value("SELECT sum(n) FROM daily") == "247")
            // Behind that they fire as ever.
            #expect(try await cluster.run("sql INSERT INTO m VALUES ('2024-01-01 12:31', 1, 8)").status == 0)
            var after = 0
            for node in ["dn1", "dn2", "dn3"] {
                after += (try await cluster.query(node, count).first?.first ?? nil).flatMap { Int($0) } ?? 0
            }
            let earlier = before.values.compactMap { ($0.first?.first ?? nil).flatMap { Int($0) } }.reduce(0, +)
            #expect(after == earlier + 2)
        }
    }
}
