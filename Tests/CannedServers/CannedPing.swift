import MultiNode

/// What an access node answers when it is asked whether it reaches data nodes: it does where they let anybody in.
enum CannedPing {
    private static let text = NodeReach.ping([], limit: 1, CannedCluster.capabilities)?.text

    /// - Returns: nil if the statement asks for something else.
    static func reply(to statement: CannedServers.Statement, _ server: (String) -> CannedServer?) -> Reply? {
        guard statement.text == text, let list = statement.values.last.flatMap({ $0 }) else { return nil }
        let names = (ArrayText.elements(list) ?? []).compactMap(\.self)
        return .rows(
            names.map { name in
                let (isReached, isSilent) = server(name)?.accepts ?? (false, false)
                return ["node": name, "reached": isReached ? "t" : "f", "ms": isSilent ? "60000" : "1"]
            })
    }
}
