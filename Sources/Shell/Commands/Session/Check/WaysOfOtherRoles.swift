import ClusterAccess
import MultiNode

/// Whether the access node gets in on nodes as the roles that use them, besides the connected one.
struct WaysOfOtherRoles {
    let findings: [Finding]

    static let none = WaysOfOtherRoles(findings: [])

    /// Asks as each role that may log in, has been granted the node, and is one that the connected role may become.
    ///
    /// - Parameters:
    ///   - users: the rows of ``NodeUsers/list``.
    ///   - reach: whether the connected role reaches the nodes. Where it finds nothing that answers, the others would find
    ///     the same, and wait for it.
    static func ask(
        _ cluster: Cluster, _ nodes: [DataNode], own: String, _ users: [[String: String?]],
        _ reach: [String: AccessNodeReach], _ mappings: UserMappings
    ) async -> WaysOfOtherRoles {
        let answering = nodes.filter { node in
            switch reach[node.name] {
            case .reached: true
            case .unreached(let error): error.cause.contains("FATAL:") || error.cause.contains("no password supplied")
            case .hanging, .unknown, nil: false
            }
        }
        guard !answering.isEmpty else { return .none }
        var byRole: [String: Set<String>] = [:]
        for row in users where row["askable"] != "f" {
            guard let role = row["role"].flatMap({ $0 }), let node = row["node"].flatMap({ $0 }) else { continue }
            byRole[role, default: []].insert(node)
        }
        byRole[own] = nil
        let users = byRole.sorted { $0.key < $1.key }
            .map { role, names in (role: role, nodes: answering.filter { names.contains($0.name) }) }
            .filter { !$0.nodes.isEmpty }
        guard !users.isEmpty else { return .none }
        // For all of them together.
        let limit = cluster.remaining(atMost: .seconds(5))
        let ways = await cluster.limited(to: limit).waysFromAccessNode(of: users, own: own, within: limit)
        let lacksPassword = ways.contains { $0.reason?.contains("no password supplied") == true }
        let passfile = lacksPassword ? try? await cluster.passfile() : nil
        return WaysOfOtherRoles(ways, mappings, ignoredPassfile: passfile?.isIgnored == true ? passfile?.path : nil)
    }

    private init(findings: [Finding]) { self.findings = findings }

    private init(_ ways: [Way], _ mappings: UserMappings, ignoredPassfile ignored: String?) {
        var faults: [(key: String, ways: [Way])] = []
        for way in ways where way.isReached == false {
            // A reason names the role that it turns away.
            let remote = mappings.name(of: way.role, on: way.node.name) ?? way.role
            let reason = way.isHanging ? "" : (way.reason ?? "").replacing("\"\(remote)\"", with: "\"\"")
            let key = "\(way.node.name)\n\(reason)"
            if let index = faults.firstIndex(where: { $0.key == key }) {
                faults[index].ways.append(way)
            } else {
                faults.append((key, [way]))
            }
        }
        findings = faults.compactMap { Self.finding($0.ways, mappings, ignored) }
    }

    private static func finding(_ ways: [Way], _ mappings: UserMappings, _ ignored: String?) -> Finding? {
        guard let first = ways.first else { return nil }
        let node = first.node
        let roles = ways.map(\.role)
        if first.isHanging {
            return ReachCheck.unknown(node.name, as: roles)
        }
        let reason = first.reason ?? ""
        let remedy = WayRemedy.text(
            to: node, from: "the access node's", as: first.role,
            by: mappings.effective(for: first.role, on: node.name), ignoredPassfile: ignored, reason)
        return ReachCheck.unreached(node.name, as: roles, reason, remedy: remedy)
    }
}
