import ClusterAccess
import CommandLanguage
import MultiNode

/// `node enable` and `node disable`, which differ only in direction.
protocol AvailabilityCommand: ChangingCommand {
    static var makesAvailable: Bool { get }
    static var names: Operand<[Argument]> { get }
    /// Whether it is done also where a node loses rows by it that may be nowhere else.
    var losesData: Bool { get }
}

extension AvailabilityCommand {
    var losesData: Bool { false }
}

extension AvailabilityCommand {
    func proposal(_ context: CommandContext) async throws -> Proposal {
        let capabilities = try await context.cluster.capabilities()
        let available = Self.makesAvailable
        var proposal = Proposal([])
        let nodes = try await context.nodes(arguments[Self.names], of: arguments)
        if available, nodes.contains(where: { !$0.isAvailable }) {
            try await context.refusePromoted(nodes, of: arguments)
        }
        for node in nodes {
            let state = available ? "enabled" : "disabled"
            if node.isAvailable == available {
                proposal.unchanged.append("node \(node.name) is \(state)")
                continue
            }
            var done = "node \(node.name) \(state)"
            if available, !capabilities.isEmulated {
                let stale: [StaleChunk]
                do throws(ClusterError) {
                    let cluster = context.cluster
                    stale = try await cluster.staleChunks(on: node, among: try await cluster.nodes())
                } catch {
                    if error.kind == .interrupted { throw error }
                    // Whoever gives up what is there need not know it.
                    guard losesData else {
                        proposal.failures.append(Failure(error.notAsked(before: node)))
                        continue
                    }
                    stale = []
                }
                if !losesData { try Self.refuse(toLose: stale.filter(\.mayBeLast), on: node) }
                if !stale.isEmpty {
                    done += "; \(stale.count.counted("chunk")) there that the access node had on others alone "
                    done += stale.count == 1 ? "is dropped" : "are dropped"
                    done += ": 'chunk list --under-replicated' shows what is to be copied there"
                }
            }
            let plan = try Nodes.setAvailable(available, node.name, capabilities)
            proposal.items.append(.init(name: node.name, plan, done: done))
        }
        return proposal
    }

    /// - Throws: where there are some.
    private static func refuse(toLose stale: [StaleChunk], on node: DataNode) throws(Failure) {
        guard let first = stale.first else { return }
        let rows = stale.reduce(0) { $0 + $1.rows }
        let chunks = stale.count == 1 ? first.name.shownName : "\(stale.count) chunks, such as \(first.name.shownName)"
        let most = first.others.max { $0.value < $1.value }
        let other = most.map { ", and \($0.key) has \($0.value) of its \(first.rows)" } ?? ""
        let word = Quoting.word(node.name)
        var failure = Failure(
            "\(node.name) has \(chunks) with \(rows.counted("row")) that may be nowhere else\(other): TimescaleDB drops "
                + "\(stale.count == 1 ? "it" : "them") there as it enables the node",
            status: .unconfirmed,
            remedy: "keep the rows first, by psql on \(node.name): CREATE TABLE kept AS TABLE \(first.name.quoted); "
                + "then 'node enable \(word) --lose-data'")
        failure.node = node.name
        throw failure
    }
}

extension ClusterError {
    /// The error of a node that was to tell what it loses.
    fileprivate func notAsked(before node: DataNode) -> ClusterError {
        var error = self
        error.node = error.node ?? node.name
        let way =
            "'node enable \(Quoting.word(node.name)) --lose-data' enables it without asking which rows it loses by that"
        error.remedy = [error.remedy, way].compactMap(\.self).joined(separator: "\n")
        return error
    }
}
