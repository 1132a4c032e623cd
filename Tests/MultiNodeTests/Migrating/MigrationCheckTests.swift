import Testing

@testable import MultiNode

@Suite struct MigrationCheckTests {
    private static func facts(
        _ parts: [[String: String?]] = [], isInPlace: Bool = true, target: Capabilities = Servers.version213,
        _ change: (inout MigrationFacts) -> Void = { _ in }
    ) -> MigrationFacts {
        var facts = MigrationFacts(
            [DefinitionFixture.table(parts)], MigrationNaming(isInPlace: isInPlace), source: Servers.version213,
            target: target)
        facts.server = MigrationServer(row: ["may_create": "t", "timezone": "UTC", "text_order": "C"])
        facts.sourceServer = MigrationServer(row: ["timezone": "UTC", "text_order": "C"])
        change(&facts)
        return facts
    }

    /// TimescaleDB 2.14 on another server.
    private static let other: Capabilities = {
        var row = Servers.row(version: "2.14.2", postgres: 150_020, functions: [], nodes: 0)
        row["server_folder"] = "/elsewhere"
        row["server_started"] = "2026-11-02 10:00:00.123456"
        return Capabilities(row: row)
    }()

    private func found(_ facts: MigrationFacts) -> [String] {
        MigrationCheck(facts).findings.map { "\($0.severity.rawValue) \($0.name.rawValue) \($0.subject)" }
    }

    private static func chunk(_ id: Int, on nodes: [String]) -> Chunk {
        Chunk(row: [
            "id": String(id), "table_id": "1", "table_schema": "public", "table_name": "m", "name": "c\(id)",
            "replication_factor": "2", "nodes": ArrayText.text(nodes),
            "numbers": ArrayText.text(nodes.map { _ in String(id) }),
        ])
    }

    @Test func nothingIsWarnedOfThatComesAlong() {
        #expect(
            found(Self.facts([DefinitionFixture.part("key", "k", "PRIMARY KEY (t)")])) == [])
    }

    @Test func aDeadNodeForbidsItOnlyWhereItHasTheOnlyCopy() {
        let facts = Self.facts {
            $0.chunks = [Self.chunk(1, on: ["dn1", "dn2"]), Self.chunk(2, on: ["dn1", "dn2"])]
            $0.unread = ["dn2": "down"]
        }
        #expect(found(facts) == ["note node-silent dn2"])
        let sole = Self.facts {
            $0.chunks = [Self.chunk(1, on: ["dn2"]), Self.chunk(2, on: ["dn1"])]
            $0.unread = ["dn2": "down"]
        }
        let finding = MigrationCheck(sole).findings.first
        #expect(
            finding?.severity == .error
                && finding?.text == "1 of its 2 chunks can't be read, as they are only on dn2 (down)")
    }

    @Test func whatIsInDoubtOrUnprovedForbidsIt() {
        let facts = Self.facts {
            $0.inDoubt = ["dn1": 1]
            $0.unproved = [
                ChunkCopying(row: [
                    "chunk_name": "c", "table_schema": "public", "table_name": "m", "destination": "dn2",
                ])
            ]
        }
        #expect(found(facts) == ["error in-doubt dn1", "error unproved-copy m"])
        #expect(MigrationCheck(facts).findings.map(\.remedy) == ["heal dn1", "chunk cleanup"])
    }

    @Test func theTargetIsToBeNewEnough() {
        func versions(_ target: Capabilities) -> [String] {
            found(Self.facts(isInPlace: false, target: target)).filter { $0.contains("version") }
        }
        #expect(versions(Self.other) == [] && versions(Servers.version213) == [])
        #expect(versions(Servers.version212) == ["error version the target"])
        #expect(versions(Servers.none) == ["error version the target"])
    }

    @Test func theAccessNodeItselfIsNoOtherServer() {
        #expect(found(Self.facts(isInPlace: false)) == ["error wrong-target the target"])
    }

    @Test func onlyAnotherTimeIsAnotherTimeZone() {
        for (zone, expected) in [("Etc/UTC", []), ("GMT", []), ("Europe/Berlin", ["warning timezone the target"])] {
            let facts = Self.facts(isInPlace: false, target: Self.other) {
                $0.server = MigrationServer(row: ["may_create": "t", "timezone": zone, "text_order": "C"])
            }
            #expect(found(facts) == expected)
        }
    }

    private static func need(_ kind: String, _ name: String, _ definition: String? = nil, bare: String? = nil)
        -> [String: String?]
    {
        ["kind": kind, "name": name, "bare": bare ?? name, "definition": definition, "owner": "app"]
    }

    private static func elsewhere(_ needs: [[String: String?]], there: [[String: String?]]) -> MigrationFacts {
        facts(isInPlace: false, target: other) {
            $0.needs = needs.compactMap { MigrationNeed(row: $0) }
            $0.there = MigrationNeedsThere(there.map { $0.merging(["is_there": "t"]) { $1 } })
        }
    }

    @Test func whatCantBeBroughtAlongIsMissing() {
        let needs = [
            Self.need("role", "app"), Self.need("function", "public.f()"), Self.need("extension", "citext"),
            Self.need("type", "public.mood", "CREATE TYPE public.mood AS ENUM ('a')"),
            Self.need("schema", "app", "CREATE SCHEMA app"),
            Self.need("schema right", "app", "GRANT USAGE ON SCHEMA app TO app", bare: "app"),
        ]
        let facts = Self.elsewhere(needs, there: [Self.need("role", "app")])
        #expect(
            MigrationCheck(facts).findings.map(\.text) == [
                "the extension citext is missing", "the function public.f() is missing",
            ])
        #expect(
            facts.preparation.map(\.shown) == [
                "CREATE TYPE public.mood AS ENUM ('a')", #"ALTER TYPE public.mood OWNER TO "app""#, "CREATE SCHEMA app",
                "GRANT USAGE ON SCHEMA app TO app",
            ])
    }

    /// What a view over the table reads, which the cut-over makes on the target.
    @Test func whatIsMissingHasALineThatBringsIt() {
        let needs = [
            Self.need("table", "public.devices", bare: ""), Self.need("table", "public.n", bare: "distributed"),
        ]
        var facts = Self.elsewhere(needs, there: [])
        facts.bringing = { "pg_dump -t \($0) | psql" }
        let remedies = MigrationCheck(facts).findings.map(\.remedy)
        #expect(remedies.count == 2 && remedies[0].hasSuffix("pg_dump -t public.devices | psql"))
        // pg_dump would bring none of its rows.
        #expect(!remedies[1].contains("pg_dump"))
    }

    @Test func whatIsThereIsToBeTheSame() {
        let type = Self.need("type", "public.mood", "CREATE TYPE public.mood AS ENUM ('a')")
        let right = Self.need("schema right", "app", "GRANT USAGE ON SCHEMA app TO app", bare: "app")
        let schema = Self.need("schema", "app", "CREATE SCHEMA app")
        let other = Self.need("type", "public.mood", "CREATE TYPE public.mood AS ENUM ('b')")
        let facts = Self.elsewhere([type, schema, right], there: [other, schema])
        #expect(found(facts) == ["error schema-rights the target", "error type-differs the target"])
        #expect(facts.preparation == [])
        #expect(found(Self.elsewhere([type, schema, right], there: [type, schema, right])) == [])
    }

    /// Each trait is warned of by its own name, but that the role has no right to; what the cut-over makes anew is told.
    @Test(arguments: MigrationFinding.acceptable + ["rights"]) func aTraitIsFound(name: String) throws {
        let trait = try #require(MigrationTrait(row: ["table_id": "1", "name": name, "detail": "x"]))
        let isRemade = ["sql-functions", "materialized-views"].contains(name)
        let severity = name == "rights" ? "error" : isRemade ? "note" : "warning"
        let isInPlace = !["shared-sequences", "object-numbers"].contains(name)
        let facts = Self.facts(isInPlace: isInPlace, target: isInPlace ? Servers.version213 : Self.other) {
            $0.traits = [trait]
        }
        #expect(found(facts) == ["\(severity) \(name) m"])
    }

    /// It is made anew without them.
    @Test func aMaterializedViewThatHasMoreThanTheRawRowsIsToBeAccepted() throws {
        let trait = try #require(MigrationTrait(row: ["table_id": "1", "name": "materialized-views", "detail": "x"]))
        func policy(of name: String) -> MigratedPolicy {
            MigratedPolicy(row: [
                "table_id": "1", "schema": "public", "name": name, "procedure": "policy_retention", "owner": "app",
                "job_owner": "app",
            ])
        }
        let older = Self.facts {
            $0.traits = [trait]
            $0.viewsOfBefore = ["x"]
        }
        #expect(found(older) == ["warning materialized-views m"])
        for (name, severity) in [("m", "warning"), ("m_by", "note")] {
            let facts = Self.facts {
                $0.traits = [trait]
                $0.policies = [policy(of: name)]
            }
            #expect(found(facts).contains("\(severity) materialized-views m"), "\(name): \(found(facts))")
        }
    }

    @Test func inPlaceTheNamesOfTheOldTablesAreLookedForToo() {
        let table = DefinitionFixture.table([DefinitionFixture.part("index", "i", "USING btree (t)")])
        let names = MigrationFacts.names([table], MigrationNaming(isInPlace: true)).map(\.description)
        #expect(names == ["public.m__new", "public.m__old", "public.i__new", "public.i__old"])
        #expect(
            MigrationFacts.names([table], MigrationNaming(isInPlace: false)).map(\.description) == [
                "public.m", "public.i",
            ])
    }

    @Test func longNamesStayApart() {
        let long = String(repeating: "x", count: 60)
        let parts = ["a", "b"].map { DefinitionFixture.part("index", long + $0, "USING btree (t)") }
        #expect(found(Self.facts(parts)) == [])
        let names = MigrationFacts.names([DefinitionFixture.table(parts)], MigrationNaming(isInPlace: true))
        #expect(Set(names).count == 6 && names.allSatisfy { $0.name.utf8.count <= 63 })
    }

    @Test func theTimeIsThatOfTheSample() {
        let sampled = MigrationPace.sampled(bytesPerSecond: 1_048_576, rows: 50)
        #expect(sampled.minutes(for: 120 * 1_048_576) == 2 && sampled.basis == "1 MB/s, from a sample of 50 rows")
        #expect(MigrationPace.assumed.minutes(for: 1) == 1 && MigrationPace.assumed.basis.contains("assumed"))
    }

    @Test func rowsThatWereNeverCountedAreNoRows() {
        let facts = Self.facts {
            $0.chunks = [Self.chunk(1, on: ["dn1", "dn2"]), Self.chunk(2, on: ["dn1"])]
            $0.estimates = [
                "dn1": [1: ChunkEstimate(row: ["bytes": "100", "rows": "5"]), 2: ChunkEstimate(row: ["bytes": "7"])],
                "dn2": [1: ChunkEstimate(row: ["bytes": "200", "rows": "6", "compressed": "t"])],
            ]
        }
        var wanted = MigrationFacts.Extent()
        (wanted.chunks, wanted.compressed, wanted.bytes, wanted.rows) = (2, 1, 207, 6)
        (wanted.uncounted, wanted.replicas) = (1, 2)
        #expect(facts.extent(of: facts.definitions[0]) == wanted)
    }

    /// They would be refused behind all the copying.
    @Test(arguments: [true, false]) func whoCannotLogInOwnsNoPolicies(isInPlace: Bool) {
        let facts = Self.facts(isInPlace: isInPlace, target: isInPlace ? Servers.version213 : Self.other) {
            $0.policies = [
                MigratedPolicy(row: [
                    "table_id": "1", "schema": "public", "name": "m", "procedure": "policy_retention", "owner": "boss",
                    "job_owner": "postgres",
                ])
            ]
            $0.rolesWithoutLogin = ["boss"]
        }
        let findings = MigrationCheck(facts).findings.filter { $0.name == .policies }
        #expect(findings.map(\.severity) == [.error, .note], "\(findings)")
        #expect(findings.first?.remedy.hasPrefix("\(isInPlace ? "sql" : "on it:") ALTER ROLE \"boss\" LOGIN;") == true)
        #expect(findings.last?.text.contains("runs as postgres, and afterwards as boss") == true)
    }

    /// The remedies work in the order in which they are told.
    @Test func whatIsMissingIsToldInTheOrderInWhichItIsMade() {
        let needs = [
            Self.need("table", "app.device", bare: ""), Self.need("role", "boss", bare: "LOGIN"),
            Self.need("schema", "app", "CREATE SCHEMA IF NOT EXISTS app AUTHORIZATION boss"),
            Self.need("schema", "own", "CREATE SCHEMA IF NOT EXISTS own AUTHORIZATION boss"),
        ]
        let findings = MigrationCheck(Self.elsewhere(needs, there: [])).findings.filter { $0.name == .missing }
        #expect(
            findings.map(\.text) == [
                "the role boss is missing", "the schema app is missing, which the next are in",
                "the table app.device is missing",
            ])
        #expect(findings[0].remedy.hasPrefix("on it: CREATE ROLE \"boss\" LOGIN;"))
        #expect(findings[1].remedy == "on it: CREATE SCHEMA IF NOT EXISTS app AUTHORIZATION boss")
    }

    /// From 2.20 on create_hypertable refuses, when everything is begun.
    @Test(arguments: [("2.28.3", Finding.Severity.error), ("2.14.2", .warning)])
    func aPublicationOfAllTablesIsFound(version: String, severity: Finding.Severity) {
        var row = Servers.row(version: version, postgres: 150_020, functions: [], nodes: 0)
        row["server_folder"] = "/elsewhere"
        row["server_started"] = "2026-11-02 10:00:00.123456"
        let facts = Self.facts(isInPlace: false, target: Capabilities(row: row)) {
            $0.server = MigrationServer(row: [
                "may_create": "t", "timezone": "UTC", "text_order": "C", "publications": "{\"all of it\"}",
            ])
        }
        let findings = MigrationCheck(facts).findings
        #expect(findings.map(\.severity) == [severity] && findings[0].name == .publications, "\(findings)")
        #expect(findings[0].remedy.contains(#"DROP PUBLICATION "all of it";"#), "\(findings)")
    }

    /// TimescaleDB sends the nodes what a client has sent, whatever the database has.
    @Test func whatOtherEncodingsHaveWrittenIsTold() {
        for (encoding, expected) in [("UTF8", 0), ("SQL_ASCII", 0), ("LATIN1", 1), ("EUC_JP", 1)] {
            var row = Servers.row(version: "2.13.1", postgres: 150_020, functions: Servers.functionsOf213)
            row["encoding"] = encoding
            let server = Capabilities(row: row)
            var facts = MigrationFacts(
                [DefinitionFixture.table([])], MigrationNaming(isInPlace: true), source: server, target: server)
            facts.server = MigrationServer(row: ["may_create": "t", "timezone": "UTC"])
            let findings = MigrationCheck(facts).findings
            #expect(findings.count == expected, "\(findings)")
            #expect(findings.allSatisfy { $0.severity == .warning && $0.name == .mixedEncodings }, "\(findings)")
        }
    }

    @Test(arguments: ["2.9.3", "2.13.1", "2.14.2"]) func whatCrashesAtCompressedRowsIsToldWhereItDoes(_ version: String)
    {
        let target = Capabilities(row: Servers.row(version: version, postgres: 150_020, functions: [], nodes: 0))
        for isCompressed in [true, false] {
            let table = DefinitionFixture.table([], isCompressed ? ["compressed": "t"] : [:])
            let facts = MigrationFacts([table], MigrationNaming(isInPlace: true), source: target, target: target)
            let isTold = MigrationCheck(facts).findings.contains {
                $0.name == .compressedUpdates && $0.severity == .note
            }
            #expect(isTold == (isCompressed && version == "2.13.1"))
        }
    }

    /// On the access node the keys of a distributed table have no rows to look at, and those of a plain one have.
    @Test func whatKeysDoIsToldWhereTheyDoIt() {
        func found(_ name: String, isInPlace: Bool) -> [Finding.Severity] {
            let facts = Self.facts(isInPlace: isInPlace, target: isInPlace ? Servers.version213 : Self.other) {
                $0.traits = [MigrationTrait(row: ["table_id": "1", "name": name, "detail": "x"])].compactMap(\.self)
            }
            return MigrationCheck(facts).findings.map(\.severity)
        }
        #expect(found("foreign-keys", isInPlace: true) == [.note] && found("foreign-keys", isInPlace: false) == [])
        #expect(found("key-actions", isInPlace: true) == [.warning])
        #expect(found("key-actions", isInPlace: false) == [.warning])
        // In place a sequence stays the one that it is.
        #expect(found("shared-sequences", isInPlace: true) == [])
        #expect(found("shared-sequences", isInPlace: false) == [.warning])
        // Nor does a table get another number there.
        #expect(
            found("object-numbers", isInPlace: true) == [] && found("object-numbers", isInPlace: false) == [.warning])
    }

    @Test func whatOnlyTheAccessNodeHasIsTold() {
        let facts = Self.facts(isInPlace: false, target: Self.other) {
            $0.leftBehind = [
                OtherRelation(row: ["kind": "function", "schema": "public", "name": "f", "arguments": "a integer"]),
                OtherRelation(row: ["kind": "job", "schema": "public", "name": "tidy"]),
            ]
        }
        let finding = MigrationCheck(facts).findings.first { $0.name == .leftBehind }
        #expect(finding?.severity == .note)
        #expect(finding?.text == "the function f(a integer), the job of tidy stay on the access node")
    }
}
