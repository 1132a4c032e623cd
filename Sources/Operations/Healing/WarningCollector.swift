import ClusterAccess
import MultiNode
import Platform
import Postgres

/// Keeps the warnings of the servers, and passes on all that it receives but these.
struct WarningCollector: ClusterListener {
    private let listener: any ClusterListener
    private let kept = Lock<[String]>([])

    init(_ listener: any ClusterListener) {
        self.listener = listener
    }

    var warnings: [String] { kept.withLock { $0 } }

    func received(_ notice: ServerMessage, from node: String?) {
        if notice.severity == "WARNING" { return kept.withLock { $0.append(notice.message) } }
        listener.received(notice, from: node)
    }

    func willSend(_ sql: SQL, to node: String?) throws(ClusterError) { try listener.willSend(sql, to: node) }

    func didSend(_ sql: SQL, to node: String?, _ error: ClusterError?, took time: Duration) throws(ClusterError) {
        try listener.didSend(sql, to: node, error, took: time)
    }

    func willReconnect(because reason: String) { listener.willReconnect(because: reason) }

    func willWait(for wait: ServerWait) -> (@Sendable () -> Void)? { listener.willWait(for: wait) }

    func willWork(on names: [String]) -> (any WorkListener)? { listener.willWork(on: names) }
}
