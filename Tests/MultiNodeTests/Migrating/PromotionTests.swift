import Testing

@testable import MultiNode

/// A data node that becomes a server of its own.
@Suite struct PromotionTests {
    private typealias Fixture = DefinitionFixture
    private static let m = TableName(schema: "public", name: "m")
    private static let record = PromotionRecord(
        cluster: "c1", node: "dn1", nodeIdentity: "u1", database: "dist", tables: [m],
        undo: [#"ALTER TABLE "public"."m" ALTER COLUMN "n" DROP DEFAULT"#])

    private static let script: PromotionScript = {
        let definition = Fixture.table([
            Fixture.part(
                "sequence", "s", head: "app", "CREATE SEQUENCE IF NOT EXISTS public.s",
                state: "ALTER SEQUENCE public.s OWNED BY public.m__old.n", schema: "public"),
            Fixture.part("identity", "q", head: "ALWAYS", "START 1", state: "i", schema: "public"),
        ])
        let uses = [
            SequenceUse(
                row: ["column": "n", "schema": "public", "name": "s", "expression": "nextval('public.s'::regclass)"],
                standing: ["last_value": "7", "is_called": "t"]),
            SequenceUse(
                row: ["column": "i", "schema": "public", "name": "q"],
                standing: ["last_value": "9", "is_called": "f"]),
        ]
        let owned = OwnedSequence(row: ["column": "n", "schema": "public", "name": "s", "is_identity": "f"])
        return PromotionScript([.init(definition, as: m, uses, owned: [owned], [])], Servers.version213)
    }()

    private func place(_ text: String, in statements: [String]) throws -> Int {
        try #require(statements.firstIndex { $0.contains(text) }, "\(text)")
    }

    /// A domain's default draws from it, or a function: the node has it, where it was never used.
    @Test func aSequenceThatNoColumnNamesGoesOnWhereItStands() {
        func taking(_ name: String, increment: String = "1") -> String? {
            let other = SequenceArrival(
                row: ["schema": "public", "name": name, "increment": increment],
                standing: ["last_value": "100", "is_called": "t"])
            let use = SequenceUse(
                row: ["column": "n", "schema": "public", "name": "s", "expression": "nextval('public.s'::regclass)"],
                standing: ["last_value": "7", "is_called": "t"])
            let part = PromotionScript.Part(Fixture.table([]), as: Self.m, [use], owned: [], [], others: [other])
            return PromotionScript([part], Servers.version213).taking(Self.record).map(\.shown).first {
                $0.hasPrefix("DO") && $0.contains("setval")
            }
        }
        let up = taking("ids")
        #expect(
            up?.contains("(''\"public\".\"ids\"'', 100::pg_catalog.int8, true, false, false)") == true, "\(up ?? "")")
        #expect(taking("ids", increment: "-1")?.contains("100::pg_catalog.int8, true, true, false)") == true)
        // The column's own is set anyway.
        #expect(taking("s") == nil)
    }

    /// An application, or a function that no table names, draws from one: it goes on last, where the node has it.
    @Test func aSequenceThatNoTableIsKnownToUseGoesOn() {
        let other = SequenceArrival(
            row: ["schema": "app", "name": "tickets", "increment": "1"],
            standing: ["last_value": "70", "is_called": "t"])
        let script = PromotionScript([], others: [other], Servers.version213)
        let last = script.taking(Self.record).last?.shown
        #expect(
            last?.contains("(''\"app\".\"tickets\"'', 70::pg_catalog.int8, true, false, false)") == true,
            "\(last ?? "")")
    }

    @Test func nobodyWritesAndThenTheAccessNodeLetsGo() throws {
        let statements = Self.script.leaving(Self.record, []).map(\.shown)
        #expect(statements.first?.contains(#"CREATE TRIGGER "tscl_migrated""#) == true)
        #expect(statements.last?.contains("database => 'dist (promoted)'::name, available => false") == true)
        #expect(try place("INSERT INTO tscl_migrate.promotion ", in: statements) < statements.count - 1)
    }

    /// A COPY comes to the engine before any trigger, and ends the access node there: it must not find the table.
    @Test func noStatementFindsATableByItsNameAnyMore() throws {
        let statements = Self.script.leaving(Self.record, []).map(\.shown)
        let renamed = try place(#"ALTER TABLE "public"."m" RENAME TO "m__old""#, in: statements)
        // While the nodes are reached, which get the name, too.
        #expect(renamed < (try place("alter_data_node", in: statements)))
        let here = PromotedTable(row: ["schema": "public", "name": "m", "here": "m__old", "is_told": "t"])
        #expect(
            PromotionScript.opening([here]).map(\.shown).prefix(3) == [
                #"DROP VIEW "public"."m""#, #"DROP TRIGGER IF EXISTS "tscl_migrated" ON "public"."m__old""#,
                #"ALTER TABLE "public"."m__old" RENAME TO "m""#,
            ])
        // An earlier tscl has left it its name.
        let before = PromotedTable(row: ["schema": "public", "name": "m", "here": "m", "is_told": "f"])
        #expect(
            PromotionScript.opening([before]).map(\.shown).first
                == #"DROP TRIGGER IF EXISTS "tscl_migrated" ON "public"."m""#)
        #expect(!PromotionScript.opening([before]).contains { $0.text.contains("RENAME") })
    }

    /// Who asks for it is told where it is, whatever he asks.
    @Test func whereTheTableIsIsTold() {
        let table = PromotedTable(row: ["schema": "public", "name": "m", "here": "m__old", "is_told": "f"])
        let node = DataNode(name: "dn1", host: "h1", port: 5433, database: "dist", isAvailable: false)
        let told = table.telling([["name": "t", "type": "timestamp with time zone"]], node).map(\.shown)
        #expect(told.first?.hasSuffix(#"AS m ("t" timestamp with time zone)"#) == true, "\(told)")
        #expect(told.prefix(2).allSatisfy { $0.contains("connect there (host=h1 port=5433 dbname=dist)") })
        #expect(told.last == #"GRANT ALL ON "public"."m" TO PUBLIC"#)
    }

    /// Stopped in between, the node's tables have the names by which the access node reaches them.
    @Test func aMemberByItsOtherNameIsNoStranger() {
        #expect(PromotionStore.strangers(besides: Self.record).text.contains("'m__old'"))
        #expect(Self.record.name(ofTable: TableName(schema: "public", name: "m__old")) == Self.m)
        #expect(Self.record.name(ofTable: Self.m) == Self.m)
    }

    @Test func anotherTableOfTheOtherNameForbidsIt() {
        var facts = MigrationFacts(
            [Fixture.table([])], MigrationNaming(isInPlace: true), source: Servers.version213,
            target: Servers.version213)
        facts.server = MigrationServer(row: [
            "taken_schemas": "{public,public}", "taken_names": "{m__old,m__new}",
        ])
        let findings = NodePromotion(of: "dn1", facts).findings
        #expect(findings.map(\.name) == [.nameTaken] && findings.first?.text.contains("m__old") == true)
    }

    /// What is behind the catalog's change finds tables that belong to nobody.
    @Test func onTheNodeTheCatalogComesFirst() throws {
        let statements = Self.script.taking(Self.record).map(\.shown)
        let mark = try place("key = 'dist_uuid'", in: statements)
        let name = try place(#"ALTER TABLE "public"."m__old" RENAME TO "m""#, in: statements)
        #expect(name > mark)
        for text in [
            "INSERT INTO tscl_migrate.promoted ", "DROP TRIGGER", "CREATE SEQUENCE", "SET DEFAULT nextval",
            "ADD GENERATED ALWAYS", #"OWNED BY "public"."m"."n""#,
        ] { #expect(try place(text, in: statements) > name, "\(text)") }
        #expect(try place(#"setval('"public"."s"', 7, true)"#, in: statements) > mark)
        #expect(try place(#"setval('"public"."q"', 9, false)"#, in: statements) > mark)
    }

    /// At no moment is it a data node again that anybody may write to.
    @Test func theWayBackClosesTheTablesFirst() throws {
        let statements = PromotionScript.joining(Self.record, renamed: [Self.m], Servers.version213).map(\.shown)
        #expect(statements.first == Self.record.undo.first)
        let mark = try place("'dist_uuid', 'c1', true", in: statements)
        #expect(try place("CREATE TRIGGER", in: statements) < mark)
        #expect(try place(#"ALTER TABLE "public"."m" RENAME TO "m__old""#, in: statements) < mark)
        #expect(try place("IN (('public', 'm__old'))", in: statements) > mark)
        let before = PromotionScript.joining(Self.record, renamed: [], Servers.version213).map(\.shown)
        #expect(try place("IN (('public', 'm'))", in: before) > mark - 1)
        #expect(
            Self.script.undo(keeping: []).map(\.shown) == [
                #"ALTER TABLE "public"."m" ALTER COLUMN "n" DROP DEFAULT"#,
                #"ALTER TABLE "public"."m" ALTER COLUMN "i" DROP IDENTITY IF EXISTS"#,
                #"DROP SEQUENCE IF EXISTS "public"."s""#,
            ])
        // What makes it available connects to where it was before, and so the address is changed by itself.
        let returning = PromotionScript.returning(Self.record, Servers.version213).map(\.shown)
        #expect(returning.count == 2 && returning.last?.contains("available => true") == true)
        #expect(returning.first?.contains("available") == false)
    }

    /// What came late from the access node's transaction is there already.
    @Test func theWayBackMakesItsTriggerAnew() throws {
        let statements = PromotionScript.joining(Self.record, renamed: [Self.m], Servers.version213).map(\.shown)
        #expect(try place("DROP TRIGGER IF EXISTS", in: statements) < place("CREATE TRIGGER", in: statements))
    }

    /// Two tables that use one sequence lose it once, behind the defaults of both; what the node had before stays.
    @Test func aSequenceOfTwoTablesIsDroppedOnceBehindBoth() {
        let definition = Fixture.table([
            Fixture.part("sequence", "s", head: "app", "CREATE SEQUENCE IF NOT EXISTS public.s", schema: "public")
        ])
        let use = SequenceUse(
            row: ["column": "n", "schema": "public", "name": "s", "expression": "nextval('public.s'::regclass)"],
            standing: [:])
        let part = PromotionScript.Part(definition, as: Self.m, [use], owned: [], [])
        let script = PromotionScript([part, part], Servers.version213)
        let undo = script.undo(keeping: []).map(\.shown)
        #expect(undo.filter { $0.contains("DROP SEQUENCE") } == [#"DROP SEQUENCE IF EXISTS "public"."s""#])
        #expect(undo.last?.contains("DROP SEQUENCE") == true && undo.count == 3)
        #expect(script.undo(keeping: [TableName(schema: "public", name: "s")]).count == 2)
    }

    @Test func anEntryTellsThatItsNodeHasLeft() {
        func node(_ database: String, isAvailable: Bool) -> DataNode {
            DataNode(name: "dn1", host: "h", database: database, isAvailable: isAvailable)
        }
        #expect(node(Self.record.fence, isAvailable: false).hasLeftOnPurpose)
        #expect(!node(Self.record.fence, isAvailable: true).hasLeftOnPurpose)
        #expect(!node("dist", isAvailable: false).hasLeftOnPurpose)
    }

    /// pg_dump -t would bring no row of it, and a trigger that refuses rows.
    @Test func aHypertableOfTheAccessNodeAloneIsNotDumped() {
        let facts = MigrationFacts(
            [], MigrationNaming(isInPlace: true), source: Servers.version213, target: Servers.version213)
        let others = [
            OtherRelation(row: ["kind": "hypertable", "schema": "public", "name": "loc"]),
            OtherRelation(row: ["kind": "extension", "schema": "public", "name": "pgcrypto"]),
        ]
        let findings = NodePromotion(of: "dn1", facts, others: others, copying: "pg_dump …", rows: "psql …").findings
        #expect(findings.allSatisfy { !$0.remedy.contains("pg_dump …") })
        #expect(findings.first?.remedy.contains("CREATE EXTENSION") == true)
        #expect(findings.last?.text == "the hypertable loc stays on the access node")
        #expect(findings.last?.remedy.hasSuffix("then psql …") == true)
    }

    @Test func theNameThatLeadsNowhereFits() {
        let long = PromotionRecord(
            cluster: "c", node: "n", nodeIdentity: "u", database: String(repeating: "é", count: 31), tables: [])
        #expect(long.fence.utf8.count <= 63 && long.fence.hasSuffix(" (promoted)"))
    }

    @Test func aChunkIsWrittenWhereItsRowsOrTheirNumberSaySo() {
        let copy = PromotedCopy(row: [
            "table_schema": "public", "table_name": "m", "chunk_schema": "i", "chunk_name": "c", "others": "{dn2}",
            "row_count": "5",
        ])
        let text = copy.isWritten(SourceFacts(row: ["schema": "i", "name": "c"]), since: 700).text
        #expect(text.contains("age('700'::pg_catalog.xid)") && text.contains("<> 5 AS written"))
    }

    @Test func aChunkThatTheNodeLacksForbidsIt() {
        var facts = MigrationFacts(
            [Fixture.table([])], MigrationNaming(isInPlace: true), source: Servers.version213,
            target: Servers.version213)
        facts.chunks = [
            Chunk(row: [
                "id": "1", "table_id": "1", "table_schema": "public", "table_name": "m", "name": "c",
                "replication_factor": "1", "nodes": "{dn2}", "numbers": "{1}",
            ])
        ]
        let others = [
            OtherRelation(row: ["kind": "view", "schema": "public", "name": "v"]),
            OtherRelation(row: ["kind": "function", "schema": "public", "name": "f", "arguments": "a integer"]),
            OtherRelation(row: ["kind": "job", "schema": "public", "name": "tidy"]),
        ]
        let findings = NodePromotion(of: "dn1", facts, others: others, copying: "pg_dump …").findings
        #expect(findings.map(\.name) == [.notWhole, .leftBehind, .leftBehind])
        #expect(findings.map(\.remedy).prefix(2) == ["chunk copy --of public.m --to dn1", "afterwards: pg_dump …"])
        #expect(findings.last?.text.contains("the function f(a integer), the job of tidy stay") == true)
    }
}
