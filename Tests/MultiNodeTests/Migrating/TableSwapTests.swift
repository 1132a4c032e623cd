import MultiNode
import Testing

/// The exchange of two tables' names.
@Suite struct TableSwapTests {
    private let migration = Migration(
        cluster: "c", sourceID: 1, source: TableName(schema: "public", name: "m"),
        target: TableName(schema: "public", name: "m__new"),
        undo: [
            #"SELECT "public".alter_job(1000, scheduled => true) FROM _timescaledb_config.bgw_job WHERE id = 1000"#,
            #"DROP MATERIALIZED VIEW "public"."v__new""#,
        ])
    private let renames = [
        MigrationRename(kind: "index", schema: "public", name: "i", new: "i__new"),
        MigrationRename(kind: "constraint", schema: "public", name: "k", new: "k__new"),
        MigrationRename(kind: "statistics", schema: "public", name: "s", new: "s__new"),
        MigrationRename(kind: "sequence", schema: "public", name: "q", new: "q__new"),
    ]

    @Test func noNameIsTakenWhileItIsInUse() {
        let statements = TableSwap.cutover(migration, renames).statements.map(\.text)
        #expect(statements.first == #"ALTER TABLE "public"."m" RENAME TO "m__old""#)
        #expect(statements.contains(#"ALTER TABLE "public"."m__old" RENAME CONSTRAINT "k" TO "k__old""#))
        #expect(statements.last == #"ALTER SEQUENCE "public"."q__new" RENAME TO "q""#)
        #expect(statements.count == 10)
    }

    /// Done and taken back, every name is what it was.
    @Test func undoIsTheSameTheOtherWay() {
        var names: [String: String] = [:]
        for name in ["m", "i", "k", "s", "q"] { (names[name], names["\(name)__new"]) = ("old \(name)", "new \(name)") }
        let before = names
        let both = [TableSwap.cutover(migration, renames), TableSwap.undo(migration, renames)]
        for (step, swap) in both.enumerated() {
            for statement in swap.statements {
                let words = statement.text.split(separator: "\"").map(String.init)
                    .filter { !$0.hasPrefix(" ") && !$0.hasPrefix("ALTER") && !["public", "."].contains($0) }
                let (from, to) = (words[words.count - 2], words[words.count - 1])
                #expect(names[to] == nil, "\(statement.text)")
                names[to] = names.removeValue(forKey: from)
            }
            #expect((names["m"] == "new m") == (step == 0))
        }
        #expect(names == before)
    }

    @Test func theJobsThatAreOffAreKnownFromTheRecord() {
        #expect(migration.jobsOff == [1000])
        #expect(migration.undoing.map(\.text).filter { $0.hasPrefix("DROP ") }.count == 1)
    }

    @Test func theTableAloneIsLockedAndNobodyWaitsForAClientThatIsGone() {
        let statements = CutoverHold.statements(
            [migration.source], .againstWriters, waiting: .seconds(5), limit: .seconds(15)
        ).map(\.text)
        #expect(statements.last == #"LOCK TABLE "public"."m" IN EXCLUSIVE MODE"#)
        #expect(statements.contains("SET LOCAL idle_in_transaction_session_timeout = 15000"))
    }

    /// What a cut-over has put aside, or made elsewhere, goes with the old table; the last that was made goes first.
    @Test func onlyWhatIsMadeAnewIsDropped() {
        func view(_ kind: String, _ name: String, signature: String? = nil) -> DependentView {
            DependentView(row: ["kind": kind, "schema": "public", "name": name, "signature": signature])
        }
        let found = Dependents(
            aggregates: [DependentAggregate(row: ["schema": "public", "name": "daily__old"])],
            views: [
                view("view", "first"), view("materialized", "sums__old"), view("materialized", "others"),
                view("function", "f", signature: "public.f()"),
            ])
        #expect(
            MigrationEnd.dropOld(migration, found.putAside).map(\.text) == [
                #"DROP MATERIALIZED VIEW "public"."sums__old""#, #"DROP MATERIALIZED VIEW "public"."daily__old""#,
                #"DROP TABLE "public"."m__old""#,
            ])
        let there = found.those(there: [#""public"."first""#, "public.f()"])
        #expect(
            MigrationEnd.dropOld(migration, there).map(\.text) == [
                "DROP ROUTINE public.f()", #"DROP VIEW "public"."first""#, #"DROP TABLE "public"."m__old""#,
            ])
    }

    @Test func whatIsMaterializedIsRemadeAndAViewReplaced() {
        let view = DependentView(row: [
            "kind": "view", "schema": "public", "name": "v", "definition": " SELECT 1;\n",
            "options": "{security_barrier=true}", "owner": "o",
            "parts": #"{"CREATE TRIGGER t INSTEAD OF INSERT ON public.v FOR EACH ROW EXECUTE FUNCTION public.f()"}"#,
        ])
        let materialized = DependentView(row: [
            "kind": "materialized", "schema": "public", "name": "mv", "definition": " SELECT 2;", "owner": "o",
            "index_names": "{x}", "index_definitions": #"{"CREATE INDEX x ON public.mv USING btree (a)"}"#,
            "grants": #"{"GRANT SELECT ON public.mv TO app"}"#,
        ])
        let dependents = Dependents(views: [materialized, view])
        let script = CutoverScript(migration, renames, dependents, isOn: [], Servers.version213)
        let statements = script.inPlace.map(\.text)
        func place(_ text: String) -> Int { statements.firstIndex { $0.contains(text) } ?? -1 }
        #expect(place(#""mv" RENAME TO "mv__old""#) < place(#"ALTER TABLE "public"."m" RENAME"#))
        #expect(place(#"INDEX "public"."x" RENAME TO "x__old""#) < place("CREATE MATERIALIZED VIEW"))
        #expect(place("WITH NO DATA") < place("CREATE OR REPLACE VIEW"))
        #expect(place(#"CREATE OR REPLACE VIEW "public"."v" WITH (security_barrier=true) AS  SELECT 1"#) > 0)
        // In place a view keeps what belongs to it; on another server it is made, behind all views.
        #expect(place("INSTEAD OF INSERT") == -1)
        let there = script.arrivingBehind(Servers.version213).map(\.text)
        let trigger = there.firstIndex { $0.hasPrefix("CREATE TRIGGER t INSTEAD OF INSERT") }
        let owned = there.firstIndex(of: #"ALTER VIEW "public"."v" OWNER TO "o""#)
        #expect((owned ?? 99) < (trigger ?? -1), "\(there)")
        #expect(dependents.emptied.map(\.name) == ["mv"])
        #expect(script.undo.last?.text == #"DROP MATERIALIZED VIEW "public"."mv__new""#)
    }
}
