import Postgres
import Sandbox
import Testing

/// What `migrate plan` tells of what is in use besides the tables, as PostgreSQL has it.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct MigrationFindingTests {
    private static let setUp = """
        exec CREATE TABLE public.device (id int PRIMARY KEY)
        exec CREATE SEQUENCE public.ids
        sql CREATE TABLE device (id int PRIMARY KEY)
        sql CREATE SEQUENCE ids
        sql CREATE TABLE bills (id bigint DEFAULT nextval('ids'))
        sql CREATE TABLE m (t timestamptz NOT NULL, dev int CONSTRAINT of_device REFERENCES device ON DELETE CASCADE ON UPDATE SET NULL, id bigint DEFAULT nextval('ids'))
        sql CREATE TABLE n (t timestamptz NOT NULL, dev int CONSTRAINT plain REFERENCES device, id bigint DEFAULT nextval('ids'))
        sql SELECT create_distributed_hypertable('m', 't', chunk_time_interval => interval '1 day')
        sql SELECT create_distributed_hypertable('n', 't', chunk_time_interval => interval '1 day')
        sql INSERT INTO m SELECT t FROM generate_series('2024-01-01Z'::timestamptz, '2024-01-02 23:00Z', '1 hour') t
        sql INSERT INTO n SELECT t FROM generate_series('2024-01-01Z'::timestamptz, '2024-01-02 23:00Z', '1 hour') t

        """

    private static func with(_ body: (Cluster) async throws -> Void) async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made)")
            try await body(cluster)
        }
    }

    @Test func inPlaceKeysHaveRowsToLookAt() async throws {
        try await Self.with { cluster in
            let plan = try await cluster.run("migrate plan")
            #expect(
                plan.output.contains(
                    "its foreign key of_device to public.device ON DELETE CASCADE ON UPDATE SET NULL acts")
                    && plan.output.contains("what its foreign key plain to public.device refers to can't be deleted")
                    && !plan.output.contains("takes numbers from the sequence"), "\(plan)")
            #expect(try await cluster.run("migrate start").status == 6)
            _ = try await cluster.query("an1", "CREATE PUBLICATION everything FOR ALL TABLES")
            let published = try await cluster.run("migrate plan")
            #expect(published.output.contains("the publication everything has all tables"), "\(published)")
            let begun = try await cluster.run("migrate start --accept key-actions publications; migrate copy")
            #expect(begun.status == 0, "\(begun)")
        }
    }

    @Test func elsewhereSequencesAreGivenTwice() async throws {
        try await Self.with { cluster in
            let other = try await MigrationElsewhereTests.database("out", of: cluster)
            _ = try await other.execute("CREATE TABLE device (id int PRIMARY KEY)")
            let plan = try await cluster.run("migrate plan --to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'")
            #expect(
                plan.output.contains("m: it takes numbers from the sequence public.ids (also: public.bills, public.n)")
                    && plan.output.contains(
                        "n: it takes numbers from the sequence public.ids (also: public.bills, public.m)")
                    && !plan.output.contains("refers to can't be deleted"), "\(plan)")
            await other.close()
        }
    }

    /// That version makes no hypertable then: it is told before anything is begun.
    @Test(.offering("2.28.3")) func elsewhereAPublicationOfAllTablesForbidsIt() async throws {
        try await Self.with { cluster in
            let other = try await MigrationElsewhereTests.database("out", of: cluster, version: "2.28.3")
            for statement in ["CREATE TABLE device (id int PRIMARY KEY)", "CREATE PUBLICATION p FOR ALL TABLES"] {
                _ = try await other.execute(statement)
            }
            let to = "--to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'"
            let plan = try await cluster.run("migrate plan \(to)")
            #expect(plan.status == 5 && plan.output.contains("makes no hypertable"), "\(plan)")
            let accept = "--accept key-actions shared-sequences publications"
            let refused = try await cluster.run("migrate start \(to) \(accept)")
            #expect(refused.status == 1 && refused.errors.contains("makes no hypertable"), "\(refused)")
            #expect(try await other.execute("SELECT to_regnamespace('tscl_migrate')").rows == [[nil]])
            for statement in ["DROP PUBLICATION p", "CREATE PUBLICATION p FOR TABLE device"] {
                _ = try await other.execute(statement)
            }
            let begun = try await cluster.run("migrate start \(to) --accept key-actions shared-sequences")
            #expect(begun.status == 0, "\(begun)")
            await other.close()
        }
    }
}
