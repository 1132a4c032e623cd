import ClusterAccess
import CommandLanguage
import MultiNode

/// What is refused of a node that leaves hypertables, and holds no chunk of them.
///
/// TimescaleDB counts a node that takes no new chunks as one that is missing already, and so twice where it leaves: then it refuses
/// although enough others take new chunks.
enum EmptyNode {
    /// - Parameters:
    ///   - name: the node.
    ///   - tables: the hypertables that it was to leave; none for all.
    static func explained(
        _ failure: Failure, leaving name: String, _ tables: [TableName] = [], of arguments: Arguments,
        _ cluster: Cluster
    ) async -> Failure {
        guard failure.sqlstate == "TS170", !failure.isTimedOut,
            let lacking = try? await lacking(without: name, tables, cluster)
        else { return failure }
        var failure = failure
        let forced = "\(arguments.command(forRemaining: [name])) --force"
        if lacking.isEmpty {
            failure.remedy =
                "'\(forced)' loses nothing, and new chunks get all their copies: \(name) has no chunk, and takes no new ones, for which "
                + "it is counted as missing twice"
        } else {
            let table = Quoting.word(lacking[0].description)
            failure.remedy =
                "'node attach NAME --to \(table)' first, with another node; or '\(forced)', after which new chunks of "
                + "\(lacking.map(\.shownName).listed) have fewer copies than they should have: \(name) has no chunk, and nothing is lost by it"
        }
        return failure
    }

    /// The hypertables whose new chunks then have too few nodes.
    ///
    /// - Returns: nil where the node has chunks.
    private static func lacking(
        without name: String, _ tables: [TableName], _ cluster: Cluster
    ) async throws -> [TableName]? {
        let cluster = cluster.quiet.limitedForQuestion()
        guard try await cluster.send(ChunkPlacement.copies(on: [name])).value == "0" else { return nil }
        let available = Set(try await cluster.nodes().filter(\.isAvailable).map(\.name))
        let attachments = try await cluster.send(BlockedNodes.list).records.map { BlockedNodes.Attachment(row: $0) }
        return try await cluster.chunkedTables().filter { table in
            let own = attachments.filter { $0.table == table.table }
            let isLeft = tables.isEmpty || tables.contains { table.table.isNamed($0) }
            let others = own.filter { $0.node != name && !$0.isBlocked && available.contains($0.node) }
            return isLeft && own.contains { $0.node == name } && others.count < table.replicationFactor
        }.map(\.table)
    }
}
