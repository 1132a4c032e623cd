import Foundation
import Sandbox
import Testing

/// The scripts in scripts/examples, run as their comments say.
@Suite struct ExampleTests {
    private static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("../../scripts/examples").standardized.path

    static func path(_ name: String) -> String { "\(folder)/\(name).tscl" }

    private func run(
        _ name: String, _ arguments: [String] = [], _ options: [String] = [], environment: [String: String] = [:],
        in cluster: Cluster
    ) async throws -> Program.Result {
        var program = Program(environment: environment)
        program.seesSandboxes()
        return try await program.run(
            ["--sandbox", cluster.sandbox.name] + options + [Self.path(name)] + arguments, patience: 120)
    }

    @Test func eachIsRightAndHasItsPlaceInTheTests() async throws {
        let names = try FileManager.default.contentsOfDirectory(atPath: Self.folder).sorted()
        #expect(
            names
                == [
                    "build-certificate", "build-password", "build", "leave", "nightly", "node-back", "node-out",
                    "quickstart",
                    "rotate-role",
                ].map { $0 + ".tscl" })
        for name in names {
            let path = "\(Self.folder)/\(name)"
            #expect(FileManager.default.isExecutableFile(atPath: path))
            let result = try await Program().run(["-v", "sandbox=/x", "--check", path, "dn1", "1", "dn2", "2"])
            #expect(result.status == 0, "\(result.errors)")
        }
    }

    @Test func aClusterIsBuiltAndBuiltAgain() async throws {
        try await Cluster.with(addingNodes: false) { cluster in
            let shown = try await run("build", [], ["--dry-run"], in: cluster)
            #expect(shown.output.contains("add_data_node"), "\(shown)")
            #expect(try await cluster.query("an1", "SELECT FROM pg_roles WHERE rolname = 'app'").isEmpty)
            let built = try await run("build", in: cluster)
            #expect(built.status == 0, "\(built)")
            #expect(built.output.contains("role app created on the access node and dn1, dn2, dn3\n"))
            let again = try await run("build", in: cluster)
            #expect(again.status == 0, "\(again)")
            for unchanged in ["node dn3 exists", "role app exists"] {
                #expect(again.output.contains("unchanged: \(unchanged)\n"), "\(again.output)")
            }
            for node in ["an1", "dn1", "dn2", "dn3"] {
                #expect(try await cluster.query(node, "SELECT FROM pg_roles WHERE rolname = 'app'").count == 1)
            }
            #expect(try await run("nightly", [], ["--keep-going"], in: cluster).status == 0)

            // Half-way is where a run that is repeated begins again.
            try await cluster.sandbox.kill("dn2")
            let broken = try await run("build", ["", "500ms"], in: cluster)
            #expect(broken.status != 0 && broken.errors.contains("dn2"), "\(broken)")
            try await cluster.sandbox.start("dn2")
            #expect(try await run("build", in: cluster).status == 0)
        }
    }

    /// What the access node's machine is given for a role is put there between the two runs.
    @Test(arguments: [Authentication.password, .certificate])
    func aClusterIsBuiltWhoseServersAskWhoOneIs(method: Authentication) async throws {
        try await Cluster.with(nodes: 2, addingNodes: false, authentication: method) { cluster in
            let isReal = cluster.sandbox.engine != .emulator
            let nodes = cluster.sandbox.nodes.dropFirst().flatMap { ["127.0.0.1", String($0.port)] }
            let secret = ["APP_PASSWORD": "correct horse"]
            func build() async throws -> Program.Result {
                try await run(
                    "build-\(method.rawValue)", nodes, ["--echo", "--show-sql"], environment: secret, in: cluster)
            }
            let early = try await build()
            #expect(early.status == 1 && early.errors.contains("could not connect to \"dn1\""), "\(early)")
            #expect(early.errors.contains("timescaledb.\(method == .password ? "passfile" : "ssl_dir")"), "\(early)")
            #expect(try await cluster.query("dn1", "SELECT FROM pg_roles WHERE rolname = 'app'").count == 1)

            func ways() async throws -> Program.Result { try await cluster.run("node reach", "--format", "csv") }
            let closed = try await ways()
            #expect(closed.status == 4 && closed.output.contains("access node,dn2,app,false,"), "\(closed)")
            let line = "127.0.0.1:\(cluster.sandbox.nodes[2].port):dist:app:PASSWORD"
            #expect(closed.errors.contains(method == .password ? "add the line \(line)" : "NAME.key of app"))

            try await letIn("app", with: method, to: cluster)
            let open = try await ways()
            #expect(open.status == 0 && open.output.contains("\ndn2,dn1,postgres,true,"), "\(open)")
            #expect(try await cluster.query("dn2", "SELECT FROM pg_subscription").isEmpty)
            let built = try await build()
            for unchanged in ["node dn2 exists", "role app exists"] {
                #expect(built.output.contains("unchanged: \(unchanged)\n"), "\(built)")
            }
            let told = early.output + early.errors + built.output + built.errors
            #expect(!told.contains("correct horse") && !told.contains("SCRAM-SHA-256$"))
            guard isReal else {
                // All but the row.
                #expect(built.status == 1 && built.errors.contains("not emulated"), "\(built)")
                return
            }
            #expect(built.status == 0, "\(built)")
            let rows = try await cluster.run("SELECT temperature FROM conditions", "--format", "csv")
            #expect(rows.output == "temperature\n20.5\n", "\(rows)")
        }
    }

    /// Puts a role's password or certificate where the access node looks for it.
    private func letIn(_ role: String, with method: Authentication, to cluster: Cluster) async throws {
        let folder = cluster.sandbox.directory
        let line = """
            set -e
            cd "$folder"
            case $method in
            password) printf '*:*:*:%s:correct horse\\n' "$role" >>an1/secrets/passfile ;;
            certificate)
                openssl req -new -newkey rsa:2048 -nodes -config client/openssl.cnf -subj "/CN=$role" \
                    -keyout client/role.key -out client/role.csr
                openssl x509 -req -in client/role.csr -CA client/ca.crt -CAkey client/ca.key -CAcreateserial -days 2 \
                    -out client/role.crt
                name=$(printf %s "$role" | md5sum | cut -c 1-32)
                owner=$(stat -c %u an1/secrets/roles)
                for kind in key crt; do install -o "$owner" -m 600 client/role.$kind "an1/secrets/roles/$name.$kind"; done
                ;;
            esac

            """
        let environment = ["folder": folder, "method": method.rawValue, "role": role]
        let done = await (try Program(environment: environment).start(shell: line)).end()
        #expect(done.status == 0, "\(done)")
    }

    @Test func aRolesPasswordIsNewOnAllServers() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.run("role create app ops --everywhere --login --grant-nodes all")
            #expect(made.status == 0, "\(made.errors)")
            func verifiers() async throws -> Set<String> {
                var found: Set<String> = []
                for node in cluster.sandbox.nodes {
                    let rows = try await cluster.query(
                        node.name, "SELECT coalesce(rolpassword, '') FROM pg_authid WHERE rolname = 'app'")
                    found.formUnion(rows.map { $0[0] ?? "" })
                }
                return found
            }
            let forgotten = try await run("rotate-role", ["app"], in: cluster)
            #expect(
                forgotten.status == 1 && forgotten.errors.contains("the environment variable APP_PASSWORD is not set"))
            #expect(try await verifiers() == [""])

            let session = try cluster.program.start(["-U", "app"])
            session.write("sql SELECT 'logged in'\n")
            #expect(await session.waits(for: "logged in"))
            let log = NSTemporaryDirectory() + "tscl-rotated-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: log) }
            let secret = ["APP_PASSWORD": "correct horse"]
            let rotated = try await run(
                "rotate-role", [], ["--echo", "--show-sql", "--log", log], environment: secret, in: cluster)
            #expect(rotated.status == 0, "\(rotated)")
            let verifier = try await verifiers()
            #expect(verifier.count == 1 && verifier.first?.hasPrefix("SCRAM-SHA-256$") == true)
            let told = rotated.output + rotated.errors + (try String(contentsOfFile: log, encoding: .utf8))
            #expect(!told.contains("correct horse") && !told.contains("SCRAM-SHA-256$"))
            // Who was logged in is still.
            session.write("sql SELECT 'still here'\n")
            #expect(await session.waits(for: "still here"))

            let ended = try await run("rotate-role", ["app", "OTHER", "end"], environment: ["OTHER": "x"], in: cluster)
            #expect(ended.status == 0 && ended.output.hasSuffix("     1\n(1 row)\n"), "\(ended)")
            #expect(try await verifiers() != verifier)
            session.write("sql SELECT 'gone'\n")
            session.closeInput()
            #expect(await session.end().status == 3)

            let before = try await verifiers()
            try await cluster.sandbox.kill("dn3")
            let down = try await run("rotate-role", [], environment: secret, in: cluster)
            #expect(down.status == 5 && down.errors.contains("error: dn3 is down: nothing was changed"), "\(down)")
            try await cluster.sandbox.start("dn3")
            #expect(try await verifiers() == before)
        }
    }

    @Test func whatIsWrongAtNightIsNamed() async throws {
        try await Cluster.with { cluster in
            let log = NSTemporaryDirectory() + "tscl-nightly-\(UUID().uuidString)"
            defer { try? FileManager.default.removeItem(atPath: log) }
            let options = ["-w", "--keep-going", "--timeout", "60s", "--log", log]
            let well = try await run("nightly", [], options, in: cluster)
            #expect(well.status == 0 && well.errors.isEmpty, "\(well)")

            _ = try await cluster.sandbox.doubt("dn1", committed: false)
            try await cluster.sandbox.kill("dn3")
            let ill = try await run("nightly", [], options, in: cluster)
            #expect(ill.status == 4, "\(ill)")
            #expect(ill.errors.contains("error: not healed: dn3 (unreachable)\n"), "\(ill.errors)")
            #expect(ill.errors.contains("error: 1 error found: dn3\n"), "\(ill.errors)")
            #expect(try await cluster.query("dn1", "SELECT FROM pg_prepared_xacts").isEmpty)
            let lines = try String(contentsOfFile: log, encoding: .utf8).split(separator: "\n").map { line in
                try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
            }
            #expect(lines.count { $0["event"] as? String == "start" } == 2)
            #expect(lines.contains { $0["command"] as? String == "heal all" && $0["ok"] as? Bool == false })

            try await cluster.sandbox.start("dn3")
            let mended = try await run("nightly", [], options, in: cluster)
            #expect(mended.status == 0, "\(mended)")

            try await cluster.sandbox.kill("an1")
            let nowhere = try await run("nightly", [], options, in: cluster)
            #expect(nowhere.status == 3, "\(nowhere)")
            try await cluster.sandbox.start("an1")
        }
    }

    @Test func aNodeIsTakenOutAndBroughtBack() async throws {
        try await Cluster.with { cluster in
            let made = try await cluster.program.run(
                [],
                input: """
                    sql CREATE TABLE kept (time timestamptz NOT NULL, value int)
                    hypertable create kept time --replication-factor 2

                    """)
            #expect(made.status == 0, "\(made.errors)")
            func available() async throws -> String {
                try await cluster.run("node list --format csv").output.split(separator: "\n").dropFirst().map {
                    $0.hasSuffix("true") ? "1" : "0"
                }.joined()
            }
            #expect(try await run("node-out", in: cluster).status == 2)
            try await cluster.sandbox.kill("dn3")
            let other = try await run("node-out", ["dn2"], in: cluster)
            #expect(other.status == 5 && other.errors.contains("error: dn3 is down: nothing was changed"), "\(other)")
            try await cluster.sandbox.start("dn3")
            #expect(try await available() == "111")

            let out = try await run("node-out", ["dn2"], in: cluster)
            #expect(out.status == 0 && out.output.hasSuffix("tscl node-back.tscl dn2\n"), "\(out)")
            #expect(try await available() == "101")
            try await cluster.sandbox.stop("dn2")
            let early = try await run("node-back", ["dn2", "300ms"], in: cluster)
            #expect(early.status == 1 && early.errors.contains("still does not hold after 300ms"), "\(early)")
            #expect(try await available() == "101")
            try await cluster.sandbox.start("dn2")
            let back = try await run("node-back", ["dn2"], in: cluster)
            #expect(back.status == 0, "\(back)")
            #expect(try await available() == "111")

            // What no other node takes can't go anywhere.
            let single = try await cluster.program.run(
                [],
                input: """
                    sql CREATE TABLE sole (time timestamptz NOT NULL, value int)
                    hypertable create sole time --on dn2

                    """)
            #expect(single.status == 0, "\(single.errors)")
            let alone = try await run("node-out", ["dn2"], in: cluster)
            #expect(
                alone.status == 1
                    && alone.errors.contains("sole keeps each chunk on 1 node, and no other takes its chunks"),
                "\(alone)")
            #expect(try await available() == "111")
            #expect(try await run("node-out", ["dn1"], in: cluster).status == 0)
        }
    }
}
