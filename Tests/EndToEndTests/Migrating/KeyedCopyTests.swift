import Sandbox
import Testing

/// Foreign keys of tables whose triggers must not fire for what is copied: no row goes over without what it refers to.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct KeyedCopyTests {
    private static let function = """
        CREATE FUNCTION public.touched() RETURNS trigger LANGUAGE plpgsql AS $x$ BEGIN RETURN NEW; END $x$
        """
    private static let setUp = """
        exec CREATE TABLE public.device (id int PRIMARY KEY)
        exec INSERT INTO public.device SELECT generate_series(1, 9)
        exec \(function)
        sql CREATE TABLE device (id int PRIMARY KEY)
        sql INSERT INTO device SELECT generate_series(1, 9)
        sql \(function)
        sql CREATE TABLE m (t timestamptz NOT NULL, dev int REFERENCES device, v float8)
        sql SELECT create_distributed_hypertable('m', 't', chunk_time_interval => interval '1 day')
        sql CREATE TRIGGER touched AFTER INSERT ON m FOR EACH ROW EXECUTE FUNCTION touched()
        sql INSERT INTO m SELECT t, d, d FROM generate_series('2024-01-01Z'::timestamptz, '2024-01-03 23:00Z', '1 hour') t, generate_series(1, 5) d
        sql ALTER TABLE m SET (timescaledb.compress, timescaledb.compress_segmentby = 'dev')
        sql SELECT compress_chunk(c) FROM show_chunks('m', older_than => '2024-01-02Z'::timestamptz) c
        migrate start
        migrate copy

        """
    private static let orphans =
        "SELECT count(*) FROM m__new m WHERE dev IS NOT NULL AND NOT EXISTS (SELECT FROM device d WHERE d.id = m.dev)"

    private static func with(_ body: (Cluster) async throws -> Void) async throws {
        try await Cluster.with(nodes: 2) { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made)")
            try await body(cluster)
        }
    }

    /// The nodes have the device, and the access node has not.
    @Test(arguments: ["2024-01-02 00:30Z", "2024-01-01 00:30Z"])
    func whatHasNothingToReferToDoesNotGoOver(time: String) async throws {
        try await Self.with { cluster in
            #expect(try await cluster.run("exec INSERT INTO public.device VALUES (77)").status == 0)
            // Of the first day the chunk is compressed, and the row stands beside.
            let rows = "INSERT INTO m VALUES ('\(time)', 77, 1), ('\(time)', NULL, 1)"
            _ = try await cluster.query("an1", rows)
            let refused = try await cluster.run("migrate copy", patience: 120)
            #expect(
                refused.status == 4 && refused.errors.contains("violates foreign key constraint"), "\(refused)")
            #expect(try await cluster.value(Self.orphans) == "0")
            _ = try await cluster.query("an1", "INSERT INTO device VALUES (77)")
            let copied = try await cluster.run("migrate copy", patience: 120)
            #expect(copied.status == 0, "\(copied)")
            let cutOver = try await cluster.run("migrate cutover m --yes", patience: 120)
            #expect(cutOver.status == 0, "\(cutOver)")
            #expect(try await cluster.value("SELECT count(*) || ' ' || sum(dev) FROM m") == "362 1157")
        }
    }

    @Test func nothingIsCopiedBackThatTheNodesHaveNothingFor() async throws {
        try await Self.with { cluster in
            #expect(try await cluster.run("migrate cutover m --yes", patience: 120).status == 0)
            for statement in [
                "INSERT INTO device VALUES (88)", "INSERT INTO m VALUES ('2024-01-02 00:30Z', 88, 1)",
            ] { _ = try await cluster.query("an1", statement) }
            let refused = try await cluster.run("migrate undo m --copy-back --max-pause 60s --yes", patience: 120)
            #expect(
                refused.status == 1 && refused.errors.contains("violates foreign key constraint"), "\(refused)")
            #expect(try await cluster.value("SELECT count(*) FROM m WHERE dev = 88") == "1")
            #expect(try await cluster.run("exec INSERT INTO public.device VALUES (88)").status == 0)
            let undone = try await cluster.run("migrate undo m --copy-back --max-pause 60s --yes", patience: 120)
            #expect(undone.status == 0, "\(undone)")
            #expect(try await cluster.value("SELECT count(*) || ' ' || sum(dev) FROM m") == "361 1168")
        }
    }
}
