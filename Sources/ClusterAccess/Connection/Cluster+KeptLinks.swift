package import MultiNode
package import Postgres

extension Cluster {
    /// Runs work over another connection to the access node, and keeps it when the work has ended well.
    ///
    /// - Parameter release: what makes the session as it was.
    package func aside<Answer>(
        keeping kept: KeptLinks, release: SQL? = nil, _ work: (any Link) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        let own: NodeLink
        if let old = await taken(nil, from: kept, within: timeLeft) {
            own = old
        } else {
            let notices = NoticeRelay(listener, node: nil)
            let hasLimitsAside = await connection.isOwnWork
            own = NodeLink(
                link: try await connection.openAnother(for: self) { notices.received($0) }, notices: notices,
                hasLimitsAside: hasLimitsAside)
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

    /// A connection that was kept and can be used, with the limits of the role set aside where tscl works by itself, and
    /// there alone.
    private func taken(_ node: DataNode?, from kept: KeptLinks, within limit: Duration) async -> NodeLink? {
        guard var own = await kept.take(node, for: listener, within: limit) else { return nil }
        let isOwnWork = await connection.isOwnWork
        if own.hasLimitsAside == isOwnWork { return own }
        own.hasLimitsAside = isOwnWork
        if isOwnWork {
            _ = await AccessNodeConnection.setLimitsAside(on: own.link, within: min(limit, .seconds(5)))
            // A server that was too slow for that may have more time for a new connection.
            if await !own.link.isOpen { return nil }
        } else if await !SessionReset.isDone(on: own.link, within: limit) {
            await own.link.close()
            return nil
        }
        return own
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
        let start = ContinuousClock.now
        let own: NodeLink
        if let old = await taken(node, from: kept, within: limit) {
            own = old
        } else {
            own = try await begun(to: node, timeout: Self.rest(of: limit, since: start)).own
        }
        return try await keeping(own, to: node, in: kept, resets: resets, after: work)
    }

    /// The same for work that needs to know what the node is now, with the answers to questions that go to it in one round
    /// trip with what it is recognised by.
    package func meeting<Answer>(
        _ node: DataNode, keeping kept: KeptLinks, timeout: Duration? = nil, asking questions: [SQL] = [],
        _ work: (any Link, NodeState, [Result<QueryResult, ClusterError>]) async throws(ClusterError) -> Answer
    ) async throws(ClusterError) -> Answer {
        let limit = timeout ?? timeToMeet
        let start = ContinuousClock.now
        var found: Met?
        if let old = await taken(node, from: kept, within: limit) {
            found = try await told(by: node, over: old, within: Self.rest(of: limit, since: start), asking: questions)
        }
        if found == nil {
            found = try await begun(to: node, timeout: Self.rest(of: limit, since: start), asking: questions)
        }
        guard let found else { throw .interrupted }
        return try await keeping(found.own, to: node, in: kept) { link throws(ClusterError) in
            try await work(link, found.state, found.answers)
        }
    }

    /// What a node tells over a kept connection; nil where that is of no use, and a new one may be.
    ///
    /// - Throws: where the time has passed, or the task is cancelled: a node that is slow is no faster over a new one.
    private func told(
        by node: DataNode, over old: NodeLink, within limit: Duration, asking questions: [SQL]
    ) async throws(ClusterError) -> Met? {
        do throws(ClusterError) {
            let (state, answers) = try await met(node, on: old.link, within: limit, asking: questions)
            return (old, state, answers)
        } catch {
            await old.link.close()
            if error.kind == .timedOut || error.kind == .interrupted { throw error }
            return nil
        }
    }

    private static func rest(of limit: Duration, since start: ContinuousClock.Instant) -> Duration {
        max(.milliseconds(1), limit - start.duration(to: .now))
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

    private typealias Met = (own: NodeLink, state: NodeState, answers: [Result<QueryResult, ClusterError>])

    /// A connection to a node that is the one that is meant, and what it told.
    private func begun(
        to node: DataNode, timeout: Duration, asking questions: [SQL] = []
    ) async throws(ClusterError) -> Met {
        let end = ContinuousClock.now + timeout
        let notices = NoticeRelay(listener, node: node.name)
        let hasLimitsAside = await connection.isOwnWork
        let link = try await connection.openDirectly(ServerAddress(node), for: self, timeout: timeout) {
            notices.received($0)
        }
        await connection.begin(asking: node.name)
        do throws(ClusterError) {
            let left = max(.milliseconds(1), ContinuousClock.now.duration(to: end))
            let (state, answers) = try await met(node, on: link, within: left, asking: questions)
            await connection.end(asking: node.name)
            let own = NodeLink(link: link, notices: notices, server: state.server, hasLimitsAside: hasLimitsAside)
            return (own, state, answers)
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
