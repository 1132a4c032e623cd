import Foundation
import Sandbox
import Testing

/// `node abandon` of a node that is really gone.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct NodeAbandonmentTests {
    private static let setUp = """
        sql CREATE TABLE one (time timestamptz NOT NULL, device int NOT NULL, v float8)
        hypertable create one time --chunk-interval '1 day'
        sql CREATE TABLE two (time timestamptz NOT NULL, device int NOT NULL, v float8)
        hypertable create two time --chunk-interval '1 day' --replication-factor 2
        sql ALTER TABLE one SET (timescaledb.compress, timescaledb.compress_segmentby = 'device')
        sql INSERT INTO one SELECT t, d, d FROM generate_series('2024-01-01'::timestamptz, '2024-01-06 23:00', '1 hour') t, generate_series(1, 9) d
        sql INSERT INTO two SELECT t, d, d FROM generate_series('2024-01-01'::timestamptz, '2024-01-06 23:00', '1 hour') t, generate_series(1, 9) d
        sql SELECT count(compress_chunk(c)) FROM show_chunks('one', older_than => '2024-01-04'::timestamptz) c
        sql ANALYZE one
        sql CREATE MATERIALIZED VIEW daily WITH (timescaledb.continuous) AS SELECT time_bucket('1 day', time) AS day, sum(v) FROM one GROUP BY 1
        heal schedule

        """

    @Test func whatItAloneHadIsLostAndAllElseIsWhole() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")
            let alive = try await cluster.run("node abandon dn3 --lose-data --yes")
            #expect(alive.status == 1 && alive.errors.contains("dn3 is not gone"), "\(alive)")
            try await cluster.sandbox.kill("dn3")
            let unsaid = try await cluster.run("node abandon dn3 --yes")
            #expect(unsaid.status == 6 && unsaid.errors.contains("lost with dn3: 2 chunks of one"), "\(unsaid)")

            let abandoned = try await cluster.run("node abandon dn3 --lose-data --yes")
            #expect(abandoned.status == 0, "\(abandoned)")
            #expect(abandoned.errors.contains("lost with dn3: 2 chunks of one, from 2024-01-0"))
            #expect(abandoned.errors.contains("daily keeps what it has of that range"))
            #expect(abandoned.output.contains("node dn3 abandoned: 2 chunks lost with it"))
            #expect(try await cluster.query("an1", "SELECT count(*) FROM one") == [["864"]])
            #expect(try await cluster.query("an1", "SELECT count(*) FROM two") == [["1296"]])
            for table in ["one", "two"] {
                _ = try await cluster.query(
                    "an1",
                    "INSERT INTO \(table) SELECT t, 1, 1 FROM generate_series('2024-01-01'::timestamptz, '2024-01-09', '1 hour') t"
                )
            }
            let checked = try await cluster.run("check")
            let errors = checked.output.split(separator: "\n").filter { $0.hasPrefix("error: ") }
            #expect(errors.allSatisfy { $0.contains("public.two") && $0.contains("too few replicas") }, "\(checked)")
        }
    }
}
