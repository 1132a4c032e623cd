import Platform

/// The types of arrays that servers were asked about, kept as long as the target is the same.
package final class KnownArrays: Sendable {
    /// By the name of a data node; the access node has none.
    private let alike = Lock<[String?: [UInt32: UInt32]]>([:])

    package func known(on node: String?) -> [UInt32: UInt32] { alike.withLock { $0[node] ?? [:] } }

    package func add(_ types: [UInt32: UInt32], on node: String?) {
        alike.withLock { $0[node, default: [:]].merge(types) { $1 } }
    }

    func forget() { alike.withLock { $0 = [:] } }
}
