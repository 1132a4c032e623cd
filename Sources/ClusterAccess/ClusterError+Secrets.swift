import MultiNode

extension ClusterError {
    /// The error without what is hidden in the statement where that is shown: a server quotes what it can't read, in whatever
    /// language: `syntax error at or near "'x'"`.
    func hiding(whatIsHiddenIn sql: SQL) -> ClusterError {
        guard sql.isWritten else { return self }
        let shown = sql.shown
        guard let mask = shown.firstRange(of: SQL.mask) else { return self }
        let whole = sql.inlined
        let beginning = shown[..<mask.lowerBound]
        guard whole.hasPrefix(beginning) else { return self }
        let hidden = whole.dropFirst(beginning.count)
        var secrets = [hidden.prefix { !$0.isWhitespace && $0 != ";" }]
        if let quote = hidden.firstIndex(of: "'") {
            let inside = hidden[quote...].drop { $0 == "'" }.prefix { $0 != "'" }
            secrets += ["'\(inside)'", inside]
        }
        var error = self
        for secret in secrets where secret.utf8.count >= Self.leastSecret {
            error.message = error.message.replacing(secret, with: SQL.mask)
            error.detail = error.detail?.replacing(secret, with: SQL.mask)
        }
        return error
    }

    /// What is shorter is in too many texts by chance.
    private static let leastSecret = 3
}
