import MultiNode
import Postgres

/// Passes on what is sent, and neither notices nor progress: for questions that only look.
struct QuietListener: ClusterListener {
    private let listener: any ClusterListener

    init(_ listener: any ClusterListener) {
        self.listener = listener
    }

    func received(_ notice: ServerMessage, from node: String?) {}

    func willSend(_ sql: SQL, to node: String?) throws(ClusterError) { try listener.willSend(sql, to: node) }

    func didSend(_ sql: SQL, to node: String?, _ error: ClusterError?, took time: Duration) throws(ClusterError) {
        try listener.didSend(sql, to: node, error, took: time)
    }

    func willReconnect() { listener.willReconnect() }

    func willWork(on names: [String]) -> (any WorkListener)? { nil }
}
