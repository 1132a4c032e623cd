import ClusterAccess
import CommandLanguage
import MultiNode

struct NodeAlterCommand: ChangingCommand {
    private static let node = Operand<Argument>("NAME", .node)
    private static let host = Option<Argument?>("--host", "HOST", .text, "Its new host")
    private static let port = Option<Int?>("--port", "PORT", 1...65535, "Its new port")
    private static let database = Option<Argument?>("--database", "NAME", .text, "Its new database")
    private static let force = Flag("--force", "Go on although what answers there is not the node")

    static let syntax = CommandSyntax(
        "node alter", group: .nodes, "Change where a data node is reached", operands: [node],
        options: [host, port, database, force],
        constraints: [
            .atLeastOne([host, port, database], message: "node alter needs --host, --port or --database")
        ], changes: true,
        details: """
            What is not named stays as it is. Only where the node is looked for changes, not what is there: the \
            database must be the one that was added. What answers there is looked at from here before anything is \
            changed: where it is not the node, or is another node's, or a copy of the node while that still answers where it was, nothing is, unless --force, with which the command \
            ends with 4. TimescaleDB can do this from 2.9 on.
            """,
        examples: ["node alter dn1 --host 10.0.1.11"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let nodes = try await context.cluster.nodes()
        let node = try NodeSelection(arguments, among: nodes).node(arguments[Self.node])
        let address = NodeAddress(
            host: arguments[Self.host]?.text, port: arguments[Self.port], database: arguments[Self.database]?.text)
        if address.differences(from: node).isEmpty {
            return Proposal([], unchanged: ["node \(node.name) is at \(node.host):\(node.port)/\(node.database)"])
        }
        try await context.refusePromoted([node], of: arguments)
        var plan = Nodes.alter(
            node.name, host: address.host, port: address.port, database: address.database, capabilities)
        let found = try await doubt(
            about: node.moved(to: address), until: node, beside: nodes.filter { $0.name != node.name }, context)
        if found?.isCopy == true {
            // The one that is left alone answers, and whoever has begun to write there would end it there.
            let attached = try await context.cluster.send(BlockedNodes.list).records
                .map { BlockedNodes.Attachment(row: $0) }.filter { $0.node == node.name }
            plan = Nodes.holding(attached.map(\.table), plan)
        }
        var proposal = Proposal([.init(name: node.name, plan, done: "node \(node.name) altered")])
        if var doubt = found?.failure {
            guard arguments[Self.force] else {
                doubt.message = "nothing was changed: \(doubt.message)"
                doubt.remedy = [doubt.remedy, "--force alters it all the same"].compactMap(\.self).joined(
                    separator: "\n")
                throw doubt
            }
            let back =
                "node alter \(Quoting.word(node.name)) --host \(Quoting.word(node.host)) --port \(node.port) --database "
                + "\(Quoting.word(node.database)) takes it back"
            doubt.remedy = doubt.remedy.map { "\($0)\n\(back)" } ?? back
            proposal.failures = [doubt]
        }
        return proposal
    }

    /// Why a node is not to be altered.
    private struct Doubt {
        let failure: Failure
        /// Whether there are two of the node.
        var isCopy = false
    }

    /// Why the node is not where it is to be looked for, as far as it can be seen from here.
    private func doubt(
        about node: DataNode, until now: DataNode, beside others: [DataNode], _ context: CommandContext
    ) async throws -> Doubt? {
        // Somebody typed it, so that it does not get the password of the access node's connection.
        let address = ServerAddress(name: node.name, host: node.host, port: node.port, database: node.database)
        let probe = await context.cluster.probe(
            node, at: address, timeout: context.cluster.remaining(atMost: .seconds(5)))
        if let twin = await twin(of: node, probe, among: others, context) {
            // Where the node is proved to be there, it is the other one that is elsewhere, as in the midst of a swap.
            guard probe.error == nil, !node.contents.isEmpty else {
                return Doubt(
                    failure: Failure(
                        ClusterError(
                            "that is the database of \(twin.name) too: what is sent to both waits for itself",
                            node: node.name,
                            remedy: "'check' tells where each node is")))
            }
            let alter = "node alter \(Quoting.word(twin.name)) --host HOST --port PORT --database NAME"
            context.output.message("note: \(twin.name) has that address too, which is \(node.name)'s: \(alter)")
            return nil
        }
        guard let error = probe.error else { return try await copyDoubt(about: node, probe, until: now, context) }
        if error.kind == .mismatched { return Doubt(failure: Failure(error)) }
        if error.kind == .interrupted { throw Failure(error) }
        context.output.message("note: \(node.name) was not looked at from here: \(error.summary)")
        return nil
    }

    /// Whether there are two of the node, as where a copy of its server was started: then what was written since the copy was made, or
    /// by transactions that are open, is on the one that is left alone.
    private func copyDoubt(
        about node: DataNode, _ probe: Probe, until now: DataNode, _ context: CommandContext
    ) async throws -> Doubt? {
        // Without chunks there is nothing that it is recognised by, nor to lose. Nothing is written to a standby that stays behind.
        guard !node.contents.isEmpty else { return nil }
        let old = await context.cluster.probe(now, timeout: context.cluster.remaining(atMost: .seconds(5)))
        guard old.error == nil, old.isInRecovery != true,
            let (first, second) = old.server.flatMap({ first in
                probe.server.map { (first, $0) }
            })
        else { return nil }
        if first.isSame(as: second), node.database == now.database { return nil }
        let failure = Failure(
            ClusterError(
                "\(node.name) still answers at \(now.place), and what is at \(node.place) is a copy of it: what was written since "
                    + "the copy was made is nowhere else, and would not be read any more",
                node: node.name,
                remedy: "stop the one at \(now.place) first, where the other one has all that it has"))
        return Doubt(failure: failure, isCopy: true)
    }

    /// Another node that has this address, or whose address leads to the same database.
    private func twin(
        of node: DataNode, _ probe: Probe, among others: [DataNode], _ context: CommandContext
    ) async -> DataNode? {
        if let same = others.first(where: node.hasAddress) { return same }
        guard let server = probe.server else { return nil }
        let probes = await context.cluster.probe(others, timeout: context.cluster.remaining(atMost: .seconds(2)))
        return probes.first { $0.node.database == node.database && $0.server.map(server.isSame) == true }?.node
    }
}
