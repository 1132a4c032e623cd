import Foundation
import Postgres
import Sandbox
import Testing

extension ServerTests {
    struct UpDownTests {
        @Test("the servers run, with what multi-node needs and nothing more", arguments: engines)
        func up(engine: EngineChoice) async throws {
            try await withSandbox(dataNodes: 2, engine: engine) { sandbox in
                #expect(sandbox.nodes.map(\.name) == ["an1", "dn1", "dn2"])
                #expect(sandbox.nodes.map(\.role) == [.access, .data, .data])
                #expect(sandbox.status().map(\.1) == [.running, .running, .running])

                var identifiers: Set<String?> = []
                for node in sandbox.nodes {
                    let row = try await sandbox.query(
                        node.name,
                        """
                        SELECT (SELECT system_identifier FROM pg_control_system()), current_setting('wal_level'),
                            current_setting('max_prepared_transactions'), current_setting('listen_addresses'),
                            current_setting('tscl.sandbox'), current_setting('cluster_name')
                        """)[0]
                    identifiers.insert(row[0])
                    #expect(row[1...] == ["logical", "150", "", "on", node.name])
                    let mode = try FileManager.default.attributesOfItem(atPath: node.socketDirectory)[.posixPermissions]
                    #expect(mode as? Int == 0o700)
                }
                #expect(identifiers.count == 1, "as machines that are made from one image")

                let databases =
                    "SELECT string_agg(datname, ' ' ORDER BY datname) FROM pg_database WHERE NOT datistemplate"
                #expect(try await sandbox.query("an1", databases) == [["dist postgres"]])
                #expect(try await sandbox.query("dn1", databases) == [["postgres"]])
            }
        }

        @Test("the engine is the one that was asked for, and it is there", arguments: engines)
        func engine(choice: EngineChoice) async throws {
            try await withSandbox(engine: choice) { sandbox in
                let version = try await sandbox.query(
                    "an1", "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'", database: "dist")
                switch sandbox.engine {
                case .timescaledb(let offered):
                    #expect(choice == .timescaledb)
                    #expect(version == [[offered]])
                case .emulator:
                    #expect(choice == .emulator)
                }
                let wrappers = try await sandbox.query(
                    "an1", "SELECT count(*) FROM pg_foreign_data_wrapper WHERE fdwname = 'timescaledb_fdw'",
                    database: "dist")
                #expect(wrappers == [["1"]])
            }
        }

        @Test("of two that make or start one at once, one does", arguments: [false, true])
        func upTwiceAtOnce(isThere: Bool) async throws {
            let name = uniqueName()
            let settings = Sandbox.Settings(caretaker: tscl, name: name, dataNodes: 1, dieWithParent: true)
            if isThere { try await Sandbox.up(settings) { _ in }.down(purge: false) }
            let answers = await withTaskGroup(of: Result<Sandbox, SandboxError>.self) { group in
                for _ in 0..<3 {
                    group.addTask {
                        do throws(SandboxError) {
                            return .success(try await Sandbox.up(settings) { _ in })
                        } catch {
                            return .failure(error)
                        }
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            let made = answers.compactMap { try? $0.get() }
            #expect(made.count == 1)
            for case .failure(let error) in answers { #expect(error.kind == .alreadyUp, "\(error)") }
            #expect(made.first?.status().map(\.1) == [.running, .running])
            try await made.first?.down(purge: true)
        }

        @Test("down keeps the data, up has it again, purge leaves nothing")
        func downAndUpAgain() async throws {
            let name = uniqueName()
            let sandbox = try await Sandbox.up(
                .init(caretaker: tscl, name: name, dataNodes: 1, dieWithParent: true), progress: { _ in })
            try await sandbox.query("dn1", "CREATE TABLE kept AS SELECT 42 AS answer")
            try await sandbox.down(purge: false)
            #expect(sandbox.status().map(\.1) == [.stopped, .stopped])
            #expect(processes(in: sandbox.directory).isEmpty)

            let found = try #require(try Sandbox.find(name: name))
            #expect(found.nodes == sandbox.nodes)
            let again = try await Sandbox.up(
                .init(caretaker: tscl, name: name, dataNodes: 1, dieWithParent: true), progress: { _ in })
            #expect(again.directory == sandbox.directory)
            #expect(try await again.query("dn1", "SELECT answer FROM kept") == [["42"]])

            try await again.down(purge: true)
            #expect(processes(in: sandbox.directory).isEmpty)
            #expect(!FileManager.default.fileExists(atPath: sandbox.directory))
            #expect(try Sandbox.find(name: name) == nil)
        }

        @Test("a name is taken while its sandbox is up")
        func upTwice() async throws {
            let sandbox = try await SharedSandbox.use()
            let error = await #expect(throws: SandboxError.self) {
                _ = try await Sandbox.up(.init(caretaker: tscl, name: sandbox.name), progress: { _ in })
            }
            #expect(error?.kind == .alreadyUp)
        }

        @Test("a sandbox is found by its name, one of a test by its name only")
        func find() async throws {
            let sandbox = try await SharedSandbox.use()
            #expect(try Sandbox.find(name: sandbox.name)?.directory == sandbox.directory)
            #expect(Sandbox.all().contains { $0.name == sandbox.name })
            // Whether the person who runs the tests has sandboxes is not known here.
            #expect((try? Sandbox.find(name: nil))??.name != sandbox.name)
            #expect(try Sandbox.find(name: "no-such-sandbox") == nil)
        }

        @Test("with loopback the servers answer at 127.0.0.1")
        func loopback() async throws {
            try await withSandbox(loopback: true) { sandbox in
                #expect(Set(sandbox.nodes.map(\.port)).count == 2)
                for node in sandbox.nodes {
                    var parameters = sandbox.parameters(for: node, database: "postgres")
                    parameters["host"] = "127.0.0.1"
                    let connection = try await Connection.open(parameters)
                    #expect(!connection.info.isLocalSocket)
                    await connection.close()
                }
            }
        }

        @Test("the data goes where it is told to, and only into a folder that is empty")
        func directory() async throws {
            let folder = unusedFolder()
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o755])
            defer { try? FileManager.default.removeItem(atPath: folder) }
            try await withSandbox(directory: folder) { sandbox in
                #expect(sandbox.directory == folder)
                #expect(sandbox.nodes.allSatisfy { $0.dataDirectory.hasPrefix(folder + "/") })
            }
            #expect(!FileManager.default.fileExists(atPath: folder))

            try FileManager.default.createDirectory(atPath: folder + "/other", withIntermediateDirectories: true)
            let name = uniqueName()
            let error = await #expect(throws: SandboxError.self) {
                _ = try await Sandbox.up(.init(caretaker: tscl, name: name, directory: folder), progress: { _ in })
            }
            #expect(error?.kind == .folder)
            #expect(FileManager.default.fileExists(atPath: folder + "/other"))
            #expect(try Sandbox.find(name: name) == nil)
        }

        @Test("sockets find room where the folder's path is too long for them, or has a comma")
        func longPath() async throws {
            let folder = unusedFolder()
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let deep = folder + "/" + String(repeating: "deep", count: 30) + ", and 'quoted'"
            let root = try await withSandbox(directory: deep) { sandbox in
                #expect(sandbox.status().map(\.1) == [.running, .running])
                let root = (sandbox.nodes[0].socketDirectory as NSString).deletingLastPathComponent
                #expect(!root.hasPrefix(folder))

                // It is in /tmp, and a restart of the machine empties that.
                try await sandbox.down(purge: false)
                try FileManager.default.removeItem(atPath: root)
                try await sandbox.start("dn1")
                #expect(try await sandbox.query("dn1", "SELECT 1") == [["1"]])
                return root
            }
            #expect(!FileManager.default.fileExists(atPath: root))
        }

        @Test("a folder is known by its plain path, however it is named")
        func plainPath() async throws {
            let folder = unusedFolder()
            try FileManager.default.createSymbolicLink(atPath: folder, withDestinationPath: "/tmp")
            defer { try? FileManager.default.removeItem(atPath: folder) }
            let name = uniqueName()
            try await withSandbox(name, directory: folder + "/absent/.././\(name)/") { sandbox in
                #expect(sandbox.directory == "/tmp/\(name)")
                #expect(sandbox.status().map(\.1) == [.running, .running])
            }
            #expect(!FileManager.default.fileExists(atPath: "/tmp/\(name)"))
        }

        @Test(
            "what can't be made is refused before anything is made", arguments: ["", "a b", "../x", "-x", "é", "a/b"])
        func names(name: String) async {
            let error = await #expect(throws: SandboxError.self) {
                _ = try await Sandbox.up(.init(caretaker: tscl, name: name), progress: { _ in })
            }
            #expect(error?.kind == .usage)
        }
    }
}
