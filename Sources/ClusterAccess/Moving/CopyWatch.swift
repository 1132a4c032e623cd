package import MultiNode
import Platform
import Postgres

/// How far a copy of a chunk is.
package struct CopyState: Sendable, Equatable {
    /// The stage in hand.
    package let stage: CopyStage
    /// What is there of it, at most the bytes in all.
    package let bytes: Int64
    /// What keeps it waiting; nil while it gets on, or if nobody can tell.
    package let wait: CopyWait?
    /// Whether it will never end, because its workers fail one behind the other.
    package let isFailing: Bool
}

/// Looks after copies that are under way, over connections of its own that it keeps from look to look: those of the copies
/// are busy. It only reads, is silent, and gives up soon.
package actor CopyWatch {
    private let cluster: Cluster
    private let nodes: [DataNode]
    private let askAccessNode: (@Sendable (SQL) async -> [[String: String?]]?)?
    private var links: [String: any Link] = [:]
    private var opening: [String: Task<(any Link)?, Never>] = [:]
    private var last: [String: Look] = [:]
    private var failings: [String: CopyFailing] = [:]
    private var silence: (asked: ContinuousClock.Instant, nodes: Task<[String], Never>)?

    private struct Look: Equatable {
        let stage: CopyStage
        let bytes: Int64
    }

    /// - Parameters:
    ///   - nodes: the data nodes.
    ///   - askAccessNode: asks the access node, and answers nil where it does not; nil for a connection that is kept.
    package init(
        _ cluster: Cluster, among nodes: [DataNode],
        asking askAccessNode: (@Sendable (SQL) async -> [[String: String?]]?)? = nil
    ) {
        self.cluster = Cluster(cluster.connection)
        self.nodes = nodes
        self.askAccessNode = askAccessNode
    }

    /// The names of the nodes that do not answer and are not marked unavailable, in order. Whoever works on the access node
    /// may hang on one of them. Asked once for all copies, and anew after some seconds.
    package func silentNodes() async -> [String] {
        if let silence, .now < silence.asked + Self.remembered { return await silence.nodes.value }
        let asking = Task { [cluster, nodes] in
            await cluster.lifeSigns(of: nodes.filter(\.isAvailable), within: Self.patience).silent.map(\.node.name)
        }
        silence = (.now, asking)
        return await asking.value
    }

    /// How far one copy is. To be asked about once a second; what it waits for is found out when it has not got on since.
    ///
    /// - Parameters:
    ///   - operation: the name of the copy.
    ///   - totalBytes: what the source has.
    /// - Returns: nil if the access node does not tell, or there is no such copy under way.
    package func state(
        of operation: String, from source: DataNode, to destination: DataNode, totalBytes: Int64
    ) async -> CopyState? {
        guard let row = await ask(nil, CopyCall.query(operation))?.first, let call = CopyCall(row: row) else {
            return nil
        }
        let stage = call.finished.next
        guard let chunk = call.chunk else { return CopyState(stage: stage, bytes: 0, wait: nil, isFailing: true) }
        let rows = await ask(destination, CopySubscription.query(operation))
        if rows == nil, await isSilent(destination) {
            let bytes = last[operation]?.bytes ?? 0
            return CopyState(stage: stage, bytes: bytes, wait: .silent([destination.name]), isFailing: false)
        }
        let subscription = rows?.first.map { CopySubscription(row: $0) }
        let bytes = stage.isBehindRows ? totalBytes : min(totalBytes, subscription?.bytes ?? 0)
        if let subscription, Self.isWaitingForRows(stage) {
            failings[operation, default: CopyFailing()].note(subscription)
        }
        let look = Look(stage: stage, bytes: bytes)
        guard last.updateValue(look, forKey: operation) == look else {
            return CopyState(stage: stage, bytes: bytes, wait: nil, isFailing: false)
        }
        let wait = await wait(of: operation, call, chunk, subscription, from: source, to: destination)
        // What lacks a worker or a slot has errors, too, and goes on when there is one.
        let isFailing = wait == nil && Self.isWaitingForRows(stage) && failings[operation]?.isSure == true
        return CopyState(stage: stage, bytes: bytes, wait: wait, isFailing: isFailing)
    }

    private static func isWaitingForRows(_ stage: CopyStage) -> Bool { [.start, .rows].contains(stage) }

    /// Ends a call that will never end by itself. It is cancelled: to terminate its session may crash the access node.
    package func cancel(_ operation: String) async {
        _ = await ask(nil, CopyCall.cancelling(operation))
    }

    /// Looks after one copy every second, until the task is cancelled.
    ///
    /// - Parameter tell: gets each state that is known.
    package func follow(
        _ operation: String, from source: DataNode, to destination: DataNode, totalBytes: Int64,
        _ tell: @Sendable (CopyState) async -> Void
    ) async {
        while (try? await EventLoop.shared.sleep(until: .now.advanced(by: .seconds(1)))) != nil {
            let state = await state(of: operation, from: source, to: destination, totalBytes: totalBytes)
            // What came too late would be told of a step that goes on.
            if let state, !Task.isCancelled { await tell(state) }
        }
        (last[operation], failings[operation]) = (nil, nil)
    }

    private var isClosed = false

    /// Closes the connections, for good.
    package func close() async {
        isClosed = true
        silence?.nodes.cancel()
        let links = links.values
        self.links = [:]
        for link in links { await link.close() }
    }

    private func wait(
        of operation: String, _ call: CopyCall, _ chunk: TableName, _ subscription: CopySubscription?,
        from source: DataNode, to destination: DataNode
    ) async -> CopyWait? {
        if call.waitsForLock, let rows = await ask(nil, SessionWait.query(of: [call.process])),
            let session = SessionWait.list(rows).first
        {
            let cause = WaitCause.lock(node: nil, session.holders)
            return await besideSilence(cause.text.map { CopyWait($0, remedy: cause.remedy) })
        }
        async let there = end(source, operation, call, chunk, subscription)
        async let here = end(destination, operation, call, chunk, subscription)
        let ends = (await there, await here)
        let wait = CopyWait(call.finished.next, subscription, from: ends.0, to: ends.1)
        if !(ends.0.blocks + ends.1.blocks).isEmpty { return await besideSilence(wait) }
        if let wait { return wait }
        return await isSilent(source) ? .silent([source.name]) : nil
    }

    /// What a lock is waited for that somebody holds, who may himself wait for a node that does not answer.
    private func besideSilence(_ wait: CopyWait?) async -> CopyWait? {
        let silent = await silentNodes()
        return silent.isEmpty ? wait : .silent(silent, holdingUp: wait)
    }

    /// Whether a node that was asked has not answered, opens no connection either, and gives no other sign of life.
    private func isSilent(_ node: DataNode) async -> Bool {
        guard await link(to: node) == nil else { return false }
        return await cluster.lifeSigns(of: [node], within: Self.patience).silent.first != nil
    }

    private func end(
        _ node: DataNode, _ operation: String, _ call: CopyCall, _ chunk: TableName,
        _ subscription: CopySubscription?
    ) async -> CopyWait.End {
        let facts = await ask(node, NodeMovingFacts.query)?.first.map { NodeMovingFacts(row: $0) }
        let query = CopyBlock.query(
            operation, chunk: chunk.name, call.finished.next, subscription: subscription?.number)
        return CopyWait.End(node, facts, blocks: CopyBlock.list(await ask(node, query) ?? []))
    }

    // MARK: The connections

    /// How long an answer may take.
    package static let patience: Duration = .seconds(3)
    /// How long it is remembered which nodes do not answer.
    private static let remembered: Duration = .seconds(5)

    /// - Parameter node: nil for the access node.
    /// - Returns: nil if it does not answer; then it is connected to anew the next time.
    func ask(_ node: DataNode?, _ sql: SQL) async -> [[String: String?]]? {
        if isClosed { return nil }
        if node == nil, let askAccessNode { return await askAccessNode(sql) }
        guard let link = await link(to: node) else { return nil }
        return try? await cluster.send(sql, on: link, node: node?.name, timeout: Self.patience).records
    }

    private func link(to node: DataNode?) async -> (any Link)? {
        let name = node?.name ?? ""
        if let link = links[name] {
            if await link.isOpen { return link }
            links[name] = nil
        }
        if let task = opening[name] { return await task.value }
        let own = cluster.limited(to: Self.patience)
        let task = Task { () async -> (any Link)? in
            guard let node else { return try? await own.connection.openAnother(for: own) }
            return try? await own.opened(to: node, timeout: Self.patience)
        }
        opening[name] = task
        let link = await task.value
        opening[name] = nil
        if isClosed {
            await link?.close()
            return nil
        }
        links[name] = link
        return link
    }
}
