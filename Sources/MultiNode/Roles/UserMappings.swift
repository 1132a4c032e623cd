/// As which roles the access node goes to its data nodes: `CREATE USER MAPPING … OPTIONS (user '…')`.
package struct UserMappings: Sendable {
    /// The role on a data node that a role of the access node is there.
    package enum Target: Sendable, Equatable {
        /// The role of the same name.
        case same
        /// Another role. `isShared` if every role that has no mapping of its own is that one there.
        case other(String, isShared: Bool)
        /// There is a mapping, and this role may not see what it says.
        case hidden
    }

    private var own: [String: [String: Target]] = [:]
    private var shared: [String: Target] = [:]

    package init() {}

    /// - Parameter rows: of ``list``.
    package init(_ rows: [[String: String?]]) {
        for row in rows.map({ Row($0) }) {
            guard let node = row["node"] else { continue }
            let role = row["role"]
            let remote = row["remote"]
            let target: Target =
                if !row.flag("visible") {
                    .hidden
                } else if let remote, remote != role {
                    .other(remote, isShared: role == nil)
                } else {
                    .same
                }
            if let role { own[role, default: [:]][node] = target } else { shared[node] = target }
        }
    }

    /// Columns `node`, `role` (NULL for PUBLIC), `remote` and `visible`. No other option is read: a password is among them.
    package static let list: SQL = """
        SELECT u.srvname AS node, CASE WHEN u.umuser <> 0 THEN u.usename END AS role, u.umoptions IS NOT NULL AS visible,
               (SELECT option_value FROM pg_catalog.pg_options_to_table(u.umoptions)
                 WHERE option_name = 'user') AS remote
          FROM pg_catalog.pg_user_mappings u
          JOIN timescaledb_information.data_nodes d ON d.node_name = u.srvname
         ORDER BY 1, 2
        """

    package func target(of role: String, on node: String) -> Target {
        own[role]?[node] ?? shared[node] ?? .same
    }

    /// The name that a role has on a node; nil if that can't be seen.
    package func name(of role: String, on node: String) -> String? {
        switch target(of: role, on: node) {
        case .same: role
        case .other(let name, _): name
        case .hidden: nil
        }
    }

    /// Whether a role has a mapping of its own to some other role.
    package func hasOwn(_ role: String) -> Bool {
        own[role]?.values.contains { if case .other = $0 { true } else { false } } == true
    }

    /// Whether a role of a data node is one that roles of the access node are mapped to.
    package func leads(to name: String, on node: String) -> Bool {
        let targets = own.values.compactMap { $0[node] } + [shared[node]].compactMap(\.self)
        return targets.contains { if case .other(name, _) = $0 { true } else { false } }
    }
}
