import ClusterAccess
import MultiNode
import Rendering

/// Where the access node does not get in as a role because it has no password for it.
struct MissingPasswords {
    private struct Gap {
        let need: PassfileNeed
        let node: DataNode
        /// Whether there is a line, which libpq passes by.
        let hasLine: Bool
    }

    private let gaps: [Gap]
    private let passfile: AccessNodePassfile?

    static let none = MissingPasswords(gaps: [], passfile: nil)

    var isEmpty: Bool { gaps.isEmpty }

    /// Asks the access node as each role that uses nodes, where neither a user mapping nor the passfile has its password.
    ///
    /// - Parameters:
    ///   - roles: those of the access node that are asked about.
    ///   - nodes: those that answer; others would be waited for in vain.
    static func find(
        of roles: [String], on nodes: [DataNode], _ mappings: UserMappings, _ cluster: Cluster
    ) async throws(ClusterError) -> MissingPasswords {
        // A session of its own does not see what an open transaction has changed.
        guard !nodes.isEmpty, await cluster.connection.transaction == .none else { return .none }
        let own = try await cluster.capabilities().user
        var users: [String: Set<String>] = [:]
        for row in try await cluster.send(NodeUsers.list).records where row["askable"] != "f" {
            guard let role = row["role"].flatMap({ $0 }), let node = row["node"].flatMap({ $0 }) else { continue }
            users[role, default: []].insert(node)
        }
        users[own] = Set(nodes.map(\.name))
        let passfile = try await cluster.passfile()
        let doubtful = roles.map { role in
            let used = nodes.filter { users[role]?.contains($0.name) == true }
            return (
                role: role,
                nodes: used.filter { node in
                    PassfileNeed.all(of: role, on: [node], mappings)
                        .contains { ![.present, .mapping].contains($0.state(passfile, nil)) }
                }
            )
        }.filter { !$0.nodes.isEmpty }
        guard !doubtful.isEmpty else { return .none }
        // For all of them together.
        let limit = cluster.remaining(atMost: .seconds(10)) / 2
        let ways = await cluster.limited(to: limit).waysFromAccessNode(of: doubtful, own: own, within: limit)
        let gaps = ways.filter { $0.reason?.contains("no password supplied") == true }.flatMap { way in
            PassfileNeed.all(of: way.role, on: [way.node], mappings).map { need in
                Gap(need: need, node: way.node, hasLine: need.state(passfile, nil) == .ignored)
            }
        }
        return MissingPasswords(gaps: gaps, passfile: passfile)
    }

    /// Role, node, difference, expected and actual.
    var rows: [[Value]] {
        gaps.map { gap in
            [
                .text(gap.need.role), .text(gap.node.name), .text("passfile"),
                .text(gap.hasLine ? "mode 0600" : PasswordFile.line(for: gap.need.login)),
                gap.hasLine ? passfile?.shownMode.map { .text("mode \($0)") } ?? .null : .text("no line"),
            ]
        }
    }

    var complaint: String? {
        gaps.isEmpty ? nil : "the access node has no password for \(Set(gaps.map(\.need.role)).sorted().listed)"
    }

    /// What mends it.
    var notes: [String] {
        var notes: [String] = []
        if gaps.contains(where: \.hasLine), let path = passfile?.path {
            notes.append("libpq takes nothing from a file that others may read: on its machine, chmod 0600 \(path)")
        }
        let roles = Set(gaps.filter { !$0.hasLine }.map(\.need.role)).sorted()
        if !roles.isEmpty {
            let commands = roles.map { "'role passfile \(Quoting.word($0)) --write --password-prompt'" }
            notes.append("\(commands.listed) puts the line there")
        }
        return notes
    }
}
