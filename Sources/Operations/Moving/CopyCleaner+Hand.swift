import ClusterAccess
import MultiNode
import Postgres

/// Dropping one by one what a copy has left on its nodes.
extension CopyCleaner {
    private static let longest = Duration.seconds(60)

    /// A node that there is no more has nothing left.
    func cleanByHand(_ copying: ChunkCopying) async throws(ClusterError) {
        try await dropLooseTables(of: copying, withSubscription: true)
        if let source = nodes.first(where: { $0.name == copying.source }) {
            try await onNode(source, copying) { link throws(ClusterError) in
                do throws(ClusterError) {
                    try await send(copying.slotDrop, on: link, source)
                } catch  where error.sqlstate == "55006" {
                    try await waitForSlot(of: copying)
                    try await send(copying.slotDrop, on: link, source)
                }
                try await send(copying.publicationDrop, on: link, source)
            }
        }
        try await forget(copying)
    }

    /// Drops the tables that it has made on the destination and that are no chunk's there.
    ///
    /// - Parameter withSubscription: whether its subscription goes too.
    func dropLooseTables(
        of copying: ChunkCopying, withSubscription: Bool = false
    ) async throws(ClusterError) {
        guard let destination = nodes.first(where: { $0.name == copying.destination }) else { return }
        try await onNode(destination, copying) { link throws(ClusterError) in
            // The subscription tells their names.
            let tables = try await send(copying.looseTables, on: link, destination).records.map {
                TableName(schema: $0["schema"] ?? nil, name: $0["name"].flatMap { $0 } ?? "")
            }
            if withSubscription, try await !send(copying.subscription, on: link, destination).rows.isEmpty {
                for statement in copying.subscriptionDrop { try await send(statement, on: link, destination) }
            }
            for table in tables { try await send(ChunkCopying.dropping(table), on: link, destination) }
        }
    }

    @discardableResult
    private func send(_ sql: SQL, on link: any Link, _ node: DataNode) async throws(ClusterError) -> QueryResult {
        try await cluster.send(sql, on: link, node: node.name, timeout: Self.longest)
    }

    private func onNode(
        _ node: DataNode, _ copying: ChunkCopying, _ work: (any Link) async throws(ClusterError) -> Void
    ) async throws(ClusterError) {
        do throws(ClusterError) {
            try await cluster.asking(node, work)
        } catch  where error.isOfOpening && [.connectionFailed, .timedOut].contains(error.kind) {
            throw .down(node.name, copying, because: error.summary)
        }
    }
}
