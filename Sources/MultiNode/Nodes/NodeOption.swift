/// An option of a data node's foreign server that `node set` sets: what libpq and `timescaledb_fdw` know, without those
/// that other commands set (tsl/src/fdw/option.c and remote/connection.c of TimescaleDB).
package struct NodeOption: Sendable, Equatable {
    package enum Kind: Sendable, Equatable {
        case text
        /// A file or a folder on the access node's machine.
        case file
        case number(least: Int)
        case choice([String])
        /// Numbers with commas between them.
        case ports
    }

    package let name: String
    package let kind: Kind

    private init(_ name: String, _ kind: Kind) {
        (self.name, self.kind) = (name, kind)
    }

    private static let switches = NodeOption.Kind.choice(["0", "1"])
    private static let protocols = NodeOption.Kind.choice(["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"])
    private static let requirements = NodeOption.Kind.choice(["disable", "prefer", "require"])

    package static let all: [NodeOption] = [
        NodeOption("application_name", .text),
        NodeOption("channel_binding", requirements),
        NodeOption("connect_timeout", .number(least: 0)),
        NodeOption("extensions", .text),
        NodeOption("fdw_startup_cost", .number(least: 0)),
        NodeOption("fdw_tuple_cost", .number(least: 0)),
        NodeOption("fetch_size", .number(least: 1)),
        NodeOption("gssdelegation", switches),
        NodeOption("gssencmode", requirements),
        NodeOption("gsslib", .text),
        NodeOption("host", .text),
        NodeOption("hostaddr", .text),
        NodeOption("keepalives", switches),
        NodeOption("keepalives_count", .number(least: 0)),
        NodeOption("keepalives_idle", .number(least: 0)),
        NodeOption("keepalives_interval", .number(least: 0)),
        NodeOption("krbsrvname", .text),
        NodeOption("load_balance_hosts", .choice(["disable", "random"])),
        NodeOption("options", .text),
        NodeOption("passfile", .file),
        NodeOption("port", .ports),
        NodeOption("require_auth", .text),
        NodeOption("requirepeer", .text),
        NodeOption("service", .text),
        NodeOption("ssl_max_protocol_version", protocols),
        NodeOption("ssl_min_protocol_version", protocols),
        NodeOption("sslcert", .file),
        NodeOption("sslcertmode", .choice(["disable", "allow", "require"])),
        NodeOption("sslcompression", switches),
        NodeOption("sslcrl", .file),
        NodeOption("sslcrldir", .file),
        NodeOption("sslkey", .file),
        NodeOption("sslmode", .choice(["disable", "allow", "prefer", "require", "verify-ca", "verify-full"])),
        NodeOption("sslnegotiation", .choice(["postgres", "direct"])),
        NodeOption("sslrootcert", .file),
        NodeOption("sslsni", switches),
        NodeOption(
            "target_session_attrs",
            .choice(["any", "read-write", "read-only", "primary", "standby", "prefer-standby"])),
        NodeOption("tcp_user_timeout", .number(least: 0)),
    ]

    package init?(named name: String) {
        guard let option = Self.all.first(where: { $0.name == name }) else { return nil }
        self = option
    }

    /// What sets an option that is none of these; nil where nothing does.
    package static func otherWay(to name: String) -> String? {
        switch name {
        case "dbname": "'node alter NAME --database D' sets it"
        case "available": "'node enable' and 'node disable' set it"
        case "user", "password", "sslpassword":
            "it is a role's, and not the node's: 'role map ROLE --on NODES --as ROLE --password-prompt'"
        default: nil
        }
    }

    /// Whether the value of an option of any name is a secret.
    package static func isSecret(_ name: String) -> Bool { ["password", "sslpassword"].contains(name) }

    /// Whether the address of the node is in it, so that it is one node's alone.
    package var isAddress: Bool { ["host", "hostaddr"].contains(name) }

    /// Whether a node always has it.
    package var isNeeded: Bool { ["host", "port"].contains(name) }

    /// What is wrong with a value; nil where nothing is, as far as it can be told.
    package func problem(with value: String) -> String? {
        if value.isEmpty { return "\(name) has no value; --unset \(name) takes it away" }
        if name == "application_name", value == AccessNodeSession.ownName {
            return
                "\(name) can't be '\(value)', as tscl calls its own sessions on data nodes so, and waits for the access node's"
        }
        switch kind {
        case .text: return nil
        case .file:
            // A folder of certificates, or the system's own: no other word is a file that the server finds.
            let isKnown = value.hasPrefix("/") || name == "sslrootcert" && value == "system"
            return isKnown ? nil : "\(name) is a file on the access node's machine: it needs the whole path, from /"
        case .number(let least):
            guard let number = Double(value), number >= Double(least) else {
                return "\(name) is a number from \(least) on, and not '\(value)'"
            }
            return nil
        case .choice(let choices):
            return choices.contains(value)
                ? nil : "\(name) is one of \(choices.joined(separator: ", ")), and not '\(value)'"
        case .ports:
            let parts = value.split(separator: ",", omittingEmptySubsequences: false)
            let areRight = parts.allSatisfy { Int($0).map { 1...65535 ~= $0 } ?? false }
            return areRight ? nil : "\(name) is a port, or one for each host with commas between, and not '\(value)'"
        }
    }
}

/// What `node set` changes of one node.
package struct NodeOptionChange: Sendable {
    package struct Setting: Sendable {
        package let key: String
        package let value: String
        /// Nil where there is none.
        let before: String?
    }

    package let node: String
    /// Only what is not so already.
    package let settings: [Setting]
    private let removals: [(key: String, before: String)]

    package init(_ node: DataNode, set: [(key: String, value: String)], unset: [String]) {
        self.node = node.name
        settings = set.map { Setting(key: $0.key, value: $0.value, before: node.option($0.key)) }
            .filter { $0.value != $0.before }
        removals = unset.compactMap { key in node.option(key).map { (key: key, before: $0) } }
    }

    package var isEmpty: Bool { settings.isEmpty && removals.isEmpty }

    /// Whether the node is looked for elsewhere than before.
    package var movesNode: Bool { keys.contains { ["host", "hostaddr", "port", "service"].contains($0) } }

    package var keys: [String] { settings.map(\.key) + removals.map(\.key) }

    private var statement: SQL {
        let added = settings.map { setting -> SQL in
            "\(raw: setting.before == nil ? "ADD" : "SET") \(identifier: setting.key) \(literal: setting.value)"
        }
        let dropped = removals.map { removal -> SQL in "DROP \(identifier: removal.key)" }
        return "ALTER SERVER \(identifier: node) OPTIONS (\(raw: (added + dropped).joined(separator: ", ")))"
    }

    /// All of the changes or none of them.
    package static func plan(_ changes: [NodeOptionChange]) -> Plan {
        .together(changes.filter { !$0.isEmpty }.map(\.statement))
    }

    /// The command that takes it back.
    package var reversal: String {
        let changed = settings.compactMap { setting in setting.before.map { "\(setting.key)=\($0)" } }
        let set = (changed + removals.map { "\($0.key)=\($0.before)" }).map(Quoting.word)
        let unset = settings.filter { $0.before == nil }.map(\.key)
        let options = (set.isEmpty ? [] : ["--option"] + set) + (unset.isEmpty ? [] : ["--unset"] + unset)
        return (["node set", Quoting.word(node)] + options).joined(separator: " ")
    }
}

extension DataNode {
    /// An option of its foreign server.
    package func option(_ key: String) -> String? {
        switch key {
        case "host": host
        case "port": serverOptions["port"] ?? String(port)
        case "dbname": database
        default: serverOptions[key]
        }
    }
}

/// What the access node makes of options, whatever they say.
package struct NodeOptionEffect: Sendable {
    private let sslIsOn: Bool
    private let hasAuthority: Bool

    /// Columns `ssl` and `ssl_ca_file`.
    package static let query: SQL = """
        SELECT pg_catalog.current_setting('ssl') AS ssl, pg_catalog.current_setting('ssl_ca_file') AS ssl_ca_file
        """

    package init(row: [String: String?]) {
        let row = Row(row)
        sslIsOn = row["ssl"] == "on"
        hasAuthority = row["ssl_ca_file"].map { !$0.isEmpty } ?? false
    }

    /// Why an option has no effect on the access node's own connections; nil where it has.
    package func reasonForNone(_ key: String) -> String? {
        switch key {
        case "passfile": "TimescaleDB takes timescaledb.passfile instead"
        case "sslmode" where sslIsOn: "with ssl on at the access node TimescaleDB takes sslmode require instead"
        case "sslcert" where sslIsOn, "sslkey" where sslIsOn:
            "with ssl on at the access node TimescaleDB takes the role's own from timescaledb.ssl_dir instead"
        case "sslrootcert" where sslIsOn && hasAuthority:
            "with ssl on at the access node TimescaleDB takes its ssl_ca_file instead"
        default: nil
        }
    }

    /// Whether there is a file or folder on the access node's machine: one row, in it NULL if there is not.
    package static func file(_ path: String) -> SQL {
        "SELECT (pg_catalog.pg_stat_file(\(path), true)).isdir AS is_folder"
    }
}
