package import ClusterAccess
package import MultiNode

/// What would keep a node from dropping chunks as it is enabled: the access node waits for that with its catalog locked, and everybody
/// in its database with it.
extension Cluster {
    /// Ends what is in doubt on a node that is marked unavailable, which healing passes over: what it has written counts, too.
    ///
    /// - Returns: whether there was anything.
    /// - Throws: where something stays prepared.
    package func endDoubts(on node: DataNode) async throws(ClusterError) -> Bool {
        try await asking(node) { link throws(ClusterError) in
            let prepared = try await prepared(on: link, node.name, timeout: .seconds(5))
            guard prepared.contains(where: { $0.gid.hasPrefix("ts-") }) else { return false }
            // A crash of the access node may have taken back the numbers of its last transactions.
            try await send(Healing.advance)
            try await telling("ending what is in doubt on \(node.name)") { () throws(ClusterError) in
                try await endPrepared(on: link, of: node)
            }
            return true
        }
    }

    /// How often it is looked, 0.2 s apart, whether a lock there is given back.
    private static let looks = 50

    /// - Throws: where somebody holds one of the chunks there for longer than a while, with who that is.
    package func requireFree(_ chunks: [TableName], on node: DataNode) async throws(ClusterError) {
        if chunks.isEmpty { return }
        try await asking(node) { link throws(ClusterError) in
            try await telling("waiting for those who have chunks open on \(node.name)") { () throws(ClusterError) in
                var holders: [LockHolder] = []
                for look in 0..<Self.looks {
                    if look > 0 { try await waitForOthers() }
                    holders = try await send(
                        LockHolder.query(of: chunks), on: link, node: node.name, timeout: .seconds(5)
                    ).records.compactMap { LockHolder(row: $0) }
                    if holders.isEmpty { return }
                }
                throw .holdsStale(holders, on: node)
            }
        }
    }
}

extension ClusterError {
    fileprivate static func holdsStale(_ holders: [LockHolder], on node: DataNode) -> ClusterError {
        var error = ClusterError(
            "\(node.name) was not enabled: \(holders.map(\.text).listed) there has chunks open that TimescaleDB drops as it enables the node: everybody on the access node would wait for that",
            node: node.name,
            remedy:
                "have it end, as a dump of the node does by itself; then 'node enable \(Quoting.word(node.name))' again"
        )
        error.sqlstate = "55P03"
        return error
    }
}
