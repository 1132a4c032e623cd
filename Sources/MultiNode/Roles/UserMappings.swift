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

    /// One mapping, as the access node has it.
    package struct Entry: Sendable, Equatable {
        package let node: String
        /// Nil for PUBLIC.
        package let role: String?
        /// The user that it names; nil if it names none.
        package let remote: String?
        package let holdsPassword: Bool
        /// Whether its options can be seen; one without options looks like one whose options can't be seen.
        package let isVisible: Bool

        /// The role that it leads to; nil if that can't be seen, or is each role's own name.
        package var login: String? { isVisible ? remote ?? role : nil }
    }

    package private(set) var entries: [Entry] = []
    private var own: [String: [String: Target]] = [:]
    private var shared: [String: Target] = [:]

    package init() {}

    /// - Parameter rows: of ``list``.
    package init(_ rows: [[String: String?]]) {
        for row in rows.map({ Row($0) }) {
            guard let node = row["node"] else { continue }
            let role = row["role"]
            let remote = row["remote"]
            entries.append(
                Entry(
                    node: node, role: role, remote: remote, holdsPassword: row.flag("holds_password"),
                    isVisible: row.flag("visible")))
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

    /// Columns `node`, `role` (NULL for PUBLIC), `remote`, `holds_password` and `visible`. No option but the user is read:
    /// of a password only whether there is one.
    package static let list: SQL = """
        SELECT u.srvname AS node, CASE WHEN u.umuser <> 0 THEN u.usename END AS role, u.umoptions IS NOT NULL AS visible,
               (SELECT option_value FROM pg_catalog.pg_options_to_table(u.umoptions)
                 WHERE option_name = 'user') AS remote,
               EXISTS (SELECT FROM pg_catalog.pg_options_to_table(u.umoptions)
                        WHERE option_name = 'password') AS holds_password
          FROM pg_catalog.pg_user_mappings u
          JOIN timescaledb_information.data_nodes d ON d.node_name = u.srvname
         ORDER BY 1, 2
        """

    /// The mapping of just this role; nil is PUBLIC.
    package func entry(of role: String?, on node: String) -> Entry? {
        entries.first { $0.node == node && $0.role == role }
    }

    /// The mapping that counts for a role: its own, else the one of PUBLIC.
    package func effective(for role: String, on node: String) -> Entry? {
        entry(of: role, on: node) ?? entry(of: nil, on: node)
    }

    /// The mappings that hold the password of a role of data nodes.
    package func holding(passwordOf login: String, on nodes: Set<String>) -> [Entry] {
        entries.filter { $0.holdsPassword && $0.login == login && nodes.contains($0.node) }
    }

    package func target(of role: String, on node: String) -> Target {
        own[role]?[node] ?? shared[node] ?? .same
    }

    /// The name that a role has on a node; nil if that can't be seen.
    package func name(of role: String, on node: String) -> String? {
        Self.name(of: role, as: target(of: role, on: node))
    }

    package static func name(of role: String, as target: Target) -> String? {
        switch target {
        case .same: role
        case .other(let name, _): name
        case .hidden: nil
        }
    }

    /// Whether a role is another one on a node by the mapping of PUBLIC.
    package func isByPublic(_ role: String, on node: String) -> Bool {
        if case .other(_, isShared: true) = target(of: role, on: node) { true } else { false }
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
