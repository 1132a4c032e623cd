import Postgres
import Testing

@testable import MultiNode

/// The rows that one table has and another has not, as a server finds them.
@Suite struct RowsAsideTests {
    private static let table: [String: String?] = [
        "owner": "postgres", "columns": "{k,v,w}", "types": "{integer,double precision,text}", "required": "{k}",
        "generated": "{}", "sendable": "{k,v,w}",
    ]

    /// - Returns: what a copy has alone, by its rows and the source's in SQL, each as text.
    private static func alone(_ copy: String, _ source: String) async throws -> [String?] {
        let connection = try await Cluster.shared.value.connection(to: "an1")
        @discardableResult
        func run(_ sql: SQL) async throws -> [[String: String?]] {
            let result = try await connection.execute(sql.text, sql.values)
            let names = result.columns.map(\.name)
            return result.rows.map { Dictionary(uniqueKeysWithValues: zip(names, $0)) }
        }
        try await run("BEGIN")
        for (name, rows) in [("there", copy), ("here", source)] {
            let text = "CREATE TEMPORARY TABLE \(name) (k int NOT NULL, v float8, w text) ON COMMIT DROP"
            _ = try await connection.execute(text)
            if !rows.isEmpty { _ = try await connection.execute("INSERT INTO \(name) VALUES \(rows)") }
        }
        let (there, here) = (TableName(schema: "pg_temp", name: "there"), TableName(schema: "pg_temp", name: "here"))
        let table = try #require(TargetTable(there, row: Self.table))
        let hash = RowHash(table.columns, servers: [connection.info.serverVersion])
        func parts(_ table: TableName) async throws -> [Int: CopyDigest] {
            let reply = CopyQuestion.parts.reply(try await run(hash.parts(of: table)))
            return if case .parts(let parts) = reply { parts } else { [:] }
        }
        let differing = RowsAside.differing(try await parts(there), from: try await parts(here))
        let aside = RowsAside(of: there, hash, in: table)
        try await run(RowsAside.createHashes)
        try await run(
            "INSERT INTO pg_temp.tscl_hashes SELECT \(raw: hash.row) FROM \(qualified: here) x")
        try await run(aside.find(in: differing))
        let found = try await run("SELECT a::text AS row FROM pg_temp.tscl_alone a ORDER BY 1").map { $0["row"] ?? nil }
        #expect(try await run(RowsAside.count).first?["rows"] == String(found.count))
        try await run("ROLLBACK")
        await connection.close()
        return found
    }

    /// A number alone tells nothing: others have come where these have gone.
    @Test func asManyOtherRowsAreOtherRows() async throws {
        #expect(
            try await Self.alone("(1, 1, 'a'), (2, 2, NULL)", "(1, 1, 'a'), (3, 2, NULL), (4, 4, 'd')")
                == ["(2,2,)"])
    }

    @Test func ofRowsThatAreTheSameThereAreAsManyAsThereAreMore() async throws {
        #expect(
            try await Self.alone(
                "(1, NULL, 'a'), (1, NULL, 'a'), (1, NULL, 'a'), (2, 2, '')", "(1, NULL, 'a'), (2, 2, '')")
                == ["(1,,a)", "(1,,a)"])
    }

    @Test func whereTheSourceHasThemAllThereIsNone() async throws {
        #expect(try await Self.alone("(1, 1, 'a')", "(1, 1, 'a'), (1, 1, 'a'), (2, 2, NULL)").isEmpty)
        #expect(try await Self.alone("", "(1, 1, 'a')").isEmpty)
        #expect(try await Self.alone("(1, NULL, NULL)", "") == ["(1,,)"])
    }
}
