extension Capabilities {
    /// Whether no hypertable can be made where a publication has all tables (TimescaleDB's src/hypertable.c, 4d8980524).
    var refusesPublishedTables: Bool { ExtensionVersion(extensionVersion ?? "") >= ExtensionVersion("2.20") }

    /// Whether sessions that UPDATE or DELETE compressed rows of a plain hypertable side by side, with no condition on the time, can crash
    /// the server, as was seen with 2.13.1. Older ones change no compressed rows.
    var crashesAtCompressedUpdates: Bool {
        let version = ExtensionVersion(versionText)
        return version >= ExtensionVersion("2.11") && version < ExtensionVersion("2.14")
    }

    /// Whether both are of one database.
    package func isSameDatabase(as other: Capabilities) -> Bool {
        database == other.database && server != nil && server == other.server
    }

    /// Why hypertables of a cluster can't be migrated to this server; nil where they can.
    func refusalToTake(from source: Capabilities) -> (text: String, remedy: String)? {
        guard let extensionVersion else {
            return ("its database \(database) has no TimescaleDB", "on it: CREATE EXTENSION timescaledb")
        }
        if serverVersion / 10_000 < source.serverVersion / 10_000 {
            return (
                "it is PostgreSQL \(serverVersion / 10_000), older than \(source.serverVersion / 10_000) here",
                "name a server with PostgreSQL \(source.serverVersion / 10_000) or later"
            )
        }
        let version = ExtensionVersion(extensionVersion)
        guard version < ExtensionVersion("2.13.1") || version < ExtensionVersion(source.versionText) else { return nil }
        return (
            "its TimescaleDB is \(extensionVersion); rows go to 2.13.1 and later, and to none older than \(source.versionText) here",
            "update it there: ALTER EXTENSION timescaledb UPDATE"
        )
    }
}
