import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct NodeReachCommand: Command {
    private static let names = Operand<[Argument]>("NAMES", .node, .zeroOrMore)
    private static let roles = Option<[Argument]>(
        "--as", "ROLE", .role, default: "those that use the node, and the connected one",
        "As which roles the access node goes there")

    static let syntax = CommandSyntax(
        "node reach", group: .nodes,
        "Try every way to the data nodes: from here, from the access node, from node to node",
        operands: [names], options: [roles],
        details: """
            From here tscl connects as it does for 'query' and 'check'. From the access node each role goes that may log \
            in and has been granted the use of the node, with its user mapping, password or certificate there. From \
            node to node goes the connected role, as when chunks are copied: the one that would get a chunk connects to \
            the one that has it, with what the access node would have it use; that takes a superuser, and is rolled back. \
            Each way may take 5 seconds, or --timeout; where 'reached' is empty the way was not tried, and why_not says \
            why. Each way that fails is told with what mends it. The status is 4 when some of the cluster's own ways \
            fail, and 1 when all do; that only tscl does not get there is none of them.
            """,
        examples: ["node reach", "node reach dn4 --as app", "node reach --format json"])

    static let columns: [Table.Column] = [
        "from", "to", "as", .boolean("reached"), .number("ms"), "why_not",
    ]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        let limit = context.settings.timeout ?? .seconds(5)
        let start = context.cluster.limited(to: limit)
        let all = try await start.nodes()
        let names = arguments[Self.names]
        let nodes = names.isEmpty ? all : try NodeSelection(arguments, among: all).nodes(names)
        guard !nodes.isEmpty else { throw Failure.noNodes }
        let own = try await start.link().info.user
        let users = try await users(of: nodes, own, start)
        let mappings = try await start.userMappings()
        let canCopy = try await start.capabilities().canCopyChunks
        // From here on the limit applies to each way, not to the whole command.
        let cluster = context.cluster.limited(to: nil)

        async let fromHere = cluster.waysFromHere(to: nodes, as: own, within: limit)
        async let fromAccessNode = cluster.waysFromAccessNode(of: users, own: own, within: limit)
        let chosen = Set(nodes.map(\.name))
        let pairs = all.flatMap { from in
            all.filter { $0.name != from.name && (chosen.contains(from.name) || chosen.contains($0.name)) }
                .map { (from: from, to: $0) }
        }
        let between = canCopy ? try await cluster.waysBetween(pairs, as: own, within: limit) : []
        let ways = await fromHere + fromAccessNode + between
        try Task.checkCancellation()
        let lacksPassword = ways.contains { $0.reason?.contains("no password supplied") == true }
        let passfile = lacksPassword ? try? await cluster.limited(to: limit).passfile() : nil
        return Self.outcome(ways, mappings, ignoredPassfile: passfile?.isIgnored == true ? passfile?.path : nil)
    }

    /// Which role goes to which nodes; the connected one first.
    private func users(
        of nodes: [DataNode], _ own: String, _ cluster: Cluster
    ) async throws -> [(role: String, nodes: [DataNode])] {
        let given = arguments[Self.roles]
        if !given.isEmpty {
            let known = try await cluster.roles().map(\.name)
            if let unknown = given.first(where: { !known.contains($0.text) }) {
                throw arguments.unknownRole(unknown, among: known)
            }
            var seen: Set<String> = []
            return given.map(\.text).filter { seen.insert($0).inserted }.map { ($0, nodes) }
        }
        var byRole: [String: Set<String>] = [:]
        for row in try await cluster.send(NodeUsers.list).records {
            guard let role = row["role"].flatMap({ $0 }), let node = row["node"].flatMap({ $0 }) else { continue }
            byRole[role, default: []].insert(node)
        }
        byRole[own] = nil
        let others = byRole.sorted { $0.key < $1.key }.map { role, names in
            (role: role, nodes: nodes.filter { names.contains($0.name) })
        }
        return [(own, nodes)] + others.filter { !$0.nodes.isEmpty }
    }

    private static func outcome(
        _ ways: [Way], _ mappings: UserMappings, ignoredPassfile ignored: String?
    ) -> Outcome {
        var outcome = Outcome(
            table: Table(
                columns: Self.columns,
                rows: ways.map { way in
                    [
                        .text(way.start.text), .text(way.node.name), .text(way.role),
                        way.isReached.map { .bool($0) } ?? .null,
                        way.milliseconds.map { .number(JSON.rounded($0)) } ?? .null,
                        way.reason.map { .text($0) } ?? .null,
                    ]
                }))
        let own = ways.filter { $0.start != .here }
        for node in Set(own.map(\.node)).sorted(by: { $0.name < $1.name }) {
            let fault = own.first { $0.node == node && $0.isReached == false }
            outcome.nodes.append(NodeOutcome(node.name, ok: fault == nil, message: fault?.reason))
        }
        let failing = own.filter { $0.isReached == false }
        let hasLed = own.contains { $0.isReached == true }
        if !failing.isEmpty {
            outcome.status = hasLed ? .partial : .failed
            outcome.failures = FailingWays.list(failing, mappings, ignoredPassfile: ignored).map(\.failure)
            outcome.complaint = "\(failing.count) of the cluster's own \(own.count.counted("way")) fail"
        } else if !hasLed {
            outcome.status = .failed
            outcome.complaint = "none of the cluster's own ways could be tried"
        }
        return outcome
    }
}
