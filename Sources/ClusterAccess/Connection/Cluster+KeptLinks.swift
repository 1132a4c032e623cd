package import MultiNode
import Postgres

extension Cluster {
    /// Runs work over another connection to the access node, and keeps it when the work has ended well.
    ///
    /// - Parameter release: what makes the session as it was.
    package func aside<Answer>(
        keeping kept: KeptLinks, release: SQL? = nil, _ work: (any Link) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        let own: NodeLink
        if let old = await kept.take(nil, for: listener, within: timeLeft) {
            own = old
        } else {
            let notices = NoticeRelay(listener, node: nil)
            own = NodeLink(link: try await connection.openAnother(for: self) { notices.received($0) }, notices: notices)
        }
        let link = own.link
        await connection.begin(using: link)
        do throws(ClusterError) {
            let answer = try await work(link)
            await connection.end(using: link)
            if let release, (try? await send(release, on: link, timeout: .seconds(5))) == nil {
                await link.close()
            } else {
                await kept.keep(own, to: nil)
            }
            return answer
        } catch {
            await connection.end(using: link)
            await link.close()
            await kept.forget()
            throw error
        }
    }

    /// Runs work over a direct connection to a data node, and keeps it when the work has ended well.
    ///
    /// - Parameters:
    ///   - timeout: for connecting and recognising; nil for the time that is left, or 5 seconds where there is no limit.
    ///   - resets: whether the work may leave something in the session.
    package func asking<Answer>(
        _ node: DataNode, keeping kept: KeptLinks, timeout: Duration? = nil, resets: Bool = false,
        _ work: (any Link) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        let limit = timeout ?? timeToMeet
        let own: NodeLink
        if let old = await kept.take(node, for: listener, within: limit) {
            own = old
        } else {
            own = try await begun(to: node, timeout: limit).own
        }
        return try await keeping(own, to: node, in: kept, resets: resets, after: work)
    }

    /// The same for work that needs to know what the node is now.
    package func meeting<Answer>(
        _ node: DataNode, keeping kept: KeptLinks, timeout: Duration? = nil,
        _ work: (any Link, NodeState) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        let limit = timeout ?? timeToMeet
        let start = ContinuousClock.now
        var found: (own: NodeLink, state: NodeState)?
        var left = limit
        if let old = await kept.take(node, for: listener, within: limit) {
            if let state = try? await met(node, on: old.link, within: limit / 2) {
                found = (old, state)
            } else {
                await old.link.close()
                left = max(.milliseconds(1), limit - start.duration(to: .now))
            }
        }
        if found == nil { found = try await begun(to: node, timeout: left) }
        guard let found else { throw .interrupted }
        return try await keeping(found.own, to: node, in: kept) { link throws(ClusterError) in
            try await work(link, found.state)
        }
    }

    private func keeping<Answer>(
        _ own: NodeLink, to node: DataNode, in kept: KeptLinks, resets: Bool = false,
        after work: (any Link) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        Turn.noteAnswer()
        await connection.begin(asking: node.name)
        do throws(ClusterError) {
            let answer = try await work(own.link)
            await connection.end(asking: node.name)
            await kept.keep(own, to: node, resets: resets)
            return answer
        } catch {
            await connection.end(asking: node.name)
            await own.link.close()
            await kept.forget()
            throw error
        }
    }

    /// A connection to a node that is the one that is meant, and its state.
    private func begun(
        to node: DataNode, timeout: Duration
    ) async throws(ClusterError) -> (own: NodeLink, state: NodeState) {
        let end = ContinuousClock.now + timeout
        let notices = NoticeRelay(listener, node: node.name)
        let link = try await connection.openDirectly(ServerAddress(node), for: self, timeout: timeout) {
            notices.received($0)
        }
        await connection.begin(asking: node.name)
        do throws(ClusterError) {
            let left = max(.milliseconds(1), ContinuousClock.now.duration(to: end))
            let state = try await met(node, on: link, within: left)
            await connection.end(asking: node.name)
            return (NodeLink(link: link, notices: notices, server: state.server), state)
        } catch {
            await connection.end(asking: node.name)
            await link.close()
            throw error
        }
    }

    /// A direct connection that stays, to a node that is the one that is meant.
    func opened(to node: DataNode, timeout: Duration = .seconds(5)) async throws(ClusterError) -> any Link {
        try await begun(to: node, timeout: timeout).own.link
    }
}
