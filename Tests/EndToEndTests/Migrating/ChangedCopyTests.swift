import Postgres
import Sandbox
import Testing

/// Copies that others write to before the cut-over, and what a copy would lose.
@Suite(.onTimescaleDB("the emulator keeps no chunks")) struct ChangedCopyTests {
    private static let rows = """
        INSERT INTO m SELECT t, d, d FROM generate_series('2024-01-01Z'::timestamptz, '2024-01-05 23:00Z', '1 hour') t, \
        generate_series(1, 2) d
        """

    private static let setUp = """
        sql CREATE TABLE m (t timestamptz NOT NULL, dev int NOT NULL, v float8)
        hypertable create m t --chunk-interval '1 day'
        sql \(rows)
        sql ALTER TABLE m SET (timescaledb.compress, timescaledb.compress_segmentby = 'dev')
        sql SELECT compress_chunk(c) FROM show_chunks('m', older_than => '2024-01-03Z'::timestamptz) c

        """

    private static let sums = "SELECT count(*) || ' ' || sum(v) FROM m"

    @Test func whatOthersChangeInACopyIsCopiedAnew() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            func run(_ command: String, status: Int32 = 0) async throws -> Program.Result {
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == status, "\(command): \(result)")
                return result
            }
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")
            for command in ["migrate start", "migrate copy"] { _ = try await run(command) }
            #expect(try await run("migrate copy").output.contains("5 chunks unchanged"))

            for statement in [
                "DELETE FROM m__new WHERE t < '2024-01-01 02:00Z'",
                "UPDATE m__new SET v = -1 WHERE t = '2024-01-03 05:00Z'",
                "DELETE FROM m__new WHERE t = '2024-01-04 05:00Z'", "VACUUM FREEZE m__new",
            ] { _ = try await cluster.query("an1", statement) }
            let status = try await run("migrate status --format csv --columns copied,changed")
            #expect(status.output.hasSuffix("\n5,3\n"), "\(status)")
            // What somebody has written there is in no other place.
            let copied = try await run("migrate copy")
            #expect(copied.errors.contains("keeps 2 rows of "), "\(copied)")
            #expect(try await cluster.value("SELECT count(*) || ' ' || sum(v) FROM m__new") == "240 360")

            // What was added is nowhere else.
            _ = try await cluster.query("an1", "INSERT INTO m__new VALUES ('2024-01-05 00:30Z', 1, 7)")
            let refused = try await run("migrate copy", status: 4)
            #expect(refused.errors.contains("m__new has 1 row in"), "\(refused)")
            #expect(try await run("migrate cutover m --yes", status: 1).errors.contains("not copied there"))
            let remedy = try #require(refused.errors.firstMatch(of: #/sql TRUNCATE TABLE \S+/#))
            _ = try await run(String(remedy.output))
            // The cut-over looks by itself.
            _ = try await run("migrate cutover m --yes")
            #expect(try await cluster.value(Self.sums) == "240 360")

            _ = try await cluster.query("an1", "DELETE FROM m WHERE t = '2024-01-05 05:00Z'")
            #expect(try await run("migrate verify").output.contains("5 chunks: 4 same, 1 written"))
            // An earlier tscl has cut over without a look.
            _ = try await cluster.query("an1", "UPDATE tscl_migrate.hypertable SET looked_xmin = NULL")
            #expect(try await run("migrate verify", status: 5).output.contains("4 same, 1 unproved"))
            _ = try await run("migrate undo m --yes --copy-back")
            _ = try await run("migrate copy")
            _ = try await run("migrate cutover m --yes")
            #expect(try await cluster.value(Self.sums) == "238 357")
        }
    }

    /// The records of an earlier tscl have no number of the transaction.
    @Test func theStoreOfAnEarlierProgramIsRenewed() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            let made = try await cluster.program.run([], input: Self.setUp + "migrate start m\nmigrate copy\n")
            #expect(made.status == 0, "\(made.errors)")
            for statement in [
                "ALTER TABLE tscl_migrate.chunk DROP COLUMN target_xid",
                "ALTER TABLE tscl_migrate.hypertable DROP COLUMN looked_xmin",
                "DELETE FROM m__new WHERE t = '2024-01-04 05:00Z'",
            ] { _ = try await cluster.query("an1", statement) }
            let copied = try await cluster.run("migrate copy", patience: 120)
            #expect(copied.status == 0 && copied.output.contains("4 chunks unchanged"), "\(copied)")
            #expect(try await cluster.value("SELECT count(*) FROM m__new") == "240")
        }
    }

    /// The node has lost rows, as a standby that takes its place may, or another replica has others; and as many have come. Rows that
    /// were compressed are no others.
    @Test(arguments: ["node_place = '7FFFFFFF/0'", "node = 'dn9'"])
    func whatTheNodeHasLostIsKeptBesideTheCopy(_ change: String) async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")
            func run(_ command: String, status: Int32 = 0) async throws -> Program.Result {
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == status, "\(command): \(result)")
                return result
            }
            let lost = "t IN ('2024-01-01 05:00Z', '2024-01-04 05:00Z')"
            _ = try await run("migrate start")
            _ = try await run("migrate copy")
            // All is compressed as it was.
            let chunk = try await cluster.value(
                "SELECT c::text FROM show_chunks('m', older_than => '2024-01-02Z'::timestamptz) c")
            try await cluster.runScript(
                "dn1",
                """
                SELECT decompress_chunk('\(chunk)');
                DELETE FROM \(chunk) WHERE \(lost);
                INSERT INTO \(chunk) VALUES ('2024-01-01 05:30Z', 1, 7), ('2024-01-01 05:30Z', 2, 7);
                SELECT compress_chunk('\(chunk)');
                """)
            for statement in [
                "DELETE FROM m WHERE t = '2024-01-04 05:00Z'",
                "INSERT INTO m VALUES ('2024-01-04 05:30Z', 1, 7), ('2024-01-04 05:30Z', 2, 7)",
                "UPDATE tscl_migrate.chunk SET \(change)",
            ] { _ = try await cluster.query("an1", statement) }

            // Where they can't be kept they stay.
            let taken = """
                SELECT format('CREATE TABLE %I.%I ()', 'public', substring('\(chunk)' from '[^.]*$') || '_replaced' || n)
                  FROM unnest('{""}'::text[] || (SELECT array_agg('_' || g) FROM generate_series(1, 99) g)) n
                """
            for statement in try await cluster.query("an1", taken) {
                _ = try await cluster.query("an1", statement[0] ?? "")
            }
            let refused = try await run("migrate copy", status: 4)
            #expect(refused.errors.contains("dn1 has not 2 rows of "), "\(refused)")
            #expect(refused.errors.contains("the copy stays"), "\(refused)")
            #expect(try await cluster.value("SELECT count(*) FROM m__new WHERE t = '2024-01-01 05:00Z'") == "2")
            for statement in try await cluster.query("an1", taken) {
                let drop = (statement[0] ?? "").replacing("CREATE", with: "DROP").replacing(" ()", with: "")
                _ = try await cluster.query("an1", drop)
            }

            let copied = try await run("migrate copy")
            let compared = "SELECT count(*) || ' ' || sum(v) || ' ' || count(*) FILTER (WHERE \(lost)) FROM "
            #expect(
                try await cluster.value(compared + "m__new") == (try await cluster.value(compared + "m")))
            #expect(copied.errors.contains(/keeps 2 rows of \S+ that were copied from dn/), "\(copied)")
            for command in ["migrate status", "migrate copy", "migrate cutover m --dry-run"] {
                #expect(try await run(command).errors.contains("keeps 2 rows of "), "\(command)")
            }
            #expect(try await run("check").output.contains(#/warning: access node: .* keeps 2 rows of /#))
            let cutOver = try await run("migrate cutover m --yes")
            #expect(cutOver.output.contains("keeps 2 rows of "), "\(cutOver)")
            let verified = try await run("migrate verify")
            #expect(verified.output.contains("5 chunks: 5 same") && verified.errors.contains("keeps 2 rows of "))
            // As it is told.
            let ways = verified.errors.matches(
                of: /sql (INSERT INTO [^;]*); then, or where nobody needs them: sql (DROP TABLE \S+)/)
            #expect(ways.count == 2)
            for way in ways {
                for statement in [way.1, way.2] { _ = try await run("sql \(statement)") }
            }
            #expect(try await cluster.value("SELECT count(*) FROM m WHERE \(lost)") == "4")
            #expect(!(try await run("migrate status").errors.contains("keeps 2 rows of ")))
        }
    }

    /// A default's function calls another one, or finds the sequence by the table that it belongs to.
    @Test func aSequenceGoesOnThatOnlyFunctionsKnow() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let ddl = [
                "CREATE SEQUENCE far", "CREATE TABLE ids (id bigserial)", "CREATE SEQUENCE down INCREMENT -1",
                "CREATE FUNCTION helper() RETURNS bigint LANGUAGE sql AS $$ SELECT nextval('far') $$",
                "CREATE FUNCTION next_far() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN helper(); END $$",
                "CREATE FUNCTION next_id() RETURNS bigint LANGUAGE plpgsql AS $$ BEGIN RETURN nextval(pg_get_serial_sequence('ids', 'id')); END $$",
            ]
            let other = try await MigrationElsewhereTests.database("out", of: cluster)
            for statement in ddl {
                for node in ["an1", "dn1"] { _ = try await cluster.query(node, statement) }
                _ = try await other.execute(statement.replacing(" INCREMENT -1", with: ""))
            }
            let made = try await cluster.program.run(
                [],
                input: """
                    sql CREATE TABLE m (t timestamptz NOT NULL, a bigint DEFAULT next_far(), b bigint DEFAULT next_id())
                    hypertable create m t
                    sql INSERT INTO m (t) SELECT '2024-01-01Z'::timestamptz + g * interval '1 min' FROM generate_series(1, 50) g
                    sql SELECT nextval('down'), nextval('down')

                    """)
            #expect(made.status == 0, "\(made.errors)")
            let to = "--to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'"
            for command in ["migrate start \(to)", "migrate copy"] {
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == 0, "\(command): \(result)")
            }
            let cutOver = try await cluster.run("migrate cutover m --yes", patience: 120)
            #expect(cutOver.status == 0 && cutOver.output.contains("m: on the target far"), "\(cutOver)")
            let given = try await other.execute("INSERT INTO m (t) VALUES ('2024-01-02Z') RETURNING a || ' ' || b").rows
            #expect(given.first?.first == "51 51")
            // What counts the other way there is another one.
            #expect(try await other.execute("SELECT nextval('down')").rows.first?.first == "1")
            await other.close()
        }
    }

    /// Two tables take their numbers from one sequence, which none of them owns.
    @Test func aSequenceGoesOnWhereverItIsOwned() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            let made = try await cluster.program.run(
                [],
                input: """
                    sql CREATE SEQUENCE ids
                    exec CREATE SEQUENCE ids
                    sql CREATE TABLE m (t timestamptz NOT NULL, id bigint DEFAULT nextval('ids'))
                    sql CREATE TABLE o (t timestamptz NOT NULL, id bigint DEFAULT nextval('ids'))
                    hypertable create m t
                    hypertable create o t
                    sql INSERT INTO m (t) SELECT '2024-01-01Z'::timestamptz + g * interval '1 min' FROM generate_series(1, 50) g
                    sql INSERT INTO o (t) VALUES ('2024-01-01Z')

                    """)
            #expect(made.status == 0, "\(made.errors)")
            let other = try await MigrationElsewhereTests.database("out", of: cluster)
            func given(_ table: String) async throws -> String? {
                try await other.execute("INSERT INTO \(table) (t) VALUES ('2024-01-02Z') RETURNING id").rows.first?
                    .first ?? nil
            }
            let to = "--to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'"
            for command in [
                "migrate start \(to) --accept shared-sequences", "migrate copy", "migrate cutover m --yes",
            ] {
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == 0, "\(command): \(result)")
            }
            #expect(try await given("m") == "52")
            // What has gone on there goes on.
            _ = try await other.execute("SELECT setval('ids', 100)")
            let cutOver = try await cluster.run("migrate cutover o --yes", patience: 120)
            #expect(cutOver.status == 0, "\(cutOver)")
            #expect(try await given("o") == "101")
            await other.close()
        }
    }

    /// What no catalog tells of: a domain's default, a name in a text, the body of a trigger's function.
    @Test func aSequenceGoesOnWhoeverTakesValuesFromIt() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            let there = [
                "CREATE SEQUENCE ids", "CREATE DOMAIN idt AS bigint DEFAULT nextval('ids')", "CREATE SEQUENCE \"t x\"",
                "CREATE SEQUENCE fn", "CREATE SEQUENCE other",
                "CREATE FUNCTION number() RETURNS bigint LANGUAGE sql AS $$SELECT nextval('fn')$$",
            ]
            for statement in there {
                for node in ["an1", "dn1"] { _ = try await cluster.query(node, statement) }
            }
            for statement in [
                """
                CREATE TABLE m (t timestamptz NOT NULL, a idt, b bigint DEFAULT nextval(('"t x"'::text)::regclass),
                                f bigint DEFAULT number())
                """,
                "SELECT create_distributed_hypertable('m', 't')",
                "INSERT INTO m (t) SELECT '2024-01-01Z'::timestamptz + g * interval '1 min' FROM generate_series(1, 50) g",
                "SELECT setval('other', 50)",
            ] { _ = try await cluster.query("an1", statement) }
            let other = try await MigrationElsewhereTests.database("out", of: cluster)
            for statement in there { _ = try await other.execute(statement) }
            // The planner that knows how many there are asks for privileges before it knows what is a sequence.
            let analyzing = "ANALYZE pg_catalog.pg_class, pg_catalog.pg_namespace, pg_catalog.pg_depend"
            _ = try await cluster.query("an1", analyzing)
            _ = try await other.execute(analyzing)
            let to = "--to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'"
            for command in ["migrate start \(to)", "migrate copy", "migrate cutover m --yes"] {
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == 0, "\(command): \(result)")
            }
            let next = try await other.execute("INSERT INTO m (t) VALUES ('2024-01-02Z') RETURNING a, b, f").rows
            #expect(next == [["51", "51", "51"]])
            #expect(try await other.execute("SELECT nextval('other')").rows == [["51"]])
            await other.close()
        }
    }

    /// What the role or the database has set.
    @Test(.offering("2.28.3")) func rowsThatSessionsDoNotFindAreCopied() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            let made = try await cluster.program.run([], input: Self.setUp)
            #expect(made.status == 0, "\(made.errors)")
            let set = "ALTER ROLE ALL SET timescaledb.enable_transparent_decompression = off"
            for node in cluster.sandbox.nodes { _ = try await cluster.query(node.name, set) }
            let other = try await MigrationElsewhereTests.database("out", of: cluster, version: "2.28.3")
            _ = try await other.execute("ALTER DATABASE out SET timescaledb.enable_columnarscan = off")
            let to = "--to 'host=\(cluster.sockets)/an1 dbname=out user=postgres'"
            for command in ["migrate start \(to)", "migrate copy", "migrate cutover m --yes", "migrate verify"] {
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == 0, "\(command): \(result)")
            }
            #expect(try await other.execute(Self.sums).rows.first?.first == "240 360")
            await other.close()
        }
    }

    /// The values of a column that was added later are in no compressed row.
    @Test func aDefaultThatIsInNoRowGoesOver() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            func run(_ command: String, status: Int32 = 0) async throws -> Program.Result {
                let result = try await cluster.run(command, patience: 120)
                #expect(result.status == status, "\(command): \(result)")
                return result
            }
            let made = try await cluster.program.run(
                [], input: Self.setUp + "sql ALTER TABLE m ADD COLUMN w int DEFAULT 7\n")
            #expect(made.status == 0, "\(made.errors)")
            let chunk = try await cluster.value("SELECT show_chunks('m') ORDER BY 1 LIMIT 1")
            let at = try await cluster.value(
                "SELECT data_nodes[1] FROM timescaledb_information.chunks WHERE chunk_name = split_part('\(chunk)', '.', 2)"
            )
            let move = "chunk move \(chunk) --to \(at == "dn1" ? "dn2" : "dn1")"
            #expect(try await run("\(move) --dry-run", status: 1).errors.contains("a column was added with a default"))
            let refused = try await run(move, status: 1)
            #expect(refused.errors.contains("a column was added with a default"), "\(refused)")
            let remedy = try #require(
                refused.errors.firstMatch(of: #/sql SELECT decompress_chunk[^;]*; sql SELECT compress_chunk\([^)]*\)/#))
            for command in String(remedy.output).split(separator: "; ") { _ = try await run(String(command)) }
            _ = try await run(move)
            for command in ["migrate start", "migrate copy", "migrate cutover m --yes", "migrate verify"] {
                _ = try await run(command)
            }
            #expect(try await cluster.value("SELECT count(*) || ' ' || sum(w) FROM m") == "240 1680")
        }
    }
}
