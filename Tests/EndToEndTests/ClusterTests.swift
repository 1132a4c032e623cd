import Foundation
import Sandbox
import Testing

/// Commands on a real cluster, as a shell sees them.
@Suite struct ClusterTests {
    @Test func theListingsHaveTheirColumns() async throws {
        let cluster = try await Cluster.shared.value
        let columns = [
            "node list": ["node", "host", "port", "database", "owner", "available"],
            "node ping": ["node", "state", "ms", "message"],
            "role list": ["role", "login", "on_access_node", "data_nodes", "agrees"],
            "hypertable list": [
                "hypertable", "time_column", "dimensions", "chunks", "replication_factor", "data_nodes",
            ],
            "heal all": ["node", "state", "healed", "ms", "message"],
            "heal list": ["node", "gid", "age_seconds", "owner", "verdict"],
            "query SELECT 1 AS one": ["node", "one"],
        ]
        for (command, expected) in columns {
            let result = try await cluster.run(command, "--format", "json")
            // What works step by step writes an object for each step before.
            let answer = result.output.split(separator: "\n").last ?? ""
            let object = try #require(
                try JSONSerialization.jsonObject(with: Data(answer.utf8)) as? [String: Any])
            #expect(object["columns"] as? [String] == expected, "\(command)")
            #expect(object["ok"] as? Bool == true)
            let csv = try await cluster.run(command, "--format", "csv")
            #expect(csv.output.hasPrefix(expected.joined(separator: ",") + "\n"), "\(command)")
        }
    }

    @Test func aFailureIsAnObjectToo() async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.run("sql SELECT 1/0", "--format", "json")
        let object = try #require(try JSONSerialization.jsonObject(with: Data(result.output.utf8)) as? [String: Any])
        let error = try #require(object["error"] as? [String: Any])
        #expect(error["sqlstate"] as? String == "22012")
        #expect(error["file"] as? String == "<command 1>")
        #expect(error["line"] as? Int == 1)
        #expect(result.status == 1)
    }

    @Test func aRoleIsOnAllServersOrOnNone() async throws {
        let cluster = try await Cluster.shared.value
        _ = try await cluster.query("dn2", "CREATE ROLE e2e_torn")
        let result = try await cluster.run("role create e2e_torn --everywhere --login")
        #expect(result.status == 1)
        #expect(result.errors.contains("sqlstate: 42710") && result.errors.contains("node: dn2"))
        for node in ["an1", "dn1", "dn3"] {
            #expect(try await cluster.query(node, "SELECT FROM pg_roles WHERE rolname = 'e2e_torn'").isEmpty)
        }
        _ = try await cluster.query("dn2", "DROP ROLE e2e_torn")
        #expect(try await cluster.run("role create e2e_torn --everywhere").status == 0)
        #expect(try await cluster.run("role drop e2e_torn --everywhere --yes").status == 0)
        // The emulator's second phase may still be on its way.
        #expect(
            try await eventually {
                try await cluster.query("dn3", "SELECT FROM pg_roles WHERE rolname = 'e2e_torn'").isEmpty
            })
    }

    @Test func ofAPasswordOnlyTheVerifierLeaves() async throws {
        let cluster = try await Cluster.shared.value
        var program = cluster.program
        program.environment["APP_PASSWORD"] = "correct horse"
        let command = "role create e2e_secret --everywhere --password-env APP_PASSWORD"
        let shown = try await program.run(["--dry-run", "-c", command])
        #expect(shown.output.contains("PASSWORD '********'") && !shown.output.contains("SCRAM"))
        let result = try await program.run(["--show-sql", "--echo", "-c", command])
        #expect(result.status == 0)
        #expect(!(result.output + result.errors).contains("correct horse"))
        #expect(!(result.output + result.errors).contains("SCRAM-SHA-256$"))
        let own = try await cluster.query("an1", "SELECT rolpassword FROM pg_authid WHERE rolname = 'e2e_secret'")
        #expect(own.first?.first??.hasPrefix("SCRAM-SHA-256$") == true)
        for node in ["dn1", "dn2", "dn3"] {
            let sql = "SELECT rolpassword FROM pg_authid WHERE rolname = 'e2e_secret' AND rolcanlogin"
            #expect(try await eventually { try await cluster.query(node, sql) == own })
        }
        #expect(try await cluster.run("role drop e2e_secret --everywhere --yes").status == 0)
    }

    @Test(arguments: ["COMMIT", "ROLLBACK", "PREPARE TRANSACTION 'x'", "SELECT 1; SELECT 2", "/* ; */ commit"])
    func execRefusesWhatBreaksTheTransaction(statement: String) async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.run("exec $$\(statement)$$", "--show-sql")
        #expect(result.status == 1)
        #expect(!result.errors.contains("CALL"))
    }

    @Test func aDryRunChangesNothing() async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.run("role create e2e_dry --everywhere --grant-nodes dn1", "--dry-run")
        #expect(
            result.output == """
                -- access node, one transaction
                BEGIN;
                CREATE ROLE "e2e_dry";
                CALL "public".distributed_exec('CREATE ROLE "e2e_dry" LOGIN', node_list => '{dn1,dn2,dn3}'::name[]);
                GRANT USAGE ON FOREIGN SERVER "dn1" TO "e2e_dry";
                COMMIT;

                """)
        #expect(try await cluster.query("an1", "SELECT FROM pg_roles WHERE rolname = 'e2e_dry'").isEmpty)
    }

    @Test func anInterruptCancelsOnTheServer() async throws {
        let cluster = try await Cluster.shared.value
        let running = try cluster.program.start(["-c", "sql SELECT pg_sleep(61)"])
        let sleeping =
            "SELECT FROM pg_stat_activity WHERE query LIKE '%pg_sleep(61)%' AND pid <> pg_backend_pid() AND state = 'active'"
        #expect(try await eventually { try await !cluster.query("an1", sleeping).isEmpty })
        running.signal(SIGINT)
        let result = await running.end(patience: 5)
        #expect(result.status == 130)
        #expect(try await eventually { try await cluster.query("an1", sleeping).isEmpty })
    }

    @Test func variablesInSQLAreQuoted() async throws {
        let cluster = try await Cluster.shared.value
        let script =
            "set word \"it's; --\"\nsql --into n SELECT length(:'word')\necho ${n}\nsql SELECT 1 AS :\"word\"\n"
        let result = try await cluster.program.run(["--format", "csv"], input: script)
        #expect(result.errors == "")
        #expect(result.output == "text\n8\nit's; --\n1\n")
        #expect(try await cluster.run("sql SELECT '${word}'").errors.contains("write :'word'"))
    }

    @Test func unknownNodesAreAnsweredWithASuggestion() async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.run("node ping dn12")
        #expect(
            result.errors == """
                <command 1>:1:11: error: there is no node dn12
                    1 | node ping dn12
                      |           ^~~~
                   help: did you mean dn1?

                """)
        #expect(
            try await cluster.run("query --on 'dn[12]' SELECT 1", "--format", "csv").output
                == "node,?column?\ndn1,1\ndn2,1\n")
    }

    @Test func aDataNodeAndABareServerSayWhatTheyAre() async throws {
        let cluster = try await Cluster.shared.value
        let onNode = try await cluster.program.run(["-h", cluster.sockets + "/dn1", "node", "list"])
        #expect(
            onNode.errors == "error: database dist is a data node of another access node; connect to the access node\n")
        let bare = try await cluster.program.run(["-d", "postgres", "node", "list"])
        #expect(bare.errors.hasPrefix("error: database postgres has no TimescaleDB"))
        #expect(bare.status == 1)
    }

    @Test func listsCanBeRunAgain() async throws {
        let cluster = try await Cluster.shared.value
        let script = try await cluster.run("node list", "--format", "script")
        #expect(script.output.split(separator: "\n").count == 3)
        let again = try await cluster.program.run([], input: script.output)
        #expect(again.output == "unchanged: node dn1 exists\nunchanged: node dn2 exists\nunchanged: node dn3 exists\n")
    }

    @Test func theHealingJobIsScheduledShownAndRemoved() async throws {
        let cluster = try await Cluster.shared.value
        #expect(try await cluster.run("heal schedule --every 10m").status == 0)
        let status = try await cluster.run("heal status", "--format", "csv")
        #expect(status.output.hasPrefix("job,schedule,scheduled,last_run,last_status,runs,failures,last_error\n"))
        let job = try #require(
            status.output.split(separator: "\n").last?.split(separator: ",").first.map(String.init))
        #expect(status.output.contains("\(job),00:10:00,true,"))

        #expect(try await cluster.run("heal schedule --every 5m").status == 0)
        #expect(try await cluster.run("job pause \(job)").output == "job \(job) paused\n")
        #expect(try await cluster.run("heal status", "--format", "csv").output.contains("\(job),00:05:00,false,"))
        #expect(try await cluster.run("job resume \(job)").status == 0)
        if case .timescaledb = cluster.sandbox.engine {
            // The emulator's run_job lets no procedure commit, and this one does after each node.
            #expect(try await cluster.run("job run \(job)").output == "job \(job) has run\n")
        }
        #expect(try await cluster.run("job show \(job)", "--format", "csv").output.contains("tscl_heal_data_nodes"))
        #expect(try await cluster.run("job list", "--format", "csv").output.contains("\(job),"))

        #expect(try await cluster.run("job delete \(job)").status == 6)
        #expect(try await cluster.run("heal unschedule").status == 0)
        #expect(try await cluster.run("heal unschedule").output == "unchanged: there is no healing job\n")
        #expect(try await cluster.run("job show \(job)").errors.contains("there is no job \(job)"))
    }

    @Test func aRestorePointIsOnEveryNode() async throws {
        let cluster = try await Cluster.shared.value
        let result = try await cluster.run("restore-point create nightly", "--format", "csv")
        #expect(result.output.hasPrefix("node_name,node_type,restore_point\n"))
        for node in ["dn1", "dn2", "dn3"] { #expect(result.output.contains("\(node),data_node,")) }
    }
}
