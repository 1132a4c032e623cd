package import MultiNode

/// A way to a data node, and whether it leads there.
package struct Way: Sendable {
    package enum Start: Sendable, Hashable {
        /// Where tscl runs.
        case here
        case accessNode
        /// Another data node, which gets copies of chunks.
        case node(String)
    }

    package let start: Start
    package let node: DataNode
    /// As whom, by the role's name on the access node.
    package let role: String
    /// Nil if it was not tried, or it is not known what came of it.
    package let isReached: Bool?
    /// Whether no answer came in time.
    package let isHanging: Bool
    package let milliseconds: Double?
    /// In the words of libpq and of the node's server, or why it was not tried; nil if the node is reached.
    package let reason: String?

    init(_ start: Start, to node: DataNode, as role: String, _ reach: AccessNodeReach, milliseconds: Double? = nil) {
        self.start = start
        self.node = node
        self.role = role
        self.milliseconds = milliseconds
        isHanging = if case .hanging = reach { true } else { false }
        switch reach {
        case .reached: (isReached, reason) = (true, nil)
        case .unreached(let error), .hanging(let error): (isReached, reason) = (false, error.cause)
        case .unknown(let why): (isReached, reason) = (nil, why)
        }
    }
}
