import ClusterAccess
import MultiNode

/// The result for one node.
package struct NodeOutcome: Sendable {
    package var node: String
    package var ok: Bool
    package var sqlstate: String?
    package var message: String?
    /// The time it took; nil if the node was not asked.
    package var milliseconds: Double?

    package init(
        _ node: String, ok: Bool, sqlstate: String? = nil, message: String? = nil, milliseconds: Double? = nil
    ) {
        self.node = node
        self.ok = ok
        self.sqlstate = sqlstate
        self.message = message
        self.milliseconds = milliseconds
    }

    /// The result of asking a node.
    init<Value>(_ answer: Answer<DataNode, Value>) {
        self.init(answer.item.name, answer.error, milliseconds: answer.milliseconds)
    }

    /// - Parameter error: nil if the node succeeded.
    init(_ node: String, _ error: ClusterError?, milliseconds: Double? = nil) {
        self.init(
            node, ok: error == nil, sqlstate: error?.sqlstate, message: error?.summary, milliseconds: milliseconds)
    }

    init(_ probe: Probe) {
        let error = probe.nodeError
        self.init(
            probe.node.name, ok: probe.nodeState == .up, sqlstate: error?.sqlstate, message: probe.remark,
            milliseconds: probe.milliseconds)
    }

    func hiding(_ hide: (String) -> String) -> NodeOutcome {
        var hidden = self
        hidden.node = hide(node)
        hidden.message = message.map(hide)
        return hidden
    }
}
