import Certificates
import Foundation
import Postgres
import Sandbox
import Testing

/// A sandbox with two data nodes on the loopback, all of whose servers have certificates of one authority.
struct EncryptedCluster: Sendable {
    let cluster: Cluster
    let authority: CertificateAuthority

    /// A cluster for one test alone, gone afterwards. Its nodes are added.
    static func with(_ body: (EncryptedCluster) async throws -> Void) async throws {
        let name = "e2e-\(getpid())-\(UInt32.random(in: .min ... .max))"
        let sandbox = try await Sandbox.up(
            .init(
                caretaker: Program.path, name: name, dataNodes: 2, directory: "/dev/shm/tscl-" + name, loopback: true,
                dieWithParent: true)
        ) { _ in }
        do {
            let authority = try CertificateAuthority()
            let cluster = Cluster(
                sandbox: sandbox, program: Program(environment: ["PGSSLROOTCERT": authority.certificate]))
            let encrypted = EncryptedCluster(cluster: cluster, authority: authority)
            for node in sandbox.nodes { try await encrypted.encrypt(node) }
            for node in sandbox.nodes.dropFirst() {
                let added = try await encrypted.run("node add \(node.name) --host 127.0.0.1 --port \(node.port)")
                try #require(added.status == 0, "\(added)")
            }
            try await body(encrypted)
        } catch {
            try await sandbox.down(purge: true)
            throw error
        }
        try await sandbox.down(purge: true)
    }

    /// How to connect to the access node.
    func conninfo(_ others: String = "") -> String {
        "host=127.0.0.1 port=\(cluster.sandbox.nodes[0].port) user=postgres dbname=dist sslmode=verify-full \(others)"
    }

    func run(_ command: String, _ others: String = "") async throws -> Program.Result {
        try await cluster.program.run(["-w", "-d", conninfo(others), "-c", command])
    }

    /// Asks a server on its socket, in the database that all have.
    func query(_ node: String, _ sql: String) async throws -> [[String?]] {
        guard let target = cluster.sandbox.nodes.first(where: { $0.name == node }) else { return [] }
        let parameters = ConnectionParameters([
            ("host", target.socketDirectory), ("port", String(target.port)), ("user", "postgres"),
            ("dbname", "postgres"),
        ])
        let connection = try await Connection.open(parameters)
        let result = try await connection.execute(sql)
        await connection.close()
        return result.rows
    }

    /// Gives a server another certificate than its own.
    func install(_ issued: CertificateAuthority.Issued, on node: String) async throws {
        try issued.install(inDataFolder: dataFolder(node))
        try await reload(node, until: "true")
    }

    /// Turns TLS of a server on or off.
    func setTLS(_ isOn: Bool, on node: String) async throws {
        _ = try await query(node, "ALTER SYSTEM SET ssl = \(isOn ? "on" : "off")")
        try await reload(node, until: "current_setting('ssl') = '\(isOn ? "on" : "off")'")
    }

    private func encrypt(_ node: Node) async throws {
        let data = dataFolder(node.name)
        try authority.issue("localhost", addresses: ["127.0.0.1"]).install(inDataFolder: data)
        try FileManager.default.copyItem(atPath: authority.certificate, toPath: data + "/root.crt")
        try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: data + "/root.crt")
        _ = try await query(node.name, "ALTER SYSTEM SET ssl_ca_file = 'root.crt'")
        try await setTLS(true, on: node.name)
    }

    /// New sessions of a server see its new settings when the one that is asked here does.
    private func reload(_ node: String, until condition: String) async throws {
        let before = try await query(node, "SELECT pg_conf_load_time()")
        _ = try await query(node, "SELECT pg_reload_conf()")
        let isRead = try await eventually {
            let now = try await query(node, "SELECT pg_conf_load_time()")
            guard now != before else { return false }
            return try await query(node, "SELECT \(condition)") == [["t"]]
        }
        try #require(isRead)
    }

    private func dataFolder(_ node: String) -> String {
        (cluster.sandbox.nodes.first { $0.name == node }?.folder ?? "") + "/data"
    }

    /// Puts a line before the others of a server's pg_hba.conf.
    func allow(_ line: String, on node: String) async throws {
        let folder = cluster.sandbox.nodes.first { $0.name == node }?.folder ?? ""
        let rules = folder + "/pg_hba.conf"
        let written = try String(contentsOfFile: rules, encoding: .utf8)
        try (line + "\n" + written).write(toFile: rules, atomically: false, encoding: .utf8)
        try await reload(node, until: "true")
    }
}
