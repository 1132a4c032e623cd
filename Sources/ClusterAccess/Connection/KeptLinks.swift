package import MultiNode
package import Platform
import Postgres

/// Connections that are kept for whoever comes next: a server takes longer to begin a session, and an access node to get to
/// its data nodes from a new one, than most of what is sent over them takes.
@LoopActor package final class KeptLinks {
    private struct Kept {
        let link: NodeLink
        let since: ContinuousClock.Instant
        /// Nil where nothing was left in its session.
        let reset: SessionReset?
    }

    /// How many are kept at most.
    private static let most = 128
    /// How long it has for that: opening a connection anew takes no longer where it is slow.
    private static let longestSign: Duration = .seconds(1)
    /// By the address of the data node; nil for the access node.
    private var kept: [DataNode?: [Kept]] = [:]
    /// The data nodes, by their addresses, that the access node was last proved to reach, each as another database.
    private var proved: (nodes: Set<DataNode>, since: ContinuousClock.Instant)?
    private var isKeeping = true
    private var isClosed = false
    nonisolated let longestIdle: Duration
    private let trust: Duration
    private var closing: Task<Void, Never>?

    /// - Parameters:
    ///   - longestIdle: the time after which those that nobody uses are closed: they hold up who wants to drop the
    ///     database, and may have been ended by whoever stands between.
    ///   - trust: a server that was not heard of for so long has to say first that it is still there.
    package nonisolated init(longestIdle: Duration = .seconds(30), trust: Duration = .milliseconds(100)) {
        self.longestIdle = longestIdle
        self.trust = trust
    }

    /// A connection to a node, or the access node, that can be used.
    ///
    /// - Parameters:
    ///   - listener: gets its notices from now on.
    ///   - limit: the time for all that it takes until the work can begin.
    func take(_ node: DataNode?, for listener: any ClusterListener, within limit: Duration) async -> NodeLink? {
        let address = node?.atItsAddress
        while let last = kept[address]?.popLast() {
            let (isUsable, isReset) = await isUsable(last, within: min(Self.longestSign, limit / 4))
            if isUsable {
                last.link.notices.listen(with: listener)
                var link = last.link
                if isReset { link.hasLimitsAside = false }
                return link
            }
            last.link.link.close()
            // What has ended one has ended those that were used before it.
            close(kept.removeValue(forKey: address) ?? [])
        }
        return nil
    }

    /// The servers of nodes that were heard of a moment ago, by the node's name: as long as the connection lasts, they are
    /// the same.
    func servers(of nodes: [DataNode]) -> [String: ServerIdentity] {
        var servers: [String: ServerIdentity] = [:]
        for node in nodes {
            guard let last = kept[node.atItsAddress]?.last, last.since.duration(to: .now) < trust,
                last.link.link.isOpen
            else { continue }
            servers[node.name] = last.link.server
        }
        return servers
    }

    /// Whether the access node was proved a moment ago to reach these nodes: as long as it takes from a proof to what is
    /// changed behind it, there is nothing else there.
    func areProved(_ nodes: [DataNode]) -> Bool {
        guard let proved, proved.since.duration(to: .now) < trust else { return false }
        return proved.nodes.isSuperset(of: nodes.map { $0.atItsAddress })
    }

    /// - Parameter start: when the proof began.
    func noteProof(of nodes: [DataNode], since start: ContinuousClock.Instant) {
        if isKeeping { proved = (Set(nodes.map { $0.atItsAddress }), start) }
    }

    /// - Returns: also whether its session was made as new.
    private func isUsable(_ kept: Kept, within limit: Duration) async -> (Bool, isReset: Bool) {
        if let reset = kept.reset, await !reset.isDone(within: limit) { return (false, false) }
        let idle = kept.since.duration(to: .now)
        guard kept.link.link.isOpen, idle < longestIdle else { return (false, false) }
        if idle < trust { return (true, isReset: kept.reset != nil) }
        return (await SessionReset.isDone(on: kept.link.link, within: limit), isReset: true)
    }

    /// Keeps a connection for the next, if no transaction is open on it.
    ///
    /// - Parameter resets: whether something may have been left in its session. Nobody waits until that is gone but who
    ///   uses it next.
    func keep(_ link: NodeLink, to node: DataNode?, resets: Bool = false) {
        let own = link.link
        guard isKeeping, !isClosed, kept.values.reduce(0, { $0 + $1.count }) < Self.most, own.isOpen,
            own.transactionStatus == .idle
        else { return own.close() }
        link.notices.listen(with: nil)
        let reset = resets ? SessionReset(of: own, within: Self.longestSign) : nil
        kept[node?.atItsAddress, default: []].append(Kept(link: link, since: .now, reset: reset))
        closeWhenIdle()
    }

    /// Closes those that nobody uses: what has broken one connection may have broken the others.
    package func forget() {
        let idle = kept.values.flatMap(\.self)
        kept = [:]
        proved = nil
        closing?.cancel()
        closing = nil
        close(idle)
    }

    /// Keeps connections, or closes each when its work ends: before what they would be in the way of.
    package func keeps(_ isKeeping: Bool) {
        self.isKeeping = isKeeping
        if !isKeeping, hasAny { forget() }
    }

    /// Closes them before SQL that may end or move what they lead to.
    package func forget(before statements: [SQL]) {
        if hasAny, statements.contains(where: \.mayUpsetServers) { forget() }
    }

    private var hasAny: Bool { !kept.isEmpty || proved != nil }

    /// Closes all of them, for good.
    package func close() {
        isClosed = true
        forget()
    }

    private func close(_ idle: [Kept]) {
        for kept in idle { kept.link.link.close() }
    }

    private func closeWhenIdle() {
        guard closing == nil else { return }
        closing = Task { [weak self] in
            while let end = self?.nextEnd {
                guard (try? await EventLoop.shared.sleep(until: end)) != nil else { return }
                self?.closeIdle()
            }
        }
    }

    /// When the first of them has been idle for too long; nil where none is left.
    private var nextEnd: ContinuousClock.Instant? {
        let first = kept.values.joined().map(\.since).min()
        if first == nil { closing = nil }
        return first?.advanced(by: longestIdle)
    }

    private func closeIdle() {
        let end = ContinuousClock.now.advanced(by: .zero - longestIdle)
        let idle = kept.values.joined().filter { $0.since <= end }
        kept = kept.mapValues { $0.filter { $0.since > end } }.filter { !$0.value.isEmpty }
        close(Array(idle))
    }
}

extension DataNode {
    /// The node, without what tells which chunks it has.
    fileprivate var atItsAddress: DataNode {
        var node = self
        node.contents = NodeContents()
        node.foreignChunks = [:]
        return node
    }
}

/// A connection that outlives the command that has opened it.
struct NodeLink: Sendable {
    let link: any Link
    let notices: NoticeRelay
    /// The server that it leads to; nil for the access node's, and where that is not known.
    var server: ServerIdentity?
    /// Whether the limits of the role are set aside in its session (``SessionLimits``).
    var hasLimitsAside: Bool
}

/// Passes the notices of a connection to whoever uses it.
final class NoticeRelay: Sendable {
    private let node: String?
    private let listener: Lock<(any ClusterListener)?>

    init(_ listener: any ClusterListener, node: String?) {
        self.node = node
        self.listener = Lock(listener)
    }

    func listen(with listener: (any ClusterListener)?) { self.listener.withLock { $0 = listener } }

    func received(_ notice: ServerMessage) { listener.withLock { $0 }?.received(notice, from: node) }
}
