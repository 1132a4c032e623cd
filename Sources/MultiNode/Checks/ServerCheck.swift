/// Finds what is wrong with one server as a data node, for `check` and before a node is added.
package struct ServerCheck: Sendable {
    /// The node's name.
    package let node: String
    package let server: Capabilities
    package let facts: NodeFacts
    package let accessNode: Capabilities
    /// Whether it is a data node already.
    package let isAdded: Bool
    /// Seconds by which the server's clock is ahead of the access node's, and the possible error of that measurement.
    package let clockOffset: (seconds: Double, error: Double)

    package init(
        node: String, server: Capabilities, facts: NodeFacts, accessNode: Capabilities,
        isAdded: Bool = true, clockOffset: (seconds: Double, error: Double)
    ) {
        self.isAdded = isAdded
        self.node = node
        self.server = server
        self.facts = facts
        self.accessNode = accessNode
        self.clockOffset = clockOffset
    }

    /// Whether it is the access node's own database.
    package var isAccessNode: Bool {
        guard let theirs = server.server, let own = accessNode.server else { return false }
        return theirs.isSame(as: own) && server.database == accessNode.database
    }

    /// Findings about the server as a whole, whatever databases it has.
    package var ofServer: [Finding] { preparedTransactions + preloading + settings + clock }

    /// Findings about the node's database, which must exist.
    package var ofDatabase: [Finding] { locale + version }

    private func error(_ text: String, _ remedy: String) -> Finding { Finding(.error, node, text, remedy: remedy) }

    private func warning(_ text: String, _ remedy: String) -> Finding { Finding(.warning, node, text, remedy: remedy) }

    private var preparedTransactions: [Finding] {
        let (prepared, connections) = (server.maxPreparedTransactions, server.maxConnections)
        let remedy =
            "on its server, ALTER SYSTEM SET max_prepared_transactions = \(max(150, connections)), and restart it"
        if prepared == 0 {
            return [error("max_prepared_transactions is 0: distributed writes fail (55000)", remedy)]
        }
        guard prepared < connections else { return [] }
        return [
            warning(
                "max_prepared_transactions is \(prepared), below max_connections (\(connections)): under load "
                    + "distributed transactions fail", remedy)
        ]
    }

    private var preloading: [Finding] {
        // The emulator is not a library, and the setting is nil if the role may not see it.
        guard !accessNode.isEmulated, let libraries = server.sharedPreloadLibraries else { return [] }
        let names = libraries.split(separator: ",").map { $0.trimming { $0 == " " || $0 == "\"" } }
        guard !names.contains("timescaledb") else { return [] }
        return [
            error(
                "timescaledb is not in shared_preload_libraries: the access node can't open a session there",
                "on its server, add it to shared_preload_libraries in postgresql.conf, and restart it")
        ]
    }

    private var settings: [Finding] {
        var findings: [Finding] = []
        if server.isInRecovery {
            findings.append(
                error(
                    "the server is in recovery, a standby: it takes no writes",
                    (isAdded
                        ? "promote it, or lead the node to the primary: node alter \(word: node) --host HOST; where it has several "
                            + "hosts, node set \(word: node) --option target_session_attrs=read-write"
                        : "promote it, or add the node with the primary's host alone; several hosts are set afterwards: node set "
                            + "\(word: node) --option host=HOSTS target_session_attrs=read-write")))
        }
        if server.walLevel != "logical" {
            findings.append(
                warning(
                    "wal_level is \(server.walLevel): no chunk can be copied or moved from or to it",
                    "on its server, ALTER SYSTEM SET wal_level = logical, and restart it"))
        }
        return findings + SessionCheck(facts, of: node).findings + timeouts
    }

    private var timeouts: [Finding] {
        SessionSetting.timeouts.compactMap { name in
            guard let value = facts.settings[name], value != "0", !value.isEmpty else { return nil }
            let remedy = "on its server, set \(name) to 0 for the server, database and role"
            let (severity, effect) = SessionSetting.effect(of: name)
            return Finding(severity, node, "\(name) is \(value) in new sessions: \(effect)", remedy: remedy)
        }
    }

    private var clock: [Finding] {
        guard abs(clockOffset.seconds) > 2 + clockOffset.error else { return [] }
        let tenths = Int((abs(clockOffset.seconds) * 10).rounded())
        let direction = clockOffset.seconds > 0 ? "ahead of" : "behind"
        return [
            warning(
                "its clock is \(tenths / 10).\(tenths % 10) s \(direction) the access node's: now() means other times on "
                    + "it", "synchronise the clocks (NTP) on both servers")
        ]
    }

    private var locale: [Finding] {
        let pairs = [
            ("encoding", server.encoding, accessNode.encoding), ("collation", server.collation, accessNode.collation),
            ("LC_CTYPE", server.characterClassification, accessNode.characterClassification),
        ]
        return pairs.filter { $0.1 != $0.2 }.map { name, theirs, own in
            error(
                "its database has \(name) \(theirs), and the access node's \(own): values sort and compare otherwise "
                    + "there", "recreate its database with \(name) \(own)")
        }
    }

    private var version: [Finding] {
        var findings: [Finding] = []
        if let theirs = server.extensionVersion, let own = accessNode.extensionVersion,
            !accessNode.accepts(dataNodeVersion: theirs)
        {
            let order =
                ExtensionVersion(own) >= ExtensionVersion("2.7.1")
                ? "data nodes must not be older than the access node"
                : "data nodes must not be newer than the access node"
            findings.append(
                error(
                    "TimescaleDB is \(theirs) there and \(own) on the access node: \(order)",
                    "ALTER EXTENSION timescaledb UPDATE, as the first command of a new session, on the older one"))
        }
        if let theirs = accessNode.otherPostgreSQL(server.serverVersion) {
            findings.append(
                warning(
                    "PostgreSQL is \(theirs) there and \(accessNode.majorVersion) on the access node: what one can do the "
                        + "other may not, and an upgrade is not finished",
                    "upgrade the servers to the same major version of PostgreSQL (pg_upgrade)"))
        }
        return findings
    }
}

extension Capabilities {
    /// The major version of PostgreSQL.
    var majorVersion: Int { serverVersion / 10_000 }

    /// The major version of another server, if it differs.
    package func otherPostgreSQL(_ version: Int) -> Int? {
        version / 10_000 == majorVersion ? nil : version / 10_000
    }

    /// Whether this access node works with a data node that has this version of TimescaleDB.
    package func accepts(dataNodeVersion version: String) -> Bool {
        extensionVersion.map { ExtensionVersion($0).accepts(dataNode: ExtensionVersion(version)) } ?? true
    }
}

extension ExtensionVersion {
    /// Whether an access node of this version works with a data node of the given version. Since 2.7.1 (#4494) the data
    /// node must not be older; before that, it must not be newer. The patch level does not count.
    func accepts(dataNode: ExtensionVersion) -> Bool {
        guard parts[0] == dataNode.parts[0] else { return false }
        return self >= ExtensionVersion("2.7.1") ? dataNode.parts[1] >= parts[1] : dataNode.parts[1] <= parts[1]
    }
}

extension Substring {
    fileprivate func trimming(_ isTrimmed: (Character) -> Bool) -> String {
        String(drop(while: isTrimmed).reversed().drop(while: isTrimmed).reversed())
    }
}
