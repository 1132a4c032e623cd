package import MultiNode
package import Postgres

/// Passes on what is sent, and neither notices nor progress: for questions that only look.
package struct QuietListener: ClusterListener {
    private let listener: any ClusterListener
    private let tellsWaits: Bool

    /// - Parameter tellsWaits: whether it is told how long a server takes.
    package init(_ listener: any ClusterListener, tellsWaits: Bool = true) {
        self.listener = listener
        self.tellsWaits = tellsWaits
    }

    package func received(_ notice: ServerMessage, from node: String?) {}

    package func willSend(_ sql: SQL, to node: String?) throws(ClusterError) { try listener.willSend(sql, to: node) }

    package func didSend(_ sql: SQL, to node: String?, _ error: ClusterError?, took time: Duration) throws(ClusterError)
    {
        try listener.didSend(sql, to: node, error, took: time)
    }

    package func willReconnect(because reason: String) { listener.willReconnect(because: reason) }

    package func willWait(for wait: ServerWait) -> (@Sendable () -> Void)? {
        tellsWaits ? listener.willWait(for: wait) : nil
    }

    package func willWork(on names: [String]) -> (any WorkListener)? { nil }
}
