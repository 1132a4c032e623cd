/// What to do about what a server says, in a sentence that names a command.
package enum Remedy {
    private struct Rule {
        let sqlstate: String?
        let part: String
        let remedy: String
    }

    /// The first rule that fits counts; an empty part fits every message.
    private static let rules: [Rule] = [
        Rule(
            sqlstate: "TS174", part: "already a data node",
            remedy:
                "its database belongs to a cluster already: drop that database on the node, or delete dist_uuid from its "
                + "_timescaledb_catalog.metadata, then add it again"),
        Rule(sqlstate: "TS174", part: "to itself", remedy: "host and port lead to the access node's own database"),
        Rule(sqlstate: "TS174", part: "already an access node", remedy: "host and port lead to an access node"),
        Rule(
            sqlstate: "TS174", part: "prepared transactions need to be enabled",
            remedy: "set max_prepared_transactions on the node to 150 or more and restart it"),
        Rule(
            sqlstate: "TS174", part: "max_prepared_transactions is set low",
            remedy: "raise max_prepared_transactions on the node to max_connections or more and restart it"),
        Rule(
            sqlstate: "TS174", part: "wrong",
            remedy: "recreate the node's database with the encoding and locale of this one"),
        Rule(
            sqlstate: "TS174", part: "version",
            remedy: "the extensions' versions must fit: update one of them with ALTER EXTENSION timescaledb UPDATE"),
        Rule(sqlstate: "TS174", part: "extension", remedy: "install TimescaleDB on the node and preload it"),
        Rule(sqlstate: "TS171", part: "", remedy: "this is a data node; connect to its access node"),
        Rule(
            sqlstate: "42710", part: "server \"", remedy: "'node list' shows it; --if-not-exists leaves it as it is"),
        Rule(sqlstate: "42710", part: "transaction identifier", remedy: "'heal all', then try again"),
        Rule(
            sqlstate: "42710", part: "role \"",
            remedy: "'role list' shows where the role is; --if-not-exists leaves it as it is"),
        Rule(
            sqlstate: nil, part: "must be preloaded",
            remedy: "add timescaledb to shared_preload_libraries on the node and restart it"),
        Rule(sqlstate: "TS504", part: "", remedy: "move the node's chunks to others first"),
        Rule(
            sqlstate: "TS170", part: "lose data",
            remedy: "copy the node's chunks to other nodes first; --force does not help here"),
        Rule(sqlstate: "TS170", part: "insufficient number of data nodes", remedy: "--force accepts it"),
        Rule(sqlstate: "TS170", part: "replication factor too large", remedy: "'node attach' more nodes first"),
        Rule(
            sqlstate: "TS170", part: "no data nodes can be assigned",
            remedy: "'node add' adds nodes, 'role grant ROLE --nodes all' lets a role use them"),
        Rule(sqlstate: "TS172", part: "", remedy: "--if-not-attached leaves it as it is"),
        Rule(sqlstate: "TS173", part: "", remedy: "--if-attached lets it be"),
        Rule(sqlstate: "TS111", part: "", remedy: "'hypertable list' shows the distributed hypertables"),
        Rule(sqlstate: "TS110", part: "", remedy: "--if-not-exists leaves it as it is"),
        Rule(sqlstate: nil, part: "is not available", remedy: "'node enable' makes it available again"),
        Rule(
            sqlstate: "0A000", part: "distributed hypertable member", remedy: "do it on the access node"),
        Rule(
            sqlstate: "0A000", part: "access node only", remedy: "add data nodes first, or connect to the access node"),
        Rule(
            sqlstate: "0A000", part: "not emulated",
            remedy: "the sandbox's emulator has the control interface only; a real TimescaleDB 2.0 to 2.13 has the rest"
        ),
        Rule(
            sqlstate: "55000", part: "wal_level", remedy: "set wal_level to logical on the nodes and restart them"),
        Rule(
            sqlstate: "55000", part: "max_prepared_transactions",
            remedy: "set max_prepared_transactions on the node to 150 or more and restart it"),
        Rule(
            sqlstate: "25001", part: "", remedy: "run it outside a transaction"),
        Rule(
            sqlstate: "22P02", part: "remote transaction ID",
            remedy:
                "a prepared transaction on the node has a malformed name: 'heal list' shows it, ROLLBACK PREPARED on the node ends it"
        ),
        Rule(
            sqlstate: "08001", part: "could not connect",
            remedy: "'node ping' asks the nodes; 'node disable' takes one out of use"),
        Rule(sqlstate: "28P01", part: "", remedy: "check the password, .pgpass or PGPASSWORD"),
        Rule(sqlstate: "3D000", part: "", remedy: "check the database's name"),
        Rule(
            sqlstate: "53300", part: "",
            remedy: "the server has no connection left; try again, or raise max_connections"),
        Rule(sqlstate: "57P03", part: "", remedy: "the server is starting or stopping; try again"),
        Rule(
            sqlstate: "42501", part: "foreign-data wrapper",
            remedy: "a superuser, or a role with USAGE on timescaledb_fdw, can"),
        Rule(
            sqlstate: "42501", part: "foreign server", remedy: "'role grant ROLE --nodes NODES' lets a role use it"),
        Rule(sqlstate: nil, part: "connection to data node", remedy: "try again; 'node ping' asks the nodes"),
        Rule(
            sqlstate: nil, part: "password authentication failed", remedy: "check the password, .pgpass or PGPASSWORD"),
        Rule(sqlstate: nil, part: "no password supplied", remedy: "-W asks for it; .pgpass and PGPASSWORD hold it"),
        Rule(
            sqlstate: nil, part: "Is the server running",
            remedy: "-h, -p and PGHOST, PGPORT say where it is; 'sandbox up' starts one here"),
    ]

    /// - Returns: nil when the server's own words say enough.
    package static func remedy(sqlstate: String?, message: String, detail: String?) -> String? {
        let text = message + "\n" + (detail ?? "")
        return rules.first { rule in
            (rule.sqlstate == nil || rule.sqlstate == sqlstate) && (rule.part.isEmpty || text.contains(rule.part))
        }?.remedy
    }

    /// The data node that a message of the access node names: `[dn1]: …`, `could not connect to "dn1"`.
    package static func node(inMessage message: String) -> String? {
        if message.hasPrefix("["), let end = message.firstRange(of: "]: ") {
            return String(message[message.index(after: message.startIndex)..<end.lowerBound])
        }
        for beginning in ["could not connect to \"", "connection to data node \"", "data node \""] {
            guard message.hasPrefix(beginning) else { continue }
            let rest = message.dropFirst(beginning.count)
            if let end = rest.firstIndex(of: "\"") { return String(rest[..<end]) }
        }
        return nil
    }
}
