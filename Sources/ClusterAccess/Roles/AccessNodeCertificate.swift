import MultiNode
import SystemPackage

/// Where the access node has the certificate and the key by which a role goes to data nodes.
package struct AccessNodeCertificate: Sendable {
    /// The role on the nodes.
    package let login: String
    /// The folder and the name without its ending; nil where this role may not know.
    package let place: String?
    /// Whether the folder is on this machine.
    package let isHere: Bool
    /// Whether the server uses TLS: without it none is shown to a node.
    package let usesTLS: Bool

    package var key: String { (place ?? "") + ".key" }
    package var certificate: String { (place ?? "") + ".crt" }
    /// The certificate that was there before the present one.
    package var former: String { certificate + ".before" }

    package var hasKey: Bool { ServerFile.status(key) != nil }

    /// Puts a certificate there, and the key where it is a new one. A key that is there is never replaced, and a
    /// certificate that is there is kept beside the new one.
    package func write(certificate content: [UInt8], newKey: [UInt8]?) throws(ClusterError) {
        guard let place, isHere else {
            throw ClusterError("the access node's certificates are not on this machine")
        }
        try ServerFile.makeFolder(FilePath(place).removingLastComponent().string)
        if let newKey { try ServerFile.write(newKey, to: key, isNew: true) }
        if let former = ServerFile.bytes(certificate) { try ServerFile.write(former, to: self.former) }
        try ServerFile.write(content, to: certificate)
    }
}

extension Cluster {
    /// The places of the certificates of roles, as they are called on the nodes, in that order.
    package func certificates(of logins: [String]) async throws(ClusterError) -> [AccessNodeCertificate] {
        try await aside { link throws(ClusterError) in
            let rows = try await send(CertificatePlace.list(for: logins), on: link).records.map { row in
                row.compactMapValues(\.self)
            }
            // NULL where this role may not see it.
            let data = rows.first?["data_directory"]
            let isHere = if let data { try await isHere(data, on: link) } else { false }
            return rows.map { row in
                var place: String?
                if let data, let sum = row["sum"] {
                    let set = row["folder"].flatMap { $0.isEmpty ? nil : $0 } ?? "timescaledb/certs"
                    // The server works in its data folder.
                    place = FilePath(data).pushing(FilePath(set)).appending(sum).string
                }
                return AccessNodeCertificate(
                    login: row["role"] ?? "", place: place, isHere: isHere, usesTLS: row["ssl"] == "t")
            }
        }
    }
}
