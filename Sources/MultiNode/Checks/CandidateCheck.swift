/// Checks a server before it becomes a data node, so that problems show before anything is changed.
package struct CandidateCheck: Sendable {
    /// The server, as read through the node's database, or through another one if that does not exist yet.
    package let server: ServerCheck
    /// The name of the future node's database.
    package let database: String
    package let databaseExists: Bool
    /// The versions of TimescaleDB that can be installed there.
    private let versions: [String]
    /// Whether `node add` creates the database and the extension if they are missing.
    package let bootstraps: Bool
    /// What a database there that belongs to this cluster is.
    package let membership: Membership

    package enum Membership: Sendable, Equatable {
        /// The data node of this name.
        case node(String)
        /// Another database with the data of the node of this name.
        case copy(of: String)
        /// None of the data nodes; it was one.
        case former
        /// It is not known which, because not all data nodes could be asked.
        case unknown
    }

    package init(
        _ server: ServerCheck, on candidate: CandidateServer, database: String, bootstraps: Bool,
        _ membership: Membership
    ) {
        self.server = server
        self.database = database
        databaseExists = candidate.databases.contains(database)
        versions = candidate.versions
        self.bootstraps = bootstraps
        self.membership = membership
    }

    /// An error for each candidate that has the address of one before it, or of a data node.
    package static func duplicates(_ candidates: [DataNode], beside nodes: [DataNode]) -> [Finding] {
        candidates.indices.compactMap { index in
            let candidate = candidates[index]
            guard let other = (nodes + candidates[..<index]).first(where: candidate.hasAddress) else { return nil }
            return Finding(
                .error, candidate.name, "it has the host, port and database of \(other.name)",
                remedy: "name an address for each: --host 10.0.0.{11..14}, or --port, or --database")
        }
    }

    package var findings: [Finding] {
        // Nothing else matters about a database that is in use for something else.
        if databaseExists, let taken { return [taken] }
        return (missing.map { [$0] } ?? []) + server.ofServer + (databaseExists ? server.ofDatabase : [])
    }

    private func error(_ text: String, _ remedy: String) -> Finding {
        Finding(.error, server.node, text, remedy: remedy)
    }

    /// An error if the database already belongs to a cluster.
    private var taken: Finding? {
        if server.isAccessNode {
            return error(
                "the address is that of the access node itself", "check --host, --port and --database")
        }
        if server.server.role == .accessNode {
            return error(
                "database \(database) there is an access node itself", "check --host, --port and --database")
        }
        guard let cluster = server.server.distributedID else { return nil }
        if cluster == server.accessNode.distributedID { return member }
        return error(
            "database \(database) there is a data node of another cluster (\(cluster)), or was of one that is gone",
            Self.freeing)
    }

    private var member: Finding {
        switch membership {
        case .node(let name):
            error("database \(database) there is the data node \(name)", "check --host, --port and --database")
        case .copy(let name):
            error(
                "database \(database) there has the data of \(name): it is a copy of that node, or left from it",
                "check --host, --port and --database; a copy is no node beside the original")
        case .former:
            error("database \(database) there was a data node of this cluster before 'node delete'", Self.freeing)
        case .unknown:
            error(
                "database \(database) there is a data node of this cluster already, or was one before 'node delete'",
                "'node list' shows those that are; 'node ping' tells why not all of them can be asked from here")
        }
    }

    /// How to make the database of a former data node fit to be added again.
    private static let freeing =
        "if no row in it is needed, drop it, or as a superuser there DELETE FROM _timescaledb_catalog.metadata WHERE "
        + "key = 'dist_uuid'"

    /// An error if the database, or a version of TimescaleDB that fits, is missing.
    private var missing: Finding? {
        if !databaseExists, !bootstraps {
            return error("there is no database \(database) there", "create it, or leave out --no-bootstrap")
        }
        if server.accessNode.isEmulated || databaseExists && server.server.extensionVersion != nil { return nil }
        if databaseExists, !bootstraps {
            return error(
                "database \(database) there has no TimescaleDB", "CREATE EXTENSION there, or leave out --no-bootstrap")
        }
        guard let own = server.accessNode.extensionVersion else { return nil }
        if versions.isEmpty {
            return error("its server has no TimescaleDB to install", "install TimescaleDB \(own) on its server")
        }
        guard !versions.contains(where: { ExtensionVersion(own).accepts(dataNode: ExtensionVersion($0)) }) else {
            return nil
        }
        return error(
            "its server offers TimescaleDB \(versions.listed), which does not fit the access node's \(own)",
            "install TimescaleDB \(own) on its server")
    }
}
