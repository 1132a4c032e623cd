import Foundation
import Sandbox
import Testing

/// `check` on clusters with one fault after the other: it finds each, and nothing where nothing is wrong.
@Suite struct CheckTests {
    struct Finding: Equatable, CustomStringConvertible {
        let severity: String
        let place: String
        let text: String
        let remedy: String

        var description: String { "\(severity): \(place): \(text) [\(remedy)]" }
    }

    /// A cluster with a healing job, in which nothing is wrong.
    static func withHealthyCluster(_ body: (Cluster) async throws -> Void) async throws {
        try await Cluster.with { cluster in
            // So that the job stays one that has not run yet, and heals nothing behind a test's back.
            if cluster.sandbox.engine != .emulator {
                _ = try await cluster.query("an1", "SELECT _timescaledb_functions.stop_background_workers()")
            }
            #expect(try await cluster.run("heal schedule").status == 0)
            #expect(try await findings(cluster) == [])
            try await body(cluster)
        }
    }

    private static let noScheduler = "TimescaleDB's scheduler does not run in this database"

    /// What `check` finds apart from the scheduler, which is stopped here, and that its status fits.
    static func findings(_ cluster: Cluster, _ options: [String] = []) async throws -> [Finding] {
        try await allFindings(cluster, options).filter { !$0.text.hasPrefix(noScheduler) }
    }

    private static func allFindings(_ cluster: Cluster, _ options: [String] = []) async throws -> [Finding] {
        let result = try await cluster.program.run(options + ["--format", "json", "check"])
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any], "\(result)")
        let rows = try #require(object["rows"] as? [[String]], "\(result)")
        let findings = rows.map { Finding(severity: $0[0], place: $0[1], text: $0[2], remedy: $0[3]) }
        #expect(result.status == (findings.contains { $0.severity == "error" } ? 5 : 0), "\(result)")
        return findings
    }

    private func set(_ setting: String, _ value: String, on node: String, restart: Bool = true, _ cluster: Cluster)
        async throws
    {
        _ = try await cluster.query(node, "ALTER SYSTEM SET \(setting) = \(value)")
        if restart {
            try await cluster.sandbox.stop(node)
            try await cluster.sandbox.start(node)
        } else {
            _ = try await cluster.query(node, "SELECT pg_reload_conf()")
        }
    }

    @Test func itSeesWhatTheSameSessionHasChanged() async throws {
        try await Cluster.with(addingNodes: false) { cluster in
            let result = try await cluster.program.run(
                ["--format", "csv"],
                input: """
                    node list
                    node add dn{1..3} --host '\(cluster.sockets)'/dn{1..3}
                    check
                    node delete dn{1..3} --yes
                    check

                    """)
            #expect(result.status == 0, "\(result)")
            let findings = result.output.components(separatedBy: "severity,where,finding,remedy\n").dropFirst()
            #expect(findings.count == 2)
            #expect(findings.first?.hasPrefix("warning,access node,\"there is no healing job") == true)
            // Without data nodes there is nothing to heal.
            #expect(findings.last == "")
        }
    }

    // MARK: Servers

    @Test func settingsOfDataNodes() async throws {
        try await Self.withHealthyCluster { cluster in
            try await set("max_prepared_transactions", "0", on: "dn1", cluster)
            try await set("max_prepared_transactions", "2", on: "dn2", cluster)
            try await set("wal_level", "replica", on: "dn3", cluster)
            try await set("statement_timeout", "'30s'", on: "dn2", restart: false, cluster)
            let found = try await eventually { try await Self.findings(cluster).count == 4 }
            let findings = try await Self.findings(cluster)
            #expect(found, "\(findings)")
            #expect(
                findings.map { "\($0.severity) \($0.place) \($0.text.prefix { $0 != " " })" } == [
                    "error dn1 max_prepared_transactions", "warning dn2 max_prepared_transactions",
                    "warning dn2 statement_timeout", "warning dn3 wal_level",
                ])
            #expect(findings.allSatisfy { $0.remedy.contains("on its server") })
        }
    }

    @Test(.onTimescaleDB("the emulator is no library that could be preloaded"))
    func aLibraryThatIsNotPreloaded() async throws {
        try await Self.withHealthyCluster { cluster in
            try await set("shared_preload_libraries", "auto_explain", on: "dn2", cluster)
            let findings = try await Self.findings(cluster)
            #expect(findings.map(\.place) == ["dn2"])
            #expect(findings.first?.text.hasPrefix("timescaledb is not in shared_preload_libraries") == true)
        }
    }

    @Test func nodesThatDoNotAnswer() async throws {
        try await Self.withHealthyCluster { cluster in
            try await cluster.sandbox.kill("dn1")
            try await cluster.sandbox.freeze("dn2")
            #expect(try await cluster.run("node disable dn3").status == 0)
            let findings = try await Self.findings(cluster)
            try #require(findings.map(\.place) == ["dn1", "dn2", "dn3"])
            #expect(
                findings[0].text.hasPrefix("it can't be reached:") && findings[0].remedy.contains("node disable dn1"))
            #expect(findings[1].text.hasPrefix("it does not answer:"))
            #expect(findings[2].text.hasPrefix("it is marked unavailable"))
            #expect(findings[2].remedy == "node enable dn3")
            try await cluster.sandbox.thaw("dn2")
            try await cluster.sandbox.start("dn1")
            #expect(try await cluster.run("node enable dn3").status == 0)
            #expect(try await Self.findings(cluster) == [])
        }
    }

    @Test func aNodeThatIsAStandby() async throws {
        try await Self.withHealthyCluster { cluster in
            let node = try #require(cluster.sandbox.nodes.first { $0.name == "dn2" })
            try await cluster.sandbox.stop("dn2")
            try Data().write(to: URL(fileURLWithPath: node.dataDirectory + "/standby.signal"))
            try await cluster.sandbox.start("dn2")
            let findings = try await Self.findings(cluster)
            #expect(findings.map(\.place) == ["dn2"])
            #expect(findings.first?.text.hasPrefix("the server is in recovery") == true)
        }
    }

    @Test func clocksAreApartAndATransactionIsOld() async throws {
        try await Self.withHealthyCluster { cluster in
            for gid in ["ts-1-700-%-10", "ts-foo", "mine", "ts-1-2000000000-%-10"] {
                let server = try await cluster.query("an1", "SELECT oid FROM pg_foreign_server WHERE srvname = 'dn2'")
                let id = gid.replacingOccurrences(of: "%", with: server[0][0] ?? "")
                try await prepare(id, cluster)
            }
            // The node's clock, two hours ahead of all others: what it has prepared is as old.
            try await cluster.runScript(
                "dn2",
                """
                SET allow_system_table_mods = on;
                ALTER FUNCTION pg_catalog.clock_timestamp() RENAME TO true_clock_timestamp;
                CREATE FUNCTION pg_catalog.clock_timestamp() RETURNS timestamptz LANGUAGE sql
                    AS 'SELECT pg_catalog.true_clock_timestamp() + interval ''2 hours 1 second''';
                """)
            let findings = try await Self.findings(cluster)
            #expect(findings.allSatisfy { $0.place == "dn2" })
            func finding(_ text: String) -> Finding? { findings.first { $0.text.contains(text) } }
            #expect(findings.count == 5, "\(findings)")
            #expect(finding("its clock is 7201.")?.severity == "warning")
            #expect(finding("1 transaction is in doubt, for 2 h")?.remedy == "heal dn2")
            #expect(finding("ts-foo has a malformed id")?.remedy.contains("ROLLBACK PREPARED 'ts-foo'") == true)
            #expect(finding("mine, which is not TimescaleDB's")?.severity == "warning")
            let ahead = finding("is none that this access node knows of")
            #expect(ahead?.severity == "error" && ahead?.remedy.contains("heal dn2") == true)
        }
    }

    private func prepare(_ gid: String, _ cluster: Cluster) async throws {
        try await cluster.runScript("dn2", "BEGIN; SELECT txid_current(); PREPARE TRANSACTION '\(gid)'")
    }

    // MARK: Which server it is

    @Test func whoAnswersAtTheAddressOfANode() async throws {
        try await Self.withHealthyCluster { cluster in
            _ = try await cluster.query(
                "dn1",
                """
                UPDATE _timescaledb_catalog.metadata SET value = '11111111-2222-3333-4444-555555555555'
                 WHERE key = 'dist_uuid'
                """)
            _ = try await cluster.query("dn2", "DELETE FROM _timescaledb_catalog.metadata WHERE key = 'dist_uuid'")
            let altered = try await cluster.run("node alter dn3 --force --host '\(cluster.sockets)'/an1")
            #expect(altered.status == 4 && altered.errors.contains("it is the access node itself"))
            let findings = try await Self.findings(cluster)
            try #require(findings.map(\.place) == ["dn1", "dn2", "dn3"])
            #expect(findings[0].text.contains("belongs to the cluster 11111111-2222"))
            #expect(findings[1].text.contains("belongs to no cluster"))
            #expect(findings[2].text.contains("it is the access node itself"))
            #expect(findings[2].remedy.hasPrefix("node alter dn3"))
        }
    }

    @Test func twoNodesOnOneServer() async throws {
        try await Self.withHealthyCluster { cluster in
            let added = try await cluster.run("node add dn4 --host '\(cluster.sockets)'/dn1 --database second")
            #expect(added.status == 0, "\(added.errors)")
            let findings = try await Self.findings(cluster)
            #expect(findings.map(\.text) == ["it is on the same server as dn1: when that is down, both are"])
            #expect(findings.map(\.place) == ["dn4"])
        }
    }

    @Test func theLocaleOfADatabase() async throws {
        try await Self.withHealthyCluster { cluster in
            _ = try await cluster.query(
                "dn3", "UPDATE pg_database SET datcollate = 'POSIX' WHERE datname = current_database()")
            let findings = try await Self.findings(cluster)
            #expect(findings.map(\.place) == ["dn3"])
            #expect(findings.first?.text.hasPrefix("its database has collation POSIX, and the access node's") == true)
        }
    }

    @Test(.onTheEmulator("the real extension loads the library of the version, and there is one"))
    func versionsThatDoNotFitTogether() async throws {
        try await Self.withHealthyCluster { cluster in
            for (node, version) in [("dn1", "2.12.2"), ("dn2", "2.13.0"), ("dn3", "2.14.0")] {
                _ = try await cluster.query(
                    node, "UPDATE pg_extension SET extversion = '\(version)' WHERE extname = 'timescaledb'")
            }
            let findings = try await Self.findings(cluster)
            #expect(findings.map(\.place) == ["dn1"])
            #expect(findings.first?.text.contains("data nodes must not be older") == true)
        }
    }

    // MARK: The access node

    @Test func theRoleAndTheDatabaseThatOneConnectsTo() async throws {
        try await Self.withHealthyCluster { cluster in
            #expect(try await cluster.run("role create app --everywhere --login").status == 0)
            let limited = try await Self.findings(cluster, ["-U", "app"])
            #expect(limited.contains { $0.text.hasPrefix("app is no superuser") && $0.severity == "warning" })

            let plain = try await Self.findings(cluster, ["-d", "postgres"])
            #expect(
                plain.map(\.text) == [
                    "database postgres has no TimescaleDB; multi-node needs the extension timescaledb, 2.0 to 2.13"
                ])
            let dataNode = try await Self.findings(cluster, ["-h", cluster.sockets + "/dn1"])
            #expect(dataNode.map(\.severity) == ["error"])
            #expect(dataNode.first?.text.contains("is a data node of another access node") == true)
        }
    }

    @Test func theHealingJobAndTheTransactionLog() async throws {
        try await Self.withHealthyCluster { cluster in
            _ = try await cluster.query(
                "an1",
                """
                INSERT INTO _timescaledb_catalog.remote_txn (data_node_name, remote_transaction_id)
                SELECT 'dn1', 'ts-1-' || n || '-1-10' FROM generate_series(100, 10200) n
                """)
            let jobs = try await cluster.run("heal status", "--format", "json")
            let object = try JSONSerialization.jsonObject(with: Data(jobs.output.utf8)) as? [String: Any]
            let job = try #require((object?["rows"] as? [[Any]])?.first?.first as? Int)
            #expect(try await cluster.run("job pause \(job)").status == 0)
            let paused = try await Self.findings(cluster)
            #expect(paused.map(\.severity) == ["warning", "warning"])
            #expect(paused.first?.text.hasPrefix("the healing job is paused") == true)
            #expect(paused.first?.remedy == "job resume \(job)")
            #expect(paused.last?.text.hasPrefix("the transaction log has 10101 rows for dn1") == true)

            #expect(try await cluster.run("heal unschedule").status == 0)
            #expect(try await cluster.run("heal dn1").status == 0)
            let missing = try await Self.findings(cluster)
            #expect(missing.count == 1 && missing.first?.remedy.hasPrefix("heal schedule") == true, "\(missing)")
        }
    }

    @Test(.onTimescaleDB("the emulator runs no jobs in the background"))
    func aSchedulerThatDoesNotRun() async throws {
        try await Self.withHealthyCluster { cluster in
            let finding = try #require(try await Self.allFindings(cluster).first)
            #expect(finding.severity == "error" && finding.text.hasPrefix(Self.noScheduler))
            let remedy = finding.remedy.prefix { $0 != ";" }
            #expect(try await cluster.run(String(remedy) + ";").status == 0, "\(remedy)")
            #expect(
                try await eventually(60) {
                    try await !Self.allFindings(cluster).contains { $0.text.hasPrefix(Self.noScheduler) }
                })
        }
    }

    @Test(.onTimescaleDB("the emulator runs no jobs in the background"))
    func aHealingJobThatFails() async throws {
        try await Self.withHealthyCluster { cluster in
            _ = try await cluster.query(
                "an1",
                """
                CREATE OR REPLACE PROCEDURE tscl_heal_data_nodes(job_id int, config jsonb) LANGUAGE plpgsql
                    AS 'BEGIN RAISE ''broken''; END'
                """)
            _ = try await cluster.query("an1", "SELECT _timescaledb_functions.start_background_workers()")
            #expect(try await eventually(60) { try await Self.findings(cluster).first?.severity == "error" })
            let findings = try await Self.findings(cluster)
            #expect(findings.first?.text.hasPrefix("the healing job failed when it ran last") == true)
        }
    }

    @Test func rolesThatDiffer() async throws {
        try await Self.withHealthyCluster { cluster in
            #expect(try await cluster.run("role create app --everywhere --grant-nodes dn1,dn2").status == 0)
            // The emulator's second phase may still be on its way.
            #expect(try await eventually { try await Self.findings(cluster).count == 1 })
            _ = try await cluster.query("dn1", "ALTER ROLE app CREATEDB")
            _ = try await cluster.query("dn2", "DROP ROLE app")
            let findings = try await Self.findings(cluster)
            #expect(
                findings.map { "\($0.severity) \($0.place): \($0.remedy)" } == [
                    "error dn2: role sync app", "warning dn1: role sync app", "warning dn3: role grant app --nodes dn3",
                ])
            #expect(try await cluster.run("role sync").status == 0)
            #expect(try await Self.findings(cluster) == [])
        }
    }

    // MARK: Chunks

    /// A hypertable with one chunk on each node.
    private func makeChunks(_ cluster: Cluster) async throws {
        let made = try await cluster.program.run([
            "-c", "sql CREATE TABLE m (time timestamptz NOT NULL, device int)",
            "-c", "hypertable create m time --partition-by device",
            "-c", "sql INSERT INTO m SELECT '2024-01-01'::timestamptz, n FROM generate_series(1, 100) n",
        ])
        #expect(made.status == 0, "\(made.errors)")
    }

    @Test(.onTimescaleDB("the emulator has no chunks"))
    func chunksWithTooFewReplicas() async throws {
        try await Self.withHealthyCluster { cluster in
            try await makeChunks(cluster)
            #expect(try await Self.findings(cluster) == [])
            #expect(try await cluster.run("hypertable replicate m 2").status == 0)
            let under = try await Self.findings(cluster)
            #expect(under.map(\.place) == ["public.m"])
            #expect(under.first?.text.contains("chunks have too few replicas") == true)
            #expect(under.first?.remedy == "hypertable repair public.m")
            // What it says to do does it.
            let repaired = try await cluster.run(under.first?.remedy ?? "")
            #expect(repaired.status == 0, "\(repaired)")
            #expect(try await Self.findings(cluster) == [])
        }
    }

    @Test(.onTimescaleDB("the emulator has no chunks"))
    func chunksThatANodeThatIsDownHasAlone() async throws {
        try await Self.withHealthyCluster { cluster in
            try await makeChunks(cluster)
            try await cluster.sandbox.kill("dn2")
            let findings = try await Self.findings(cluster)
            #expect(findings.map(\.place) == ["dn2", "public.m"])
            #expect(findings.last?.text.contains("1 chunk of it is on dn2 alone") == true)
        }
    }

    @Test(.onTimescaleDB("the emulator has no chunks"))
    func chunkCopiesThatBrokeOff() async throws {
        try await Self.withHealthyCluster { cluster in
            let made = try await cluster.program.run([
                "-c", "sql CREATE TABLE m (time timestamptz NOT NULL, device int)",
                "-c", "hypertable create m time --on dn1,dn2",
                "-c", "sql INSERT INTO m VALUES ('2024-01-01', 1)",
            ])
            #expect(made.status == 0, "\(made.errors)")
            try await set("wal_level", "replica", on: "dn1", cluster)
            try await set("wal_level", "replica", on: "dn2", cluster)
            let chunk = try await cluster.query(
                "an1",
                "SELECT format('%I.%I', chunk_schema, chunk_name), data_nodes[1] FROM timescaledb_information.chunks")
            let (name, source) = (chunk[0][0] ?? "", chunk[0][1] ?? "")
            let copy = try await cluster.run(
                "sql CALL timescaledb_experimental.copy_chunk('\(name)', '\(source)', '\(source == "dn1" ? "dn2" : "dn1")')"
            )
            #expect(copy.status == 1, "\(copy)")
            let findings = try await Self.findings(cluster).filter { $0.severity == "error" }
            #expect(findings.map(\.place) == ["access node"])
            let remedy = try #require(findings.first?.remedy)
            #expect(remedy.hasPrefix("chunk cleanup ts_copy_"))
            #expect(try await cluster.run(remedy).status == 0, "\(remedy)")
            #expect(try await Self.findings(cluster).filter { $0.severity == "error" } == [])
        }
    }

    @Test func aReplicationSlotOfAChunkCopy() async throws {
        try await Self.withHealthyCluster { cluster in
            _ = try await cluster.query("dn2", "SELECT pg_create_logical_replication_slot('ts_copy_1_9', 'pgoutput')")
            let findings = try await Self.findings(cluster)
            #expect(findings.map(\.place) == ["dn2"])
            let remedy = try #require(findings.first?.remedy)
            let mended = try await cluster.run(remedy)
            #expect(mended.status == 0, "\(mended.errors)")
            #expect(try await eventually { try await Self.findings(cluster) == [] })
        }
    }
}
