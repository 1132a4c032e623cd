/// Proves that what the access node reaches as a data node is that node, before something is changed there. What a
/// client of its own sees at the same address may be another server.
///
/// A proof is a query that fails on any other server. It is no block of plpgsql, which a role need not be allowed to use.
package enum NodeProof {
    /// What stands in the message of a server that is not the node.
    private static let otherNode = "this is not the data node"
    /// What stands in the message of a server where another node of the same proof is.
    private static let twin = "this is another data node too,"

    /// What stands in the message of a node that is not to be healed, before the id of the transaction.
    private static let another = "another access node has prepared"

    package enum Refusal: Sendable, Equatable {
        case isOther, isTwin
        /// It holds this prepared transaction, which is none of the access node's.
        case holdsAnothers(String)
    }

    /// Why a proof failed; nil where it was for another reason.
    package static func refusal(sqlstate: String?, message: String) -> Refusal? {
        switch sqlstate {
        // No TimescaleDB is there.
        case "42P01", "3F000": .isOther
        // A text of ours stands in the message, whatever its language.
        case "22P02" where message.contains(otherNode): .isOther
        case "22P02" where message.contains(twin): .isTwin
        case "22P02" where message.contains(another):
            .holdsAnothers(String(message.split(separator: another + " ").last?.prefix { $0 != "\"" } ?? ""))
        default: nil
        }
    }

    /// For the access node, in a transaction, which is best rolled back.
    ///
    /// - Parameters:
    ///   - cluster: the identity of the cluster.
    ///   - number: of this proof among all that run; of two nodes in one database the second fails.
    ///   - isToHeal: whether the node is to be healed next: then it fails where one of its prepared transactions names another
    ///     server, as TimescaleDB heals all of a node at once, by numbers that are of this access node.
    package static func statement(
        of node: DataNode, cluster: String, number: Int64, isToHeal: Bool = false, _ capabilities: Capabilities
    ) -> SQL {
        let cluster = Quoting.literal(cluster)
        let others = [
            "(SELECT value FROM _timescaledb_catalog.metadata WHERE key = 'dist_uuid') IS DISTINCT FROM \(cluster)",
            "EXISTS (SELECT FROM _timescaledb_catalog.metadata WHERE key = 'uuid' AND value = \(cluster))",
            "NOT EXISTS (\(prepared(for: node))) AND (\(isOther(node).joined(separator: " OR ")))",
        ]
        return call(
            "WHEN \(others.joined(separator: " OR ")) THEN \(Quoting.literal("\(otherNode) \(node.name)")) "
                + (isToHeal ? holding(besides: node) + " " : "")
                + "WHEN NOT pg_catalog.pg_try_advisory_xact_lock(\(number)) THEN \(Quoting.literal("\(twin) \(node.name)"))",
            on: node, capabilities)
    }

    /// The same for a node that was recognised by tscl's own connection: that the access node reaches that server.
    package static func statement(
        of node: DataNode, on server: ServerIdentity, isToHeal: Bool = false, _ capabilities: Capabilities
    ) -> SQL {
        call(
            """
            WHEN \(ServerIdentity.startedText) <> \(Quoting.literal(server.started))
                 OR pg_catalog.current_database() <> \(Quoting.literal(node.database))
            THEN \(Quoting.literal("\(otherNode) \(node.name)")) \(isToHeal ? holding(besides: node) : "")
            """, on: node, capabilities)
    }

    /// All of it is text, by which logs and tests tell it from the statements of users.
    private static func call(_ cases: String, on node: DataNode, _ capabilities: Capabilities) -> SQL {
        """
        CALL \(raw: capabilities.function("distributed_exec"))(\(literal: "SELECT (CASE \(cases) ELSE '0' END)::int"), \
        node_list => ARRAY[\(literal: node.name)]::name[])
        """
    }

    /// What a transaction in doubt has made can't be seen yet; but it was sent to this node alone.
    private static func prepared(for node: DataNode) -> String {
        """
        SELECT FROM pg_catalog.pg_prepared_xacts WHERE database = pg_catalog.current_database() \
        AND gid LIKE 'ts-%' AND pg_catalog.split_part(gid, '-', 4) = '\(node.serverOID)'
        """
    }

    /// The case of a node that holds what another access node has prepared, by the server that this names.
    private static func holding(besides node: DataNode) -> String {
        node.serverOID == 0
            ? ""
            : """
            WHEN EXISTS (\(anothers("'\(node.serverOID)'"))) THEN pg_catalog.concat('\(another) ', \
            (SELECT pg_catalog.min(gid) FROM (\(anothers("'\(node.serverOID)'"))) p))
            """
    }

    /// - Parameter server: the number of the access node's server for the node, as a constant of type `text`.
    private static func anothers(_ server: String) -> String {
        """
        SELECT gid FROM pg_catalog.pg_prepared_xacts WHERE database = pg_catalog.current_database() \
        AND gid ~ '^ts-1-[0-9]+-[0-9]+-[0-9]+$' AND pg_catalog.split_part(gid, '-', 4) <> \(server)
        """
    }

    /// For the body of a procedure of the access node: an expression of a query that fails on a node which holds what another
    /// access node has prepared.
    ///
    /// - Parameter server: an expression: the number of the access node's server for the node.
    package static func healable(server: SQL) -> SQL {
        let query = "SELECT (CASE WHEN EXISTS (\(anothers("%L"))) THEN '\(another)' ELSE '0' END)::int"
        return "pg_catalog.format(\(literal: query), \(raw: server))"
    }

    /// What the node must hold, of which a part may have been dropped or lost, and what it must not hold.
    private static func isOther(_ node: DataNode) -> [String] {
        let contents = node.contents
        guard contents.chunks.isEmpty else { return ["(\(count(of: contents.chunks))) = 0"] }
        var conditions = ["false"]
        if !contents.hypertables.isEmpty {
            let numbers = Quoting.literal(ArrayText.text(NodeContents.numbers(contents.hypertables)))
            conditions.append(
                "NOT EXISTS (SELECT FROM _timescaledb_catalog.hypertable WHERE id = ANY (\(numbers)::int[]))")
        }
        for (_, chunks) in node.foreignChunks.sorted(by: { $0.key < $1.key }) {
            conditions.append("(\(count(of: chunks))) * 2 > \(chunks.count)")
        }
        return conditions
    }

    private static func count(of chunks: Set<String>) -> String {
        let numbers = Quoting.literal(ArrayText.text(NodeContents.numbers(chunks)))
        let names = Quoting.literal(ArrayText.text(chunks.sorted()))
        return """
            SELECT pg_catalog.count(*) FROM _timescaledb_catalog.chunk c WHERE c.id = ANY (\(numbers)::int[]) \
            AND NOT c.dropped AND pg_catalog.format('%s %s', c.id, c.table_name) = ANY (\(names)::text[])
            """
    }
}
