package import ClusterAccess
package import MultiNode
import Platform
import Postgres

/// A chunk whose copies were compared.
package struct ComparedChunk: Sendable {
    package let chunk: Chunk
    package let verdict: CopyComparison.Verdict
    /// What was found of those copies that could be asked about.
    package let copies: [CopyComparison.Copy]

    package init(chunk: Chunk, verdict: CopyComparison.Verdict, copies: [CopyComparison.Copy]) {
        self.chunk = chunk
        self.verdict = verdict
        self.copies = copies
    }

    /// Whether all its copies were compared, and are the same. Those that were read may be so while another was not.
    package var isSettled: Bool {
        verdict == .same && copies.count == chunk.copies.count && copies.allSatisfy { $0.state == .read }
    }
}

/// The comparison of the copies of chunks, each node over one connection, all copies of a chunk at the same time.
package struct ChunkVerification: Sendable {
    package let compared: [ComparedChunk]
    /// Of the nodes; one whose connection broke has failed.
    package let answers: [Answer<DataNode, Void>]
    /// Why copies could not be read on nodes that answered.
    package let failures: [ClusterError]

    package init(
        compared: [ComparedChunk] = [], answers: [Answer<DataNode, Void>] = [], failures: [ClusterError] = []
    ) {
        self.compared = compared
        self.answers = answers
        self.failures = failures
    }
}

extension Cluster {
    /// Compares the copies of chunks that have several.
    ///
    /// - Parameter nodes: all that have a copy of one.
    package func compareCopies(
        of chunks: [Chunk], on nodes: [DataNode], _ shapes: [RowShape], countsOnly: Bool
    ) async -> ChunkVerification {
        let shapes = Dictionary(shapes.map { ($0.table, $0) }) { first, _ in first }
        let (events, event) = AsyncStream.makeStream(of: ComparisonEvent.self)
        var orders: [String: AsyncStream<ComparisonOrder>] = [:]
        var order: [String: AsyncStream<ComparisonOrder>.Continuation] = [:]
        for node in nodes { (orders[node.name], order[node.name]) = AsyncStream.makeStream() }
        let streams = orders
        // All at once: a chunk waits until each of its nodes is there.
        async let answers = onEach(nodes, parallel: nodes.count) { node throws(ClusterError) in
            do throws(ClusterError) {
                if node.isGone { throw ClusterError(gone: node.name) }
                try await asking(node) { link throws(ClusterError) in
                    event.yield(.ready(node.name))
                    guard let stream = streams[node.name] else { return }
                    for await order in stream {
                        let (reply, error) = await answer(order, on: link, of: node)
                        event.yield(.answered(node.name, order.chunk, reply, error))
                        // Interrupted, or the connection is of no more use.
                        if let error, error.kind != .refused { throw error }
                    }
                }
            } catch {
                event.yield(.gone(node.name))
                throw error
            }
        }
        var coordination = ComparisonCoordination(chunks, shapes, countsOnly: countsOnly) { name, sent in
            order[name]?.yield(sent)
        }
        for await happened in events {
            coordination.take(happened)
            if coordination.isDone { break }
        }
        for continuation in order.values { continuation.finish() }
        return ChunkVerification(
            compared: coordination.results, answers: await answers, failures: coordination.failures)
    }

    /// How long one copy may be read, and how long what is around that may take: only a server that hangs takes longer.
    private static let limits = (reading: Duration.seconds(3600), rest: Duration.seconds(30))

    /// How often a copy is read that others were in the way of, as a job is that compresses it.
    private static let readings = 5

    private func answer(
        _ order: ComparisonOrder, on link: any Link, of node: DataNode
    ) async -> (CopyReply, ClusterError?) {
        for _ in 1..<Self.readings {
            let (reply, error) = await answerOnce(order, on: link, of: node)
            guard let error, error.mayPass else { return (reply, error) }
            guard (try? await EventLoop.shared.sleep(until: .now + .milliseconds(500))) != nil else {
                return (.unread, .interrupted)
            }
        }
        return await answerOnce(order, on: link, of: node)
    }

    private func answerOnce(
        _ order: ComparisonOrder, on link: any Link, of node: DataNode
    ) async -> (CopyReply, ClusterError?) {
        do throws(ClusterError) {
            // What is set is set for the transaction: behind a pooler the session is another's next.
            try await send("BEGIN READ ONLY", on: link, node: node.name, timeout: Self.limits.rest)
            try await send(CopyQuestion.settings, on: link, node: node.name, timeout: Self.limits.rest)
            let query = order.question.query(of: order.name, order.shape)
            let result = try await send(query, on: link, node: node.name, timeout: Self.limits.reading)
            try await send("ROLLBACK", on: link, node: node.name, timeout: Self.limits.rest)
            return (order.question.reply(result.records), nil)
        } catch {
            guard error.kind == .refused else { return (.unread, error) }
            do throws(ClusterError) {
                try await send("ROLLBACK", on: link, node: node.name, timeout: Self.limits.rest)
            } catch let lost {
                return (.unread, lost)
            }
            let isMissing = error.sqlstate == "42P01" || error.sqlstate == "3F000"
            return isMissing ? (.missing, nil) : (.unread, error.reading(order.name))
        }
    }
}

extension ClusterError {
    /// The error with the chunk whose copy could not be read: others may be read all the same.
    fileprivate func reading(_ chunk: TableName) -> ClusterError {
        var error = self
        if !message.names(chunk.name) { error.message = "\(chunk.shownName) could not be read: \(message)" }
        return error
    }
}
