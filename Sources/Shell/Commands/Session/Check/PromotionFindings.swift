import ClusterAccess
import MultiNode
import Postgres

/// What `check` tells of nodes that are, or were, promoted.
///
/// Their entries lead nowhere on purpose: what would mend another node, and the copies that count as lost with it, would lead
/// back to rows that are the node's own by now, or lose what the way back needs.
struct PromotionFindings {
    let findings: [Finding]
    /// The nodes and their tables.
    private let places: Set<String>

    /// - Parameter state: the answer to ``MigrationStore/state``.
    init(_ nodes: [DataNode], by state: Result<QueryResult, ClusterError>, _ context: CommandContext) async {
        let left = Set(nodes.filter(\.hasLeftOnPurpose).map(\.name))
        var record: PromotionRecord?
        var failure: ClusterError?
        do throws(ClusterError) { record = try await context.cluster.promotion(by: state.get()) } catch {
            failure = error
        }
        // Where no node has left, what can't be read is about none.
        guard record != nil || !left.isEmpty else {
            (findings, places) = ([], [])
            return
        }
        var findings: [Finding] = []
        if let record { findings.append(await context.finding(of: record)) }
        for node in left.sorted() where node != record?.node {
            findings.append(Self.finding(of: node, unread: failure))
        }
        self.findings = findings
        // A node leaves with all tables.
        let tables = (try? await context.cluster.chunkedTables().map(\.table)) ?? []
        places = left.union(record.map { [$0.node] } ?? [])
            .union((tables + (record?.tables ?? [])).map(\.description))
    }

    func hides(_ finding: Finding) -> Bool { places.contains(finding.place) }

    private static func finding(of node: String, unread error: ClusterError?) -> Finding {
        let what =
            "it has left on purpose, as a server of its own (migrate start --promote), and its entry leads nowhere"
        if let error {
            return Finding(
                .error, node, "\(what); how far that is can't be read (\(error.summary))",
                remedy: "as a superuser: migrate status")
        }
        return Finding(
            .warning, node, "\(what): this access node and the other data nodes are of no use any more",
            remedy: "stop them, once nothing of them is needed")
    }
}
