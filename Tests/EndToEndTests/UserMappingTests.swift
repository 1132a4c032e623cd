import Foundation
import Sandbox
import Testing

/// As whom and with which password the access node goes to its nodes, on real servers.
@Suite struct UserMappingTests {
    private func mappings(_ cluster: Cluster) async throws -> [String?] {
        try await cluster.query(
            "an1", "SELECT usename || ': ' || umoptions::text FROM pg_user_mappings ORDER BY srvname, usename"
        ).map(\.[0])
    }

    @Test func aMappingKeepsThePasswordAndFollowsItsRole() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            var program = cluster.program
            program.environment["FIRST"] = #"first:'pw\"#
            program.environment["SECOND"] = "second"
            func run(_ command: String) async throws -> Program.Result { try await program.run(["-c", command]) }

            #expect(try await run("role create {app,bar} --everywhere --login --grant-nodes all").status == 0)
            let mapped = try await run("role map app --on dn1 --as bar --password-env FIRST")
            #expect(mapped.status == 0 && mapped.output == "app is bar on dn1, with a password\n", "\(mapped.errors)")
            #expect(try await mappings(cluster) == [#"app: {user=bar,"password=first:'pw\\"}"#])
            #expect(try await run("role show app --format csv").output.contains(",bar,mapping\n"))

            let altered = try await run("role alter bar --everywhere --password-env SECOND")
            #expect(altered.output.contains("and its password in the user mapping of app on dn1"), "\(altered.errors)")
            #expect(try await mappings(cluster) == ["app: {user=bar,password=second}"])

            #expect(try await run("role map app --on dn1 --as app").status == 0)
            #expect(try await mappings(cluster) == ["app: {user=app}"])
            let refused = try await program.run(
                ["-U", "app", "-c", "role map bar --on dn1 --as app --password-env FIRST"])
            #expect(refused.status == 1 && refused.errors.contains("must be owner of"), "\(refused.errors)")
            #expect(!refused.errors.contains("first"))
            // What was refused is in the server's log, and the password is not.
            let log = try String(contentsOfFile: cluster.sandbox.nodes[0].logFile, encoding: .utf8)
            #expect(log.contains("must be owner of") && !log.contains("first"))

            #expect(try await run("role unmap app --on dn1").status == 0)
            #expect(try await mappings(cluster).isEmpty)
        }
    }

    /// The database is dropped by the role that deletes the node, which has to get in when its mapping is gone.
    @Test(.onTimescaleDB("the emulator drops nothing on nodes"))
    func aDatabaseIsDroppedWithoutTheMappingOfItsNode() async throws {
        try await Cluster.with(nodes: 1, addingNodes: false, authentication: .password) { cluster in
            let secrets = cluster.sandbox.directory
            let password = try String(contentsOfFile: secrets + "/client/pgpass", encoding: .utf8)
                .split(separator: "\n")[0].split(separator: ":").last
            var program = cluster.program
            program.environment["PW"] = password.map(String.init)
            let made = try await program.run([
                "-c", "node add dn1 --host 127.0.0.1 --port \(cluster.sandbox.nodes[1].port)",
                "-c", "role map postgres --on dn1 --as postgres --password-env PW",
            ])
            #expect(made.status == 0, "\(made)")
            let passfile = secrets + "/an1/secrets/passfile"
            let lines = try String(contentsOfFile: passfile, encoding: .utf8)
            try "".write(toFile: passfile, atomically: false, encoding: .utf8)
            let deletion = "node delete dn1 --drop-database --yes"
            let refused = try await cluster.run(deletion)
            #expect(refused.status == 1, "\(refused)")
            #expect(
                refused.errors.contains("without it postgres does not get in: fe_sendauth: no password"), "\(refused)")
            #expect(try await mappings(cluster).count == 1)
            #expect(try await cluster.query("dn1", "SELECT current_database()") == [["dist"]])

            try lines.write(toFile: passfile, atomically: false, encoding: .utf8)
            let deleted = try await cluster.run(deletion)
            #expect(deleted.status == 0, "\(deleted)")
            #expect(
                deleted.output == "node dn1 deleted, with its database dist and the user mapping of postgres on dn1\n")
            #expect(try await cluster.run("sql SELECT FROM pg_user_mappings").output.contains("(0 rows)"))
            let gone = try await cluster.program.run(
                ["-p", String(cluster.sandbox.nodes[1].port), "-d", "dist", "-c", "sql SELECT 1"])
            #expect(gone.status == 3 && gone.errors.contains("database \"dist\" does not exist"), "\(gone)")
        }
    }

    @Test func thePassfileGetsItsLine() async throws {
        try await Cluster.with(nodes: 1) { cluster in
            var program = cluster.program
            program.environment["PW"] = "secret"
            #expect(try await cluster.run("role create app --everywhere --grant-nodes all").status == 0)
            let before = try await cluster.run("role passfile app --format csv").output
            #expect(before.contains("app,app,{dn1},unneeded,"), "\(before)")
            let written = try await program.run(["-c", "role passfile app --write --password-env PW"])
            #expect(written.status == 0, "\(written.errors)")
            let content = try await cluster.query("an1", "SELECT pg_read_file('passfile')")
            #expect(content == [["*:*:*:app:secret\n"]])
            let after = try await cluster.run("role passfile app --format csv").output
            #expect(
                after.contains("app,app,{dn1},present,*:*:*:app:PASSWORD,") && after.contains(",0600\n"), "\(after)")
            #expect(try await cluster.run("role show app --format csv").output.contains(",passfile\n"))
        }
    }

    @Test func theOptionsOfANodeAreSetAndKept() async throws {
        try await Cluster.with(nodes: 2) { cluster in
            let set = try await cluster.run("node set dn1 --option application_name='o''r' fetch_size=7")
            #expect(set.status == 0, "\(set.errors)")
            let script = try await cluster.run("node list --format script").output
            #expect(script.contains("node set dn1 --option 'application_name=o''r' 'fetch_size=7'\n"), "\(script)")
            let moved = try await cluster.run("node set dn1 --option host=\(cluster.sockets)/dn2")
            #expect(moved.status == 4 && moved.errors.contains("takes it back"), "\(moved.errors)")
            let back = moved.errors.firstMatch(of: /help: (node set dn1 .*) takes it back/).map { String($0.1) }
            #expect(try await cluster.run(try #require(back)).status == 0)
            #expect(try await cluster.run("node set dn1 --unset application_name fetch_size").status == 0)
            #expect(try await !cluster.run("node list --format script").output.contains("node set"))
        }
    }
}
