package import MultiNode
package import Postgres

/// Receives what happens while a cluster is asked; only in this way does this module report to those above it.
package protocol ClusterListener: Sendable {
    /// - Parameter node: the data node it goes to; nil for the access node.
    /// - Throws: to prevent the statement from being sent.
    func willSend(_ sql: SQL, to node: String?) throws(ClusterError)

    /// The same of several that are sent together, each with who is told of it.
    func willSend(_ statements: [(sql: SQL, listener: any ClusterListener)], to node: String?) throws(ClusterError)

    /// - Throws: if the statement can't be recorded.
    func didSend(_ sql: SQL, to node: String?, _ error: ClusterError?, took time: Duration) throws(ClusterError)

    /// A notice or warning of a server.
    func received(_ notice: ServerMessage, from node: String?)

    /// The connection to the access node was lost, and is about to be opened again.
    ///
    /// - Parameter reason: that it was, and how.
    func willReconnect(because reason: String)

    /// The command was interrupted while the access node commits, and waits for the answer all the same. It is called on
    /// any thread, and must not block.
    func waitsForCommit()

    /// A server is waited for.
    ///
    /// - Returns: what to call when it has answered; nil if nobody wants to know.
    func willWait(for wait: ServerWait) -> (@Sendable () -> Void)?

    /// Work on several items begins.
    ///
    /// - Returns: the listener for the progress of each; nil if nobody wants to know.
    func willWork(on names: [String]) -> (any WorkListener)?
}

extension ClusterListener {
    package func willSend(
        _ statements: [(sql: SQL, listener: any ClusterListener)], to node: String?
    ) throws(ClusterError) {
        for (sql, listener) in statements { try listener.willSend(sql, to: node) }
    }

    package func waitsForCommit() {}
    package func willWait(for wait: ServerWait) -> (@Sendable () -> Void)? { nil }
}

/// What a server is waited for.
package enum ServerWait: Sendable, Equatable {
    /// That it opens a connection; where it is, as a person would say it.
    case connection(to: String)
    /// The answer to a statement; nil for the access node's.
    case statement(on: String?)
    /// The end of something that takes many short statements, in words that begin with what is done.
    case work(String)
}

extension Cluster {
    /// Does something that takes many short statements, or waits between them, of which a person is told while it lasts.
    ///
    /// - Parameter text: what is done, as in "comparing copies".
    package func telling<Value: Sendable>(
        _ text: String, _ work: () async throws(ClusterError) -> Value
    ) async throws(ClusterError) -> Value {
        let isDone = listener.willWait(for: .work(text))
        defer { isDone?() }
        return try await work()
    }
}

/// Receives the progress of work on several items.
package protocol WorkListener: Sendable {
    func began(_ name: String)
    func ended(_ name: String, _ error: ClusterError?)
    func allEnded()
}

/// Ignores everything.
package struct SilentListener: ClusterListener {
    package init() {}
    package func willSend(_ sql: SQL, to node: String?) {}
    package func didSend(_ sql: SQL, to node: String?, _ error: ClusterError?, took time: Duration) {}
    package func received(_ notice: ServerMessage, from node: String?) {}
    package func willReconnect(because reason: String) {}
    package func willWork(on names: [String]) -> (any WorkListener)? { nil }
}
