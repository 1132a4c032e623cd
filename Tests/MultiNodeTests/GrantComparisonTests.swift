import MultiNode
import Testing

/// What the privileges, schemas and compression settings of a data node are compared with.
@Suite struct GrantComparisonTests {
    private let tables = SharedTables([
        ["id": "4", "schema": "metrics", "name": "m", "node": "d n", "number": "7"],
        ["id": "4", "schema": "metrics", "name": "m", "node": "dn2", "number": "9"],
    ])

    /// A row of ``ServerGrants/query(of:in:)``.
    private func row(
        _ kind: String, schema: String? = "metrics", owner: String = "app", superuser: Bool = false,
        _ grantee: String? = nil, _ privilege: String? = nil, grantable: Bool = false, id: Int? = nil,
        name: String = "m", segmentBy: String? = nil, compressed: Bool = false
    ) -> [String: String?] {
        [
            "kind": kind, "id": kind == "table" ? String(id ?? 4) : nil, "schema": schema,
            "name": kind == "table" ? name : nil, "owner": owner, "owner_is_superuser": superuser ? "t" : "f",
            "grantee": grantee, "privilege": privilege, "grantable": grantable ? "t" : "f",
            "compressed": compressed ? "t" : "f", "segment_by": segmentBy,
            "order_by": compressed ? #"{"\"time\" DESC NULLS FIRST"}"# : nil,
        ]
    }

    private func role(_ name: String, superuser: Bool = false) -> DatabaseRole {
        var attributes = RoleAttributes()
        attributes.superuser = superuser
        return DatabaseRole(name: name, attributes: attributes, memberOf: [])
    }

    private func compared(
        _ own: [[String: String?]], _ theirs: [[String: String?]], roles: [String] = ["app", "rd", "postgres", "mon"]
    ) -> [Finding] {
        let comparison = GrantComparison(tables, ServerGrants(own, of: tables.onAccessNode))
        let grants = ServerGrants(theirs, of: tables.on("d n"))
        let roles = roles.map { role($0, superuser: $0 == "postgres") }
        return comparison.findings(on: "d n", grants)
            + comparison.differences(
                on: "d n", grants, roles: Dictionary(roles.map { ($0.name, $0) }, uniquingKeysWith: { $1 }),
                ownRoles: ["app", "rd", "postgres"]
            ).map(\.finding)
    }

    private func remedies(_ own: [[String: String?]], _ theirs: [[String: String?]]) -> [String] {
        compared(own, theirs).map(\.remedy)
    }

    private var schema: [String: String?] { row("schema") }
    private var table: [String: String?] { row("table", id: 7) }

    @Test func theQueryReadsOnlyWhatConcernsDistributedHypertables() {
        #expect(tables.schemas == ["metrics"])
        #expect(tables.onAccessNode.keys.sorted() == [4] && tables.on("d n").keys.sorted() == [7])
        #expect(ServerGrants.query(of: [7], in: tables.schemas).values == ["{7}", "{metrics}"])
    }

    @Test func serversThatAreAlikeHaveNoFinding() {
        let own = [row("schema", "rd", "USAGE"), row("table", "rd", "SELECT"), row("default", "rd", "SELECT")]
        let theirs = [
            row("schema", "rd", "USAGE"), row("table", "rd", "SELECT", id: 7), row("default", "rd", "SELECT"),
        ]
        #expect(compared(own, theirs).isEmpty)
    }

    @Test func whatARoleLacksOnASchema() {
        let found = compared(
            [row("schema", "rd", "CREATE"), row("schema", "rd", "USAGE"), row("table")], [schema, table])
        #expect(found.map(\.severity) == [.error])
        #expect(found.map(\.text) == ["rd lacks CREATE, USAGE on the schema metrics: what it does there fails"])
        #expect(found.map(\.remedy) == [#"exec --on 'd n' GRANT CREATE, USAGE ON SCHEMA "metrics" TO "rd""#])
        #expect(
            compared([row("schema", "rd", "CREATE"), row("table")], [schema, table]).map(\.severity) == [.warning])
    }

    @Test func whatItMayGrantToOthers() {
        let own = [row("schema", "rd", "CREATE"), row("schema", "rd", "USAGE", grantable: true)]
        #expect(
            remedies(own, [row("schema", "rd", "USAGE")]) == [
                #"exec --on 'd n' GRANT CREATE ON SCHEMA "metrics" TO "rd"; then "#
                    + #"exec --on 'd n' GRANT USAGE ON SCHEMA "metrics" TO "rd" WITH GRANT OPTION"#
            ])
    }

    @Test func whatEveryoneHasNobodyLacks() {
        #expect(compared([row("schema", "rd", "USAGE")], [row("schema", nil, "USAGE")]).count == 1)
        #expect(
            remedies([row("schema", nil, "USAGE")], [row("schema", "rd", "USAGE")]) == [
                #"exec --on 'd n' GRANT USAGE ON SCHEMA "metrics" TO PUBLIC"#
            ])
    }

    @Test func whatIsGrantedThereAlone() {
        let found = compared([schema, row("table")], [schema, row("table", "rd", "DELETE", id: 7)])
        #expect(found.map(\.severity) == [.warning])
        #expect(found.map(\.text) == ["rd has DELETE on metrics.m, and not on the access node"])
        #expect(found.map(\.remedy) == [#"exec --on 'd n' REVOKE DELETE ON "metrics"."m" FROM "rd""#])
        // A role of the node alone.
        #expect(compared([schema], [schema, row("schema", "mon", "USAGE")]).isEmpty)
        // Until PostgreSQL 14 that is how a database is made.
        let (own, theirs) = (row("schema", schema: "public"), row("schema", schema: "public", nil, "CREATE"))
        #expect(compared([schema, own], [schema, theirs]).isEmpty)
    }

    @Test func columnsArePartOfATablesPrivileges() {
        let own = [schema, row("table", "rd", #"UPDATE ("v")"#), row("table", "rd", "SELECT")]
        #expect(
            remedies(own, [schema, table]) == [#"exec --on 'd n' GRANT SELECT, UPDATE ("v") ON "metrics"."m" TO "rd""#])
    }

    @Test func whoIsMissingOrMayDoEverythingIsNoMatterOfGrants() {
        let own = [row("schema", "postgres", "USAGE"), row("schema", "gone", "USAGE"), row("schema", owner: "gone")]
        #expect(compared(own, [row("schema", owner: "app")]).isEmpty)
        let references = row("table", "rd", "REFERENCES")
        #expect(compared([schema, references], [schema, table]).isEmpty)
    }

    @Test func anotherOwner() {
        let found = compared(
            [schema, row("table")],
            [row("schema", owner: "postgres", superuser: true), row("table", owner: "rd", id: 7)])
        #expect(
            found.map(\.text) == [
                "the schema metrics belongs to postgres there, and to app on the access node: what only its owner may do "
                    + "fails",
                "metrics.m belongs to rd there, and to app on the access node: what only its owner may do fails",
            ])
        #expect(
            found.map(\.remedy) == [
                #"exec --on 'd n' ALTER SCHEMA "metrics" OWNER TO "app""#,
                #"exec --on 'd n' ALTER TABLE "metrics"."m" OWNER TO "app""#,
            ])
    }

    @Test func defaultPrivileges() {
        let own = [schema, row("default", "rd", "SELECT"), row("default", schema: nil, "rd", "INSERT")]
        #expect(
            remedies(own, [schema]) == [
                #"exec --on 'd n' ALTER DEFAULT PRIVILEGES FOR ROLE "app" GRANT INSERT ON TABLES TO "rd""#,
                #"exec --on 'd n' ALTER DEFAULT PRIVILEGES FOR ROLE "app" IN SCHEMA "metrics" GRANT SELECT ON TABLES TO "#
                    + #""rd""#,
            ])
        #expect(compared(own, [schema]).allSatisfy { $0.severity == .warning })
    }

    @Test func aSchemaThatTheNodeLacks() {
        let missing = compared([row("schema", "rd", "USAGE"), row("default", "rd", "SELECT")], [])
        #expect(missing.map(\.severity) == [.warning])
        #expect(missing.map(\.remedy) == [#"exec --on 'd n' CREATE SCHEMA "metrics" AUTHORIZATION "app""#])
        let renamed = compared([schema, row("table")], [row("table", schema: "of old", id: 7)])
        #expect(renamed.map(\.severity) == [.error])
        #expect(
            renamed.map(\.text) == [
                "the schema metrics is called of old there: it was renamed on the access node alone"
            ])
        #expect(renamed.map(\.remedy) == [#"exec --on 'd n' ALTER SCHEMA "of old" RENAME TO "metrics""#])
    }

    @Test func compression() {
        let own = [schema, row("table", segmentBy: "{h}", compressed: true)]
        let set =
            #"exec --on 'd n' ALTER TABLE "metrics"."m" SET (timescaledb.compress, timescaledb.compress_segmentby = 'h', "#
            + #"timescaledb.compress_orderby = '"time" DESC NULLS FIRST')"#
        let lacking = compared(own, [schema, table])
        #expect(lacking.map(\.severity) == [.error] && lacking.map(\.remedy) == [set])
        let other = compared(own, [schema, row("table", id: 7, segmentBy: "{v}", compressed: true)])
        #expect(other.map(\.severity) == [.warning] && other.map(\.remedy) == [set])
        let surplus = compared([schema, row("table")], [schema, row("table", id: 7, compressed: true)])
        #expect(surplus.map(\.severity) == [.warning])
        #expect(
            surplus.map(\.remedy) == [#"exec --on 'd n' ALTER TABLE "metrics"."m" SET (timescaledb.compress = false)"#])
        #expect(compared(own, [schema, row("table", id: 7, segmentBy: "{h}", compressed: true)]).isEmpty)
    }
}
