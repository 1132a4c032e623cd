import Testing

@testable import MultiNode

/// Transactions that read a node as it was before a copy.
@Suite struct OpenSnapshotTests {
    /// What an access node calls its sessions may be set by anybody: none is left out for its name, but tscl's own.
    @Test func nobodyIsKnownByTheNameOfAnAccessNodesSessions() {
        let text = OpenSnapshot.query().text
        #expect(!text.contains("timescaledb"), "\(text)")
        #expect(text.contains("COALESCE(a.application_name, '') NOT IN ('tscl', 'pg_dump')"), "\(text)")
        #expect(text.contains("COALESCE(a.backend_type, 'client backend') = 'client backend'"), "\(text)")
        #expect(OpenSnapshot.query(among: ["3/4"]).text.contains("a.application_name, '') NOT IN"))
    }

    /// Whoever is left out may be the one, and another be told for him.
    @Test func nobodyIsInnocentOfATransactionForHisName() {
        let text = OpenSnapshot(node: "dn1", pid: 7, number: "3/4", age: 500).sessions.text
        #expect(!text.contains("application_name !~") && text.contains("LIMIT 2"), "\(text)")
    }

    @Test(arguments: [("timescaledb", "ann, idle"), ("crm", "ann, crm, idle"), ("", "ann, idle")])
    func whoHasAnotherNameIsToldByIt(_ application: String, _ shown: String) throws {
        let row: [String: String?] = [
            "pid": "7", "number": "3/4", "role": "ann", "application": application, "state": "idle", "since": "noon",
        ]
        let snapshot = try #require(OpenSnapshot(row: row, on: "dn1"))
        #expect(snapshot.text(of: nil).hasSuffix("process 7 there (\(shown)), open since noon"))
    }
}
