/// Where a statement runs.
package enum Place: Sendable, Hashable, CustomStringConvertible {
    case accessNode
    /// By a connection of our own to that node.
    case dataNode(String)

    package var description: String {
        switch self {
        case .accessNode: "access node"
        case .dataNode(let name): name
        }
    }
}
