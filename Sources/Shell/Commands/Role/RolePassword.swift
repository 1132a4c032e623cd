import ClusterAccess
import MultiNode

/// Where the access node has the password by which a role logs in on data nodes.
enum RolePassword: String {
    case mapping, passfile

    /// - Parameter role: of the access node.
    /// - Returns: nil if there is none that can be seen.
    init?(of role: String, on node: DataNode, _ mappings: UserMappings, _ passfile: AccessNodePassfile) {
        if mappings.effective(for: role, on: node.name)?.holdsPassword == true {
            self = .mapping
        } else if let login = mappings.name(of: role, on: node.name), !passfile.isIgnored,
            passfile.file?.covers(node, login: login) == true
        {
            self = .passfile
        } else {
            return nil
        }
    }

    /// User mappings as a sentence names them: `the user mapping of app on dn1, dn2`.
    static func told(_ entries: [UserMappings.Entry]) -> String {
        let byRole = Dictionary(grouping: entries) { $0.role ?? "public" }.sorted { $0.key < $1.key }
        let mappings = byRole.map { role, entries in
            "of \(role) on \(entries.map(\.node).listed)"
        }
        return (entries.count == 1 ? "the user mapping " : "the user mappings ") + mappings.listed
    }
}
