package import MultiNode
package import Postgres

/// Who is told what happens while a cluster is asked: the one way in which this module speaks to what is above it.
package protocol ClusterListener: Sendable {
    /// - Parameter node: the data node it goes to; nil for the access node.
    /// - Throws: to keep it from being sent.
    func willSend(_ sql: SQL, to node: String?) throws(ClusterError)

    /// - Throws: where it can't be recorded that this was sent.
    func didSend(_ sql: SQL, to node: String?, _ error: ClusterError?, took time: Duration) throws(ClusterError)

    /// A notice or warning of a server.
    func received(_ notice: ServerMessage, from node: String?)

    /// The connection to the access node was lost, and is opened again.
    func willReconnect()

    /// Work on several things begins.
    ///
    /// - Returns: who is told how far each is; nil where nobody wants to know.
    func willWork(on names: [String]) -> (any WorkListener)?
}

/// Who is told how far each of several things is.
package protocol WorkListener: Sendable {
    func began(_ name: String)
    func ended(_ name: String, _ error: ClusterError?)
    func allEnded()
}

/// Nobody is told anything.
package struct SilentListener: ClusterListener {
    package init() {}
    package func willSend(_ sql: SQL, to node: String?) {}
    package func didSend(_ sql: SQL, to node: String?, _ error: ClusterError?, took time: Duration) {}
    package func received(_ notice: ServerMessage, from node: String?) {}
    package func willReconnect() {}
    package func willWork(on names: [String]) -> (any WorkListener)? { nil }
}
