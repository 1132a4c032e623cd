import Glibc
import Platform

/// An authority of the user's, which certifies roles: files of its certificate and key, and OpenSSL's command line.
///
/// Keys are made in files that nobody else can read, and are in no argument of a program.
package struct RoleCertificateAuthority: Sendable {
    package struct Certified: Sendable {
        package let certificate: [UInt8]
        /// Nil where the key was there.
        package let newKey: [UInt8]?
        /// When the certificate ends, in OpenSSL's words; nil if those are not understood.
        package let end: String?
    }

    private let certificate: String
    private let key: String

    package init(certificate: String, key: String) {
        self.certificate = Folder.planned(certificate)
        self.key = Folder.planned(key)
    }

    /// Makes a certificate of a role, and a key where there is none.
    ///
    /// - Parameter present: the path of the role's key, if it has one.
    package func certify(
        _ role: String, key present: String?, days: Int
    ) async throws(SandboxError) -> Certified {
        try CertificateAuthority.requireProgram()
        let folder = try Self.temporaryFolder()
        defer { try? Folder.remove(folder) }
        let files = ClientFiles(folder: folder)
        try SmallFile.write(CertificateAuthority.settings, to: files.opensslSettings, mode: 0o600)
        let (newKey, request, made) = (folder + "/role.key", folder + "/role.csr", folder + "/role.crt")
        let keyed =
            present.map { ["-key", $0] }
            ?? ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", newKey]
        try await run(
            ["req", "-new", "-sha256", "-utf8", "-config", files.opensslSettings, "-subj", Self.subject(role)] + keyed
                + ["-out", request], files, "can't make the request for a certificate of \(role)")
        try await run(
            [
                "x509", "-req", "-in", request, "-CA", certificate, "-CAkey", key, "-set_serial",
                "\(UInt64.random(in: 1...UInt64(Int64.max)))", "-sha256", "-days", "\(days)", "-extfile",
                files.opensslSettings, "-extensions", CertificateAuthority.Purpose.client.rawValue, "-out", made,
            ], files, "the authority can't certify \(role)")
        // Such as an authority that has ended, or a certificate that is none of an authority's.
        try await run(
            ["verify", "-partial_chain", "-purpose", "sslclient", "-CAfile", certificate, made], files,
            "nobody would believe a certificate of this authority")
        guard let content = SmallFile.bytes(made), present != nil || SmallFile.bytes(newKey) != nil else {
            throw SandboxError(.folder, "can't read what openssl made in \"\(folder)\"")
        }
        let end = Spawn.output(of: ["openssl", "x509", "-noout", "-enddate", "-in", made])?.text
        return Certified(
            certificate: content, newKey: present == nil ? SmallFile.bytes(newKey) : nil,
            end: end?.split(separator: "=").last.map { $0.split(whereSeparator: \.isNewline).joined() })
    }

    private func run(_ arguments: [String], _ files: ClientFiles, _ failure: String) async throws(SandboxError) {
        let command = ServerAccount.own.commandLine(["openssl"] + arguments, in: files.folder)
        do throws(SandboxError) {
            try await LogFile(path: files.log).run(command, as: .own, failure)
        } catch {
            guard error.kind == .server else { throw error }
            throw SandboxError(
                .server, failure, detail: error.detail,
                hint:
                    "openssl has to be able to read \(certificate) and \(key), which belong together, without a pass phrase"
            )
        }
    }

    /// A folder that nobody else gets into, in memory where there is such a place.
    private static func temporaryFolder() throws(SandboxError) -> String {
        let parent = access("/dev/shm", W_OK) == 0 ? "/dev/shm" : Environment[nonEmpty: "TMPDIR"] ?? "/tmp"
        let path = "\(parent)/tscl-certificate-\(String(UInt64.random(in: 0 ... .max), radix: 36))"
        try Folder.make(path, mode: 0o700)
        return path
    }

    /// In a subject, `/` and `+` begin another part of the name.
    static func subject(_ role: String) -> String {
        "/CN=" + role.replacing("\\", with: "\\\\").replacing("/", with: "\\/").replacing("+", with: "\\+")
    }
}
