import ClusterAccess
import MultiNode

/// What TimescaleDB drops on a node as it enables it.
extension NodeEnableCommand {
    func loss(of node: DataNode, _ context: CommandContext) async throws -> String {
        let cluster = context.cluster
        if try await cluster.capabilities().isEmulated { return "" }
        let stale: [StaleChunk]
        do throws(ClusterError) {
            stale = try await cluster.staleChunks(on: node, among: try await cluster.nodes())
        } catch {
            // Whoever gives up what is there need not know it.
            guard losesData, error.kind != .interrupted else { throw error.notAsked(before: node) }
            return ""
        }
        if !losesData { try Self.refuse(toLose: stale.filter(\.mayBeLast), on: node) }
        if stale.isEmpty { return "" }
        let verb = stale.count == 1 ? "is" : "are"
        return "; \(stale.count.counted("chunk")) there that the access node had on others alone \(verb) dropped: "
            + "'chunk list --under-replicated' shows what is to be copied there"
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
        if kind == .interrupted { return self }
        var error = self
        error.node = error.node ?? node.name
        let way =
            "'node enable \(Quoting.word(node.name)) --lose-data' enables it without asking which rows it loses by that"
        error.remedy = [error.remedy, way].compactMap(\.self).joined(separator: "\n")
        return error
    }
}
