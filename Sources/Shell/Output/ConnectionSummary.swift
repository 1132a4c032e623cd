import ClusterAccess
import MultiNode
import Postgres

/// Describes for people what a cluster is connected to.
struct ConnectionSummary {
    private let info: ConnectionInfo
    private let label: String?
    /// Nil if they are not known yet.
    private let capabilities: Capabilities?

    init(_ info: ConnectionInfo, label: String?, _ capabilities: Capabilities?) {
        self.info = info
        self.label = label
        self.capabilities = capabilities
    }

    init(of cluster: Cluster) async throws(ClusterError) {
        let capabilities = try await cluster.server()
        self.init(try await cluster.link().info, label: await cluster.connection.target.label, capabilities)
    }

    /// `connected to dist at an1:5432 as postgres: TimescaleDB 2.13.1 on PostgreSQL 15.18`
    var text: String {
        let text = "connected to \(info.database) at \(place) as \(info.user)"
        return engine.map { "\(text): \($0)" } ?? text
    }

    /// Why the server can't have data nodes; nil if it can, or if that is not known.
    var refusal: String? { capabilities?.refusal }

    var database: String { info.database }
    var user: String { info.user }
    /// `15.18`
    var serverVersion: String { ServerVersion.text(info.serverVersion) }

    /// `dist as postgres`
    var login: String { "\(info.database) as \(info.user)" }

    /// The access node's name for people: the sandbox's, or host and port.
    var place: String {
        if let label { return label }
        let place = info.isLocalSocket ? "[local]" : info.host
        // The port is always shown for hosts, because it may be all that distinguishes the servers of one machine.
        return info.isLocalSocket && info.port == 5432 ? place : "\(place):\(info.port)"
    }

    /// The versions of the access node's software. An emulated cluster says so wherever a version is shown.
    var engine: String? {
        guard let capabilities else { return nil }
        let server = "PostgreSQL \(ServerVersion.text(info.serverVersion))"
        if capabilities.isEmulated {
            let version = (capabilities.extensionVersion ?? "").replacing("-emulated", with: "")
            return "emulated TimescaleDB \(version) on \(server)"
        }
        guard let version = capabilities.extensionVersion else { return "no TimescaleDB, \(server)" }
        return "TimescaleDB \(version) on \(server)"
    }
}
