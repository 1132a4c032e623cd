import Foundation
import Postgres
@testable import Sandbox
import Testing

extension ServerTests {
    /// Servers that ask who one is, and what they and their users have to show for it.
    struct AuthenticationTests {
        private static let methods: [Authentication] = [.password, .certificate]

        @Test("the sandbox goes through its life, and the access node gets to its nodes", arguments: methods, engines)
        func wholeLife(method: Authentication, engine: EngineChoice) async throws {
            let folder = unusedFolder()
            let name = uniqueName()
            try await withSandbox(name, directory: folder, authentication: method, engine: engine) { sandbox in
                try await sandbox.dataNodesAdded()
                // With the access node's own files, and no user mapping.
                try await sandbox.query("an1", "CALL distributed_exec('SELECT 1')", database: "dist")
                try await sandbox.kill("dn1")
                try await sandbox.start("dn1")
                try await sandbox.query("an1", "CALL distributed_exec('SELECT 1')", database: "dist")

                try await sandbox.down(purge: false)
                let other = await #expect(throws: SandboxError.self) {
                    try await Sandbox.up(.init(caretaker: tscl, name: name, authentication: .trust)) { _ in }
                }
                #expect(other?.message == "the sandbox \"\(name)\" was made for \(method.rawValue), not for trust")
                let again = try await Sandbox.up(
                    .init(caretaker: tscl, name: name, authentication: method, loopback: true, dieWithParent: true)
                ) { _ in }
                #expect(again.authentication == method)
                try await again.query("an1", "CALL distributed_exec('SELECT 1')", database: "dist")
            }
            #expect(!FileManager.default.fileExists(atPath: folder))
        }

        @Test("who has not what it takes is refused, by every server")
        func passwordsAreAskedFor() async throws {
            try await withSandbox(authentication: .password) { sandbox in
                for node in sandbox.nodes {
                    #expect(await refusal(of: node, in: sandbox, with: ["password": "wrong"]) == .passwordRejected)
                    #expect(await refusal(of: node, in: sandbox, with: ["passfile": "/none"]) == .passwordNeeded)
                    let bySocket = ["host": node.socketDirectory, "passfile": "/none"]
                    #expect(await refusal(of: node, in: sandbox, with: bySocket) == .passwordNeeded)
                    let verifier = try await sandbox.query(
                        node.name, "SELECT left(rolpassword, 14) FROM pg_authid WHERE rolname = 'postgres'")
                    #expect(verifier == [["SCRAM-SHA-256$"]])
                }
                let login = sandbox.record.login
                let password = try #require(login.files.password)
                #expect(password.utf8.count == 32)
                #expect(!sandbox.record.text.contains(password))
                #expect(!sandbox.conninfo(for: sandbox.nodes[0]).contains(password))
                #expect(!(try servers(of: sandbox).contains(password)))
                try expectPrivate(sandbox, files: ["client/pgpass", "an1/secrets/passfile"])
            }
        }

        @Test("a certificate of the sandbox's authority is asked for, over TLS, and the server shows one itself")
        func certificatesAreAskedFor() async throws {
            try await withSandbox(authentication: .certificate) { sandbox in
                let strangers = CertificateAuthority(files: ClientFiles(folder: unusedFolder()))
                defer { try? Folder.remove(strangers.files.folder) }
                try await strangers.make(for: "another")
                let (key, certificate) = (strangers.files.key, strangers.files.certificate)
                try await strangers.certify("postgres", for: .client, key: key, certificate: certificate)
                for node in sandbox.nodes {
                    for (changes, expected) in [
                        ([:], nil), (["host": "localhost"], nil), (["sslcert": "/none"], .connectionFailed),
                        (["sslmode": "disable"], .connectionFailed), (["user": "other"], .connectionFailed),
                        (["sslcert": certificate, "sslkey": key], .connectionFailed),
                        (["sslrootcert": strangers.files.authority], .connectionFailed),
                        (["host": node.socketDirectory, "sslmode": "prefer"], .connectionFailed),
                    ] as [([String: String], PostgresError.Kind?)] {
                        #expect(await refusal(of: node, in: sandbox, with: changes) == expected, "\(changes)")
                    }
                }
                try expectPrivate(
                    sandbox,
                    files: [
                        "client/ca.crt", "client/ca.key", "client/openssl.cnf", "client/openssl.log",
                        "client/postgres.crt", "client/postgres.key", "an1/secrets/ca.crt", "an1/secrets/server.crt",
                        "an1/secrets/server.key", "an1/secrets/roles/e8a48653851e28c69d0506508fb27fc5.crt",
                        "an1/secrets/roles/e8a48653851e28c69d0506508fb27fc5.key", "dn1/secrets/ca.crt",
                        "dn1/secrets/server.crt", "dn1/secrets/server.key",
                    ])
            }
        }

        /// Why a server doesn't let one in; nil if it does.
        private func refusal(
            of node: Node, in sandbox: Sandbox, with changes: [String: String]
        ) async -> PostgresError.Kind? {
            var parameters = sandbox.parameters(for: node, database: "postgres")
            for (keyword, value) in changes { parameters[keyword] = value }
            do throws(PostgresError) {
                await (try Connection.open(parameters, timeout: .seconds(20))).close()
                return nil
            } catch {
                return error.kind
            }
        }

        /// What the servers' command lines and environments and their logs say.
        private func servers(of sandbox: Sandbox) throws -> String {
            let told = processes(in: sandbox.directory).flatMap { ["/proc/\($0)/cmdline", "/proc/\($0)/environ"] }
            return (told + sandbox.nodes.map(\.logFile)).map { SmallFile.read($0) ?? "" }.joined()
        }

        /// - Parameter files: all that there are in the folders with secrets.
        private func expectPrivate(_ sandbox: Sandbox, files: [String]) throws {
            let folders = ["client"] + sandbox.nodes.map { $0.name + "/secrets" }
            var found: [String] = []
            for folder in folders where FileManager.default.fileExists(atPath: "\(sandbox.directory)/\(folder)") {
                #expect(try mode(of: folder, in: sandbox) == 0o700)
                for entry in try FileManager.default.subpathsOfDirectory(atPath: "\(sandbox.directory)/\(folder)") {
                    let path = folder + "/" + entry
                    let isFolder = Folder.exists("\(sandbox.directory)/\(path)")
                    #expect(try mode(of: path, in: sandbox) == (isFolder ? 0o700 : 0o600), "\(path)")
                    if !isFolder { found.append(path) }
                }
            }
            #expect(found.sorted() == files.sorted())
        }

        private func mode(of path: String, in sandbox: Sandbox) throws -> Int? {
            try FileManager.default.attributesOfItem(atPath: "\(sandbox.directory)/\(path)")[.posixPermissions] as? Int
        }
    }
}
