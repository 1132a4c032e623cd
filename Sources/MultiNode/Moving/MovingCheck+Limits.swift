/// Obstacles that lie with the settings of the role on a data node, which no client can set aside: the access node's sessions
/// there, and those by which the destination gets the rows, begin with them.
extension MovingCheck {
    /// What no server sends in a second: bytes.
    private static let fastest = 500_000_000.0

    var ofLimits: [MovingObstacle] {
        names.flatMap { name in
            let numbers = Set(moves(naming: name)).sorted()
            return (answers[name]?.limits ?? []).compactMap { limit in
                switch limit.name {
                case SessionSetting.readOnly:
                    obstacle(
                        name, "\(limit.text): nothing can be copied to it or from it, nor dropped there", limit, numbers
                    )
                case "statement_timeout": statementTimeout(limit, on: name)
                case "idle_in_transaction_session_timeout", "idle_session_timeout":
                    obstacle(
                        name, "\(limit.text): it may end a session of the access node there, which may crash then",
                        limit,
                        numbers, isBlocking: false)
                // Whatever waits for a lock there that long is told then.
                default: nil
                }
            }
        }
    }

    private func obstacle(
        _ node: String, _ text: String, _ limit: SessionLimit, _ numbers: [Int], isBlocking: Bool = true
    ) -> MovingObstacle {
        MovingObstacle(node, text, remedy: limit.remedy(on: node), isBlocking: isBlocking, chunks: numbers)
    }

    /// The rows of a chunk go over in one statement, on its source. The access node's own sessions have no such limit.
    private func statementTimeout(_ limit: SessionLimit, on node: String) -> MovingObstacle? {
        guard let time = limit.milliseconds else { return nil }
        let sent = copies.filter { $0.source == node }
        let large = sent.filter { Double($0.bytes) / Self.fastest * 1000 > Double(time) }
        if !large.isEmpty {
            return obstacle(
                node, "\(limit.text): the rows of a chunk go over in one statement, which would be ended each time",
                limit,
                large.map(\.chunk))
        }
        guard let longest = sent.map({ CopyEstimate.time($0.bytes) }).max(), .milliseconds(time) < longest * 2 else {
            return nil
        }
        return obstacle(
            node, "\(limit.text): a chunk whose rows take longer to go over can't be copied from it", limit,
            sent.map(\.chunk), isBlocking: false)
    }
}
