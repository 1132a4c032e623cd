import ClusterAccess
import MultiNode
import Platform
import Postgres

/// Notes what happens, one line for each event.
final class RecordingListener: ClusterListener, WorkListener {
    private let log = Lock<[String]>([])
    /// Why nothing may be sent; nil if it may.
    private let refusal: ClusterError?

    init(refusing refusal: ClusterError? = nil) { self.refusal = refusal }

    var events: [String] { log.withLock { $0 } }

    private func note(_ event: String) { log.withLock { $0.append(event) } }

    func willSend(_ sql: SQL, to node: String?) throws(ClusterError) {
        note("will send to \(node ?? "access node"): \(sql.shown)")
        if let refusal { throw refusal }
    }

    func didSend(_ sql: SQL, to node: String?, _ error: ClusterError?, took time: Duration) {
        note("sent: \(error?.message ?? "done")")
    }

    func received(_ notice: ServerMessage, from node: String?) {
        note("\(node ?? "access node") says: \(notice.message)")
    }

    func willReconnect(because reason: String) { note("will reconnect") }

    func willWork(on names: [String]) -> (any WorkListener)? {
        note("will work on \(names.joined(separator: ", "))")
        return self
    }

    func began(_ name: String) { note("\(name) began") }
    func ended(_ name: String, _ error: ClusterError?) { note("\(name) ended: \(error?.message ?? "done")") }
    func allEnded() { note("all ended") }
}
