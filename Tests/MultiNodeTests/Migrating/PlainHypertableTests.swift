import Testing

@testable import MultiNode

@Suite struct PlainHypertableTests {
    private typealias Fixture = DefinitionFixture
    private static let inPlace = MigrationNaming(isInPlace: true)
    private static let elsewhere = MigrationNaming(isInPlace: false)

    private func statements(_ table: PlainHypertable, _ naming: MigrationNaming) -> [String] {
        table.statements(naming, Servers.version214).map(\.shown)
    }

    @Test func aPlainTableIsMadeUnderItsNameElsewhere() {
        #expect(
            statements(Fixture.table([]), Self.elsewhere) == [
                #"CREATE TABLE "public"."m" (t int NOT NULL)"#, #"ALTER TABLE "public"."m" OWNER TO "app""#,
                #"""
                SELECT * FROM "public".create_hypertable('"public"."m"', 't', chunk_time_interval => 100::bigint, create_default_indexes => false)
                """#,
            ])
    }

    /// Names of keys, indexes, statistics and sequences are of the schema, those of checks and triggers of the table.
    @Test func inPlaceWhatHasANameInItsSchemaGetsAnother() {
        let table = Fixture.table([
            Fixture.part("check", "c", "CHECK (t > 0)"), Fixture.part("key", "k", "PRIMARY KEY (t)"),
            Fixture.part("index", "i", head: "UNIQUE ", "USING btree (t)"),
            Fixture.part("statistics", "s", head: "stat", " ON a, b", state: "9", schema: "app"),
            Fixture.part("identity", "q", head: "ALWAYS", "START 1", state: "n", schema: "app"),
            Fixture.part(
                "trigger", "g", head: "CREATE TRIGGER g BEFORE INSERT", "FOR EACH ROW EXECUTE FUNCTION f()",
                state: "DISABLE"),
            Fixture.part("chosen index", "k", "CLUSTER ON"), Fixture.part("comment", "k", head: "CONSTRAINT", "it's"),
            Fixture.part("comment", "c", head: "CONSTRAINT", "c"),
        ])
        let made = statements(table, Self.inPlace).dropFirst(2)
        #expect(
            made.filter { !$0.contains("create_hypertable") } == [
                #"ALTER TABLE "public"."m__new" ALTER COLUMN "n" ADD GENERATED ALWAYS AS IDENTITY (SEQUENCE NAME "app"."q__new" START 1)"#,
                #"ALTER TABLE "public"."m__new" ADD CONSTRAINT "c" CHECK (t > 0)"#,
                #"CREATE TRIGGER g BEFORE INSERT ON "public"."m__new" FOR EACH ROW EXECUTE FUNCTION f()"#,
                #"ALTER TABLE "public"."m__new" DISABLE TRIGGER "g""#,
                #"ALTER TABLE "public"."m__new" ADD CONSTRAINT "k__new" PRIMARY KEY (t)"#,
                #"CREATE UNIQUE INDEX "i__new" ON "public"."m__new" USING btree (t)"#,
                #"CREATE STATISTICS "app"."s__new" ON a, b FROM "public"."m__new""#,
                #"ALTER STATISTICS "app"."s__new" SET STATISTICS 9"#,
                #"ALTER STATISTICS "app"."s__new" OWNER TO "stat""#,
                #"ALTER TABLE "public"."m__new" CLUSTER ON "k__new""#,
                #"COMMENT ON CONSTRAINT "k__new" ON "public"."m__new" IS 'it''s'"#,
                #"COMMENT ON CONSTRAINT "c" ON "public"."m__new" IS 'c'"#,
            ])
        #expect(
            table.renames(Self.inPlace) == """
                [{"kind": "constraint", "schema": "public", "name": "k", "new": "k__new"}, \
                {"kind": "index", "schema": "public", "name": "i", "new": "i__new"}, \
                {"kind": "statistics", "schema": "app", "name": "s", "new": "s__new"}, \
                {"kind": "sequence", "schema": "app", "name": "q", "new": "q__new"}]
                """)
        #expect(table.renames(Self.elsewhere) == "[]")
    }

    @Test func namesOfAnyKindAreWrittenAsJSON() {
        let table = Fixture.table([Fixture.part("index", "a\"\\\n", "USING btree (t)")])
        #expect(table.renames(Self.inPlace).contains(#""name": "a\"\\\u000a""#))
    }

    /// In place the default of the new table uses the sequence of the old one; elsewhere the sequence is made.
    @Test func aSequenceIsMadeElsewhereOnly() {
        let table = Fixture.table([
            Fixture.part(
                "sequence", "s", head: "app", "CREATE SEQUENCE s", state: "ALTER SEQUENCE s OWNED BY m.t",
                schema: "public"),
            Fixture.part("sequence grant", "s", head: "USAGE", "writer", schema: "public"),
        ])
        #expect(!statements(table, Self.inPlace).contains { $0.contains("SEQUENCE") })
        #expect(
            statements(table, Self.elsewhere).filter { $0.contains("SEQUENCE") } == [
                "CREATE SEQUENCE s", #"ALTER SEQUENCE "public"."s" OWNER TO "app""#, "ALTER SEQUENCE s OWNED BY m.t",
                #"GRANT USAGE ON SEQUENCE "public"."s" TO "writer""#,
            ])
    }

    @Test func privilegesAreThoseOfTheOldTableAndNoOthers() {
        let table = Fixture.table([
            Fixture.part("grant", "reader", head: "SELECT", state: " WITH GRANT OPTION"),
            Fixture.part("grant", head: "SELECT"),
        ])
        let made = table.statements(Self.elsewhere, Servers.version214, defaultGrantees: ["writer", "", "app"])
        #expect(
            made.map(\.shown).suffix(4) == [
                #"REVOKE ALL ON TABLE "public"."m" FROM "writer""#, #"REVOKE ALL ON TABLE "public"."m" FROM PUBLIC"#,
                #"GRANT SELECT ON TABLE "public"."m" TO "reader" WITH GRANT OPTION"#,
                #"GRANT SELECT ON TABLE "public"."m" TO PUBLIC"#,
            ])
    }

    @Test func dimensionsAndCompressionAreTheSame() {
        var time = Fixture.dimension("t", interval: 100)
        time["integer_now_func_schema"] = "public"
        time["integer_now_func"] = "now_of"
        time["compress_interval_length"] = "300"
        var space = Fixture.dimension("d", partitions: 4)
        space["partitioning_func_schema"] = "public"
        space["partitioning_func"] = "hash_of"
        let table = Fixture.table(
            [], dimensions: [time, space, Fixture.dimension("e", partitions: 2), Fixture.dimension("x", interval: 5)],
            [
                "compressed": "t", "segment_by": "{d}", "order_by": "{t DESC}", "chunk_schema": "chunks",
                "chunk_prefix": "mine",
            ])
        #expect(
            statements(table, Self.elsewhere).suffix(7) == [
                #"""
                SELECT * FROM "public".create_hypertable('"public"."m"', 't', chunk_time_interval => 100::bigint, associated_schema_name => 'chunks', associated_table_prefix => 'mine', create_default_indexes => false)
                """#,
                #"SELECT * FROM "public".add_dimension('"public"."m"', 'd', number_partitions => 4, partitioning_func => '"public"."hash_of"')"#,
                #"SELECT * FROM "public".add_dimension('"public"."m"', 'e', number_partitions => 2)"#,
                #"SELECT * FROM "public".add_dimension('"public"."m"', 'x', chunk_time_interval => 5::bigint)"#,
                #"SELECT "public".set_integer_now_func('"public"."m"', '"public"."now_of"')"#,
                "SET LOCAL client_min_messages = error",
                #"""
                ALTER TABLE "public"."m" SET (timescaledb.compress, timescaledb.compress_segmentby = 'd', timescaledb.compress_orderby = 't DESC', timescaledb.compress_chunk_time_interval = '300 microseconds')
                """#,
            ])
    }

    /// TimescaleDB's first versions hashed otherwise, and the chunks are where that put the rows.
    @Test func theOlderHashGoesOver() {
        var space = Fixture.dimension("d", partitions: 4)
        space["partitioning_func"] = "get_partition_for_key"
        let table = Fixture.table([], dimensions: [Fixture.dimension("t", interval: 100), space])
        let wanted = #"partitioning_func => '"_timescaledb_functions"."get_partition_for_key"')"#
        #expect(
            statements(table, Self.elsewhere).contains { $0.hasSuffix(wanted) }, "\(statements(table, Self.elsewhere))")
    }
}
