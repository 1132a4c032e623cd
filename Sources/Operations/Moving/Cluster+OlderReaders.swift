package import ClusterAccess
package import MultiNode
import Platform
import Postgres

extension Cluster {
    private static let pause: Duration = .milliseconds(200)

    /// Waits for transactions that read the other nodes with copies of chunks of some nodes as they were before now. Once these nodes
    /// are left out the copies there are read, which for such a transaction lack rows, or have none. Those that begin meanwhile see
    /// all that was there.
    ///
    /// - Parameters:
    ///   - leaving: the nodes whose copies are not read any more then. Where none of them answers nobody reads them now, and
    ///     nothing is waited for.
    ///   - nodes: all; nil to ask for them where they are needed.
    ///   - limit: for all.
    ///   - tell: hears once what it waits for.
    /// - Returns: those that are open still.
    package func waitForOlderReaders(
        beside leaving: [DataNode], among nodes: [DataNode]?, within limit: Duration, telling tell: (String) -> Void
    ) async throws(ClusterError) -> [OpenSnapshot] {
        if try await capabilities().isEmulated { return [] }
        let names = try await send(Chunk.sharers(with: leaving.map(\.name))).rows.compactMap {
            $0.first.flatMap(\.self)
        }
        if names.isEmpty { return [] }
        let all: [DataNode]
        if let nodes { all = nodes } else { all = try await self.nodes() }
        let others = all.filter { names.contains($0.name) && $0.isAvailable }
        guard !others.isEmpty, await isAnyThere(leaving) else { return [] }
        let end = ContinuousClock.now + limit
        var open = await openSnapshots(on: others)
        var isTold = false
        while let first = open.first, .now < end {
            guard (try? await EventLoop.shared.sleep(until: .now + Self.pause)) != nil else { throw .interrupted }
            open = await openSnapshots(on: others, among: open)
            // Most are over by then.
            if !isTold, open.contains(where: { $0.number == first.number }) {
                tell(first.text(of: nil))
                isTold = true
            }
        }
        return open
    }

    private func isAnyThere(_ nodes: [DataNode]) async -> Bool {
        let own = quiet.limitedForQuestion()
        let answers = await own.onEach(nodes) { node throws(ClusterError) in
            try await own.asking(node) { _ throws(ClusterError) in () }
        }
        return answers.contains { $0.error == nil }
    }

    /// A node that does not answer has none that could be told.
    private func openSnapshots(
        on nodes: [DataNode], among known: [OpenSnapshot]? = nil
    ) async -> [OpenSnapshot] {
        let own = quiet.limitedForQuestion()
        let asked = nodes.filter { node in known?.contains { $0.node == node.name } ?? true }
        let answers = await own.onEach(asked) { node throws(ClusterError) in
            let numbers = known?.filter { $0.node == node.name }.map(\.number)
            return try await own.asking(node) { link throws(ClusterError) in
                try await own.send(OpenSnapshot.query(among: numbers), on: link, node: node.name).records
                    .compactMap { OpenSnapshot(row: $0, on: node.name) }
            }
        }
        return answers.flatMap { $0.value ?? [] }
    }
}
