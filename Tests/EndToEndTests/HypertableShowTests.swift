import Foundation
import Sandbox
import Testing

/// `hypertable show`, with nodes that answer and nodes that don't.
@Suite struct HypertableShowTests {
    @Test func nodesThatDoNotAnswerLeaveTheirSizesUnknown() async throws {
        try await Cluster.with { cluster in
            var script = """
                sql CREATE TABLE metrics (time timestamptz NOT NULL, device text NOT NULL, value float8)
                hypertable create metrics time --partition-by device --chunk-interval '1 day' --replication-factor 2

                """
            // The emulator has no rows, and so no chunks.
            let isReal = cluster.isReal
            if isReal {
                script += """
                    sql INSERT INTO metrics SELECT t, 'd' || d, d
                    """
                script += " FROM generate_series('2024-01-01'::timestamptz, '2024-01-03', '1 day') t,"
                script += " generate_series(1, 20) d\n"
                script += """
                    sql ALTER TABLE metrics SET (timescaledb.compress)
                    sql SELECT compress_chunk(c) FROM show_chunks('metrics', older_than => timestamptz '2024-01-02 12:00') c

                    """
            }
            let made = try await cluster.program.run([], input: script)
            #expect(made.status == 0, "\(made.errors)")

            let all = try await facts(cluster, timeout: "10s")
            #expect(all["hypertable metrics owner"] == "postgres")
            #expect(all["hypertable metrics replication_factor"] == "2")
            #expect(all["hypertable metrics under_replicated"] == (isReal ? "0" : ""))
            #expect(all["hypertable metrics compression"] == String(isReal))
            #expect(all["dimension time type"] == "timestamp with time zone")
            #expect(all["dimension time interval"] == "1 day")
            #expect(all["dimension device partitions"] == "3")
            let counts = ["dn1", "dn2", "dn3"].map { all["node \($0) chunks"].flatMap { Int($0) } ?? 0 }
            let chunks = all["hypertable metrics chunks"].flatMap { Int($0) } ?? 0
            #expect(counts.reduce(0, +) == 2 * chunks)
            #expect((chunks > 0) == isReal)
            for node in isReal ? ["dn1", "dn2", "dn3"] : [] {
                let size = try await cluster.query(node, "SELECT hypertable_size('metrics')")
                #expect(size == [[all["node \(node) size_bytes"]]])
            }
            #expect((all["node dn1 size_bytes"].flatMap { Int($0) } != nil) == isReal)

            try await cluster.sandbox.freeze("dn2")
            try await cluster.sandbox.kill("dn3")
            let some = try await facts(cluster, timeout: "3s", status: 4)
            #expect(["dn1", "dn2", "dn3"].map { some["node \($0) state"] } == ["up", "hanging", "down"])
            #expect(some["node dn1 size_bytes"] == all["node dn1 size_bytes"])
            #expect(some["node dn2 size_bytes"] == "" && some["node dn3 size_bytes"] == "")
            #expect(some["node dn3 chunks"] == all["node dn3 chunks"])
            let table = try await cluster.run("hypertable show metrics --timeout 3s")
            #expect(table.output.contains(isReal ? " unknown | hanging" : " none | hanging"))
            #expect(!table.output.contains("#"))
            #expect(table.output.contains(isReal ? "under-replicated   | 0\n" : "| none in the emulator"))
            try await cluster.sandbox.thaw("dn2")
        }
    }

    @Test func whatIsNoDistributedHypertableIsSaidToBeSo() async throws {
        let cluster = try await Cluster.shared.value
        let made = try await cluster.program.run(
            [],
            input: """
                sql CREATE TABLE e2e_plain (time timestamptz NOT NULL)
                sql CREATE TABLE e2e_shown (time timestamptz NOT NULL)
                hypertable create e2e_shown time

                """)
        #expect(made.status == 0, "\(made.errors)")
        let plain = try await cluster.run("hypertable show e2e_plain")
        #expect(plain.status == 1)
        #expect(plain.errors.contains("e2e_plain is a table, and no distributed hypertable"))
        #expect(plain.errors.contains("help: 'hypertable create e2e_plain TIME_COLUMN' makes it one"))
        let misspelt = try await cluster.run("hypertable show e2e_shwon")
        #expect(misspelt.status == 1)
        #expect(misspelt.errors.contains("there is no distributed hypertable e2e_shwon"))
        #expect(misspelt.errors.contains("help: did you mean e2e_shown?"))
        for table in ["e2e_shown", "e2e_plain"] {
            #expect(try await cluster.run("sql DROP TABLE \(table)").status == 0)
        }
    }

    /// The facts by what they are about, its name and the property.
    private func facts(_ cluster: Cluster, timeout: String, status: Int32 = 0) async throws -> [String: String] {
        let result = try await cluster.run("hypertable show metrics --timeout \(timeout)", "--format", "csv")
        #expect(result.status == status, "\(result.errors)")
        let rows = result.output.components(separatedBy: "\n").dropFirst().map { $0.components(separatedBy: ",") }
        return Dictionary(
            rows.filter { $0.count == 4 }.map { ($0[..<3].joined(separator: " "), $0[3]) },
            uniquingKeysWith: { first, _ in first })
    }
}
