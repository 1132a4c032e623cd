/// Why a server that answers opens no session. Its SQLSTATE tells; the words may be of any language.
package enum ConnectionRefusal: String, Sendable, CaseIterable {
    /// It was renamed or dropped, or was never there.
    case databaseIsMissing = "3D000"
    /// The server starts, stops or recovers.
    case isNotReady = "57P03"
    case isFull = "53300"
    /// By pg_hba.conf; or the role is not there, or may not log in.
    case roleIsRejected = "28000"
    case passwordIsWrong = "28P01"
    case lacksConnect = "42501"
    /// Nobody may connect to that database (ALLOW_CONNECTIONS).
    case databaseIsClosed = "55000"

    /// Whether it would refuse any role, from anywhere.
    package var isForAll: Bool {
        switch self {
        case .databaseIsMissing, .isNotReady, .isFull, .databaseIsClosed: true
        case .roleIsRejected, .passwordIsWrong, .lacksConnect: false
        }
    }

    package init?(sqlstate: String?) {
        guard let known = sqlstate.flatMap(Self.init(rawValue:)) else { return nil }
        self = known
    }

    /// Advice in one sentence for an error.
    ///
    /// - Parameters:
    ///   - node: the data node; nil for the access node.
    ///   - message: the server's, which tells more where it is not translated.
    package func advice(node: String?, message: String = "") -> String {
        let word = node.map(Quoting.word)
        switch self {
        case .databaseIsMissing:
            return word.map {
                "its server has no such database: renamed or dropped? 'check' looks for it there; 'node show \($0)' has the address"
            }
                ?? "that server has no such database: -d names another, and with -d postgres 'sql TABLE pg_database' lists them"
        case .isNotReady:
            return
                "the server starts, stops or recovers: \(word.map { "'wait until node \($0) up'" } ?? "try again shortly"); "
                + "its log tells what it waits for"
        case .isFull:
            return
                "no connection is left there: see in its pg_stat_activity who holds them and end idle ones, or raise "
                + "max_connections, or the CONNECTION LIMIT of the role or database"
        case .roleIsRejected:
            if let failure = TLSFailure(in: [message]) { return failure.advice(node: node) }
            return word == nil
                ? "the role may not be there or not log in, or the server's pg_hba.conf does not let it in from here"
                : "its pg_hba.conf does not let this role in from here, or the role is not there: 'role check' tells"
        case .passwordIsWrong:
            // libpq's words behind those of the server.
            if message.contains("password retrieved from file") {
                return "the line of that file for this server has another password than the role has there"
            }
            return word == nil
                ? "check the password: -W asks for it, .pgpass and PGPASSWORD hold it"
                : "a password given by -W, PGPASSWORD or -d is sent to data nodes too; .pgpass can hold another"
        case .lacksConnect:
            return "the role may not connect to that database: GRANT CONNECT ON DATABASE, as its owner there"
        case .databaseIsClosed:
            return "nobody may connect to that database: ALTER DATABASE … ALLOW_CONNECTIONS true, in another one there"
        }
    }

    /// What mends it, for a finding of `check`.
    ///
    /// - Parameter databases: those of the server; nil if they are not known.
    func remedy(for node: String, _ databases: ServerDatabases?) -> String {
        let word = Quoting.word(node)
        switch self {
        case .databaseIsMissing: return databases?.remedy ?? Self.unknownDatabases
        case .isNotReady:
            return
                "wait until node \(word) up; its server's log tells what it waits for, and a standby with hot_standby "
                + "off lets nobody in"
        case .isFull:
            return
                "see in pg_stat_activity there, as a superuser, who holds the connections, and end idle ones; or raise "
                + "max_connections, or the CONNECTION LIMIT of this role or database: each session of the access node "
                + "needs one"
        case .roleIsRejected:
            return
                "let this role in from here (pg_hba.conf there), or look from a machine that it lets in; is the role "
                + "there, and may it log in? role check"
        case .passwordIsWrong:
            return "give the password that this role has there: .pgpass has a line for each server; role alter ROLE "
                + "--everywhere --password-prompt makes it the same on all"
        case .lacksConnect, .databaseIsClosed: return advice(node: node)
        }
    }

    private static let unknownDatabases =
        "see which databases its server has: renamed, it gets its name back by ALTER DATABASE … RENAME TO; dropped, it "
        + "comes from a backup"
}

/// The databases of a server that has no longer the one of its data node.
package struct ServerDatabases: Sendable, Equatable {
    let node: DataNode
    let names: [String]
    /// Those that are data nodes' of this cluster, and no other node's.
    let unclaimed: [String]
    let canAlterNode: Bool

    package init(of node: DataNode, _ names: [String], unclaimed: [String], canAlterNode: Bool) {
        self.node = node
        self.names = names
        self.unclaimed = unclaimed
        self.canAlterNode = canAlterNode
    }

    /// The databases that one may connect to, besides the templates.
    package static let query: SQL = """
        SELECT datname FROM pg_catalog.pg_database WHERE datallowconn AND NOT datistemplate ORDER BY datname
        """

    var remedy: String {
        switch unclaimed.count {
        case 0:
            return "none of the databases there (\(names.listed)) is of this cluster: is the address right? node show "
                + "\(Quoting.word(node.name)); a database that was dropped comes from a backup"
        case 1:
            let renaming =
                "ALTER DATABASE \(Quoting.identifier(unclaimed[0])) RENAME TO \(Quoting.identifier(node.database))"
            return canAlterNode
                ? "node alter \(Quoting.word(node.name)) --database \(Quoting.word(unclaimed[0])), which is of this cluster "
                    + "and no other node's; or there: \(renaming)"
                : "\(renaming), there: it is of this cluster and no other node's"
        default:
            return
                "of the databases there \(unclaimed.listed) are of this cluster and no other node's: see which is this "
                + "node's, then node alter \(Quoting.word(node.name)) --database NAME"
        }
    }
}
