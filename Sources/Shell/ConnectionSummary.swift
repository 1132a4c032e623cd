import CommandLanguage
import MultiNode
import Postgres
import Rendering

extension Session {
    /// `connected to dist at an1:5432 as postgres: TimescaleDB 2.13.1 on PostgreSQL 15.18`
    func connectionSummary() async throws(Failure) -> String {
        let info = try await server().connection.info
        var text = "connected to \(info.database) at \(placeName) as \(info.user)"
        if let engine = engineName { text += ": \(engine)" }
        return text
    }

    /// The access node's name for people: the sandbox's, or host and port.
    var placeName: String {
        if target.sandbox != nil { return "an1" }
        guard let info = connection?.info else { return target.parameters["host"] ?? "" }
        let place = info.isLocalSocket ? "[local]" : info.host
        // Several servers of one machine differ by it alone.
        return info.isLocalSocket && info.port == 5432 ? place : "\(place):\(info.port)"
    }

    /// What the access node runs; an emulated cluster says so wherever it shows a version.
    var engineName: String? {
        guard let capabilities, let info = connection?.info else { return nil }
        let server = "PostgreSQL \(ServerVersion.text(info.serverVersion))"
        if capabilities.isEmulated {
            let version = (capabilities.extensionVersion ?? "").replacing("-emulated", with: "")
            return "emulated TimescaleDB \(version) on \(server)"
        }
        guard let version = capabilities.extensionVersion else { return "no TimescaleDB, \(server)" }
        return "TimescaleDB \(version) on \(server)"
    }
}
