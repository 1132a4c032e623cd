import Testing

/// Nodes whose addresses lead to other servers, which are copies of one data folder as all servers of a sandbox are.
@Suite(.timeLimit(.minutes(2))) struct WrongServerTests {
    private static let table = [
        "-c", "sql CREATE TABLE m (time timestamptz NOT NULL, d int)", "-c",
        "hypertable create m time --partition-by d",
        "-c", "sql INSERT INTO m SELECT '2024-01-01'::timestamptz, n FROM generate_series(1, 100) n",
    ]

    @Test(.onTimescaleDB("the emulator has no chunks by which nodes are known"))
    func swappedNodesAreLeftAloneUntilTheyAreLedBack() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            #expect(try await cluster.program.run(Self.table).status == 0)
            func alter(_ node: String, to other: String) async throws -> Int32 {
                try await cluster.run("node alter \(node) --force --host '\(cluster.sockets)/\(other)'").status
            }
            #expect(try await alter("dn1", to: "dn2") == 4)
            #expect(try await alter("dn2", to: "dn1") == 4)
            for command in ["exec CREATE TABLE other (i int)", "role create other --everywhere", "heal all"] {
                let refused = try await cluster.run(command)
                #expect(refused.status == 1, "\(command): \(refused)")
                #expect((refused.errors + refused.output).contains("is not the data node dn1"), "\(refused)")
            }
            for node in ["dn1", "dn2"] {
                #expect(try await cluster.query(node, "SELECT to_regclass('other') IS NULL") == [["t"]])
                #expect(
                    try await cluster.query(node, "SELECT count(*) FROM pg_roles WHERE rolname = 'other'") == [["0"]])
            }
            let findings = try await CheckTests.findings(cluster).filter { $0.place.hasPrefix("dn") }
            #expect(findings.map(\.place) == ["dn1", "dn2"])
            for finding in findings {
                let command = try #require(finding.remedy.split(separator: ": ").last)
                #expect(try await cluster.run(String(command)).status == 0, "\(command)")
            }
            #expect(try await CheckTests.findings(cluster).filter { $0.place.hasPrefix("dn") }.isEmpty)
            #expect(try await cluster.run("exec CREATE TABLE other (i int)").status == 0)
            #expect(try await cluster.query("an1", "SELECT count(*) FROM m") == [["100"]])
        }
    }

    @Test func aDatabaseThatLostItsDataIsNotTheNode() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            _ = try await cluster.query("dn1", "DELETE FROM _timescaledb_catalog.metadata WHERE key = 'dist_uuid'")
            let refused = try await cluster.run("exec CREATE TABLE other (i int)")
            #expect(refused.status == 1 && refused.errors.contains("is not the data node dn1"), "\(refused)")
            #expect(try await cluster.query("dn2", "SELECT to_regclass('other') IS NULL") == [["t"]])
        }
    }

    @Test func twoNamesOfOneDatabaseAreToldAndNothingWaitsForItself() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            // By another path, so that the addresses differ.
            let alter = "node alter dn2 --host '\(cluster.sockets)/./dn1'"
            let unchanged = try await cluster.run(alter)
            #expect(unchanged.status == 1 && unchanged.errors.contains("the database of dn1 too"), "\(unchanged)")
            #expect(try await cluster.run("node list --format csv").output.contains("/dn2,"))
            let altered = try await cluster.run("\(alter) --force")
            #expect(altered.status == 4 && altered.errors.contains("the database of dn1 too"), "\(altered)")
            let refused = try await cluster.run("exec CREATE TABLE other (i int)")
            #expect(refused.status == 1 && refused.errors.contains("is another of these nodes too"), "\(refused)")
            #expect(
                try await CheckTests.findings(cluster).contains { $0.text.hasPrefix("it is the same database as dn1") })
        }
    }
}
