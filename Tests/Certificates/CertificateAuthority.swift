import Foundation
import Glibc

/// An authority that issues certificates for servers and roles, by openssl(1). Its files are gone with it.
package final class CertificateAuthority: Sendable {
    /// A certificate and its key, as files.
    package struct Issued: Sendable {
        package let certificate: String
        package let key: String

        /// Gives it to a server, which takes a key of its own user's alone: the owner of its data folder.
        package func install(inDataFolder data: String) throws {
            for (file, name, mode) in [(certificate, "server.crt", 0o644), (key, "server.key", 0o600)] {
                let place = data + "/" + name
                try Data(contentsOf: URL(fileURLWithPath: file)).write(to: URL(fileURLWithPath: place))
                let owner = try FileManager.default.attributesOfItem(atPath: data + "/PG_VERSION")[.ownerAccountID]
                try FileManager.default.setAttributes(
                    [.posixPermissions: mode, .ownerAccountID: owner ?? 0], ofItemAtPath: place)
            }
        }
    }

    private let folder: String

    package init() throws {
        folder = NSTemporaryDirectory() + "/tscl-certificates-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try Self.openssl([
            "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
            "-subj",
            "/CN=authority", "-keyout", folder + "/ca.key", "-out", certificate,
        ])
    }

    deinit { try? FileManager.default.removeItem(atPath: folder) }

    /// The authority's own certificate.
    package var certificate: String { folder + "/ca.crt" }

    /// - Parameters:
    ///   - name: the common name, which is the role's for a client.
    ///   - addresses: those of the server.
    ///   - days: how long it is good; less than zero for one that has ended.
    package func issue(_ name: String, addresses: [String] = [], days: Int = 2) throws -> Issued {
        let file = folder + "/" + UUID().uuidString
        try Self.openssl([
            "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", "/CN=" + name,
            "-keyout", file + ".key", "-out", file + ".csr",
        ])
        let names = addresses.map { "IP:" + $0 } + ["DNS:" + name]
        try "subjectAltName=\(names.joined(separator: ","))".write(
            toFile: file + ".ext", atomically: false, encoding: .utf8)
        try Self.openssl([
            "x509", "-req", "-in", file + ".csr", "-CA", certificate, "-CAkey", folder + "/ca.key", "-CAcreateserial",
            "-days", String(days), "-extfile", file + ".ext", "-out", file + ".crt",
        ])
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file + ".key")
        return Issued(certificate: file + ".crt", key: file + ".key")
    }

    private static func openssl(_ arguments: [String]) throws {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for descriptor in 0...2 {
            posix_spawn_file_actions_addopen(&actions, Int32(descriptor), "/dev/null", O_RDWR, 0)
        }
        var words = (["openssl"] + arguments).map { strdup($0) } + [nil]
        defer { for word in words { free(word) } }
        var process = pid_t()
        guard posix_spawnp(&process, "openssl", &actions, nil, &words, environ) == 0 else {
            throw Failure(description: "there is no openssl: scripts/setup --tests installs it")
        }
        var status: Int32 = 0
        while waitpid(process, &status, 0) < 0, errno == EINTR {}
        guard status == 0 else { throw Failure(description: "openssl \(arguments.joined(separator: " ")) failed") }
    }

    package struct Failure: Error, CustomStringConvertible {
        package let description: String
    }
}
