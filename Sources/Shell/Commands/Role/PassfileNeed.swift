import ClusterAccess
import MultiNode

/// What the access node's passfile needs so that the access node can go to nodes as a role.
struct PassfileNeed {
    enum Kind { case line, mapping, hidden }
    enum State: String { case present, missing, unneeded, ignored, differs, mapping, unknown, certificate }

    /// Of the access node.
    let role: String
    /// The role on these nodes.
    let login: String
    let nodes: [DataNode]
    let kind: Kind

    /// One for the nodes on which the role is the same role, with its password in the same place.
    static func all(of role: String, on nodes: [DataNode], _ mappings: UserMappings) -> [PassfileNeed] {
        var needs: [PassfileNeed] = []
        for node in nodes {
            let login = mappings.name(of: role, on: node.name)
            let holdsPassword = mappings.effective(for: role, on: node.name)?.holdsPassword == true
            let kind: Kind = login == nil ? .hidden : holdsPassword ? .mapping : .line
            let need = PassfileNeed(role: role, login: login ?? role, nodes: [node], kind: kind)
            if let index = needs.firstIndex(where: { $0.login == need.login && $0.kind == kind }) {
                needs[index] = PassfileNeed(
                    role: role, login: need.login, nodes: needs[index].nodes + [node], kind: kind)
            } else {
                needs.append(need)
            }
        }
        return needs
    }

    /// - Parameter password: the one that it should be; nil if it was not given.
    func state(_ passfile: AccessNodePassfile, _ password: String?) -> State {
        switch kind {
        case .mapping: return .mapping
        case .hidden: return .unknown
        case .line:
            guard let file = passfile.file else { return .unknown }
            guard nodes.allSatisfy({ file.covers($0, login: login) }) else { return .missing }
            if passfile.isIgnored { return .ignored }
            guard let password, passfile.hasPasswords else { return .present }
            return nodes.allSatisfy { file.has(password, for: login, on: $0) } ? .present : .differs
        }
    }

    /// The state where there is no line: the access node may get in all the same, or be asked for a certificate.
    func stateWithoutLine(_ cluster: Cluster) async -> State {
        guard let user = try? await cluster.capabilities().user else { return .missing }
        let reach = await cluster.reachFromAccessNode(nodes, as: role == user ? nil : role, within: .seconds(5))
        let states = nodes.map { node -> State in
            switch reach[node.name] {
            case .reached: .unneeded
            case .unreached(let error):
                TLSFailure(in: [error.summary])?.isMendedByCertificate == true ? .certificate : .missing
            case .hanging, .unknown, nil: .missing
            }
        }
        if states.contains(.missing) { return .missing }
        return states.contains(.certificate) ? .certificate : .unneeded
    }
}
