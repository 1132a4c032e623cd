package import MultiNode
import Platform
import Postgres

extension AccessNodeConnection {
    /// How many nodes are asked at once: what looks in the background must not take a server's connections.
    private static let mostAtOnce = 16

    /// The names of the nodes that answer from here. No session is opened for that.
    ///
    /// Where a server has to prove itself, it counts only after it has: the handshake of TLS is made, and no more.
    ///
    /// - Returns: nil where there is no connection to the access node, which tells how to ask.
    package func answering(among nodes: [DataNode], within limit: Duration) async -> Set<String>? {
        guard let own = link?.info else { return nil }
        let ping = ServerPing(serverVersion: own.serverVersion)
        return await withTaskGroup(of: (name: String, answers: Bool).self) { group in
            var rest = nodes[...]
            func askNext() {
                guard let node = rest.popFirst() else { return }
                group.addTask(executorPreference: EventLoop.shared) {
                    let direct = DirectConnection(ServerAddress(node), besides: own)
                    guard direct.refusal == nil else { return (node.name, false) }
                    if direct.requiresTLS, !direct.isOnSocket {
                        return (node.name, await Connection.isProved(by: direct.withoutPassword, within: limit))
                    }
                    return (node.name, await ping.answers(host: node.host, port: node.port, timeout: limit))
                }
            }
            for _ in 0..<Self.mostAtOnce { askNext() }
            var names: Set<String> = []
            while let (name, answers) = await group.next() {
                if answers { names.insert(name) }
                askNext()
            }
            return names
        }
    }
}
