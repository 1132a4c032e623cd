/// Refuses what distributed_exec would take and what would break it: some statements end the nodes' transactions behind
/// its back, and it answers success all the same.
package enum DistributedExecLint {
    /// - Returns: why a statement must not be sent; nil when it may.
    package static func problem(with text: String, transactional: Bool) -> MultiNodeError? {
        var words: [String] = []
        var sawEnd = false
        for token in SQLTokens(text) {
            if sawEnd {
                if token == .semicolon { continue }
                return MultiNodeError(
                    "distributed_exec takes one statement", remedy: "write one exec for each, or a DO block")
            }
            switch token {
            case .semicolon: sawEnd = !words.isEmpty || sawEnd
            case .word(let word): words.append(word)
            case .quoted, .other: words.append("")
            }
        }
        guard let first = words.first else { return MultiNodeError("there is no statement") }
        let second = words.count > 1 ? words[1] : ""
        if let broken = transactionControl(first, second, words) { return broken }
        return transactional ? outsideOnly(first, words) : nil
    }

    private static func transactionControl(_ first: String, _ second: String, _ words: [String]) -> MultiNodeError? {
        let ends = ["commit", "end", "rollback", "abort", "begin", "savepoint", "release"]
        let isPrepare = first == "prepare" && second == "transaction"
        let isStart = first == "start" && second == "transaction"
        guard ends.contains(first) || isPrepare || isStart else { return nil }
        let name = isPrepare || isStart ? "\(first) \(second)" : first
        return MultiNodeError(
            "\(name.uppercased()) would break the distributed transaction on the data nodes",
            remedy: "exec is a transaction of its own; 'heal' resolves prepared ones")
    }

    /// What no transaction can hold, or none that is to be prepared.
    private static func outsideOnly(_ first: String, _ words: [String]) -> MultiNodeError? {
        let second = words.count > 1 ? words[1] : ""
        let isConcurrent = ["create", "drop", "reindex"].contains(first) && words.prefix(5).contains("concurrently")
        let isOutside =
            first == "vacuum" || first == "alter" && second == "system"
            || ["create", "drop"].contains(first) && ["database", "tablespace"].contains(second) || isConcurrent
        if isOutside {
            return MultiNodeError(
                "this can't run inside a transaction", remedy: "exec --no-transaction runs it outside one")
        }
        let isTemporary = first == "create" && words.prefix(4).contains { $0 == "temp" || $0 == "temporary" }
        if isTemporary || ["notify", "listen", "unlisten"].contains(first) {
            return MultiNodeError("a distributed transaction can't hold this: it can't be prepared on the data nodes")
        }
        return nil
    }
}
