/// Why a connection is not opened, by the message of libpq.
///
/// Of the address it tells only where there are several that fail for different reasons, because the row of a table has it
/// already. Lines that begin otherwise than the first are advice.
enum ConnectionCause {
    private struct Attempt {
        /// `"db1" (10.0.0.1), port 5432`
        let address: Substring
        let reason: Substring

        init?(_ line: Substring) {
            let (start, end) = ("connection to server ", " failed: ")
            guard line.hasPrefix(start), let failed = line.firstRange(of: end) else { return nil }
            let address = line[..<failed.lowerBound].dropFirst(start.count)
            self.address = address.hasPrefix("at ") || address.hasPrefix("on ") ? address.dropFirst(3) : address
            reason = line[failed.upperBound...]
        }

        var host: Substring { address.drop { $0 != "\"" }.dropFirst().prefix { $0 != "\"" } }
        /// Of a host with several.
        var number: Substring? {
            guard let start = address.firstRange(of: " ("), let end = address.lastIndex(of: ")") else { return nil }
            return address[start.upperBound..<end]
        }
        var port: Substring { address.split(separator: " ").last ?? "" }
    }

    static func text(_ message: some StringProtocol) -> String {
        let lines = message.split(whereSeparator: \.isNewline).map { Substring($0) }
        let first = lines.first ?? ""
        let attempts = lines.compactMap { Attempt($0) }
        guard Attempt(first) != nil else { return String(first) }
        if Set(attempts.map(\.reason)).count == 1 { return attempts.first.map { String($0.reason) } ?? "" }
        let areHosts = Set(attempts.map(\.host)).count == attempts.count
        return attempts.map { attempt in
            let name = areHosts ? attempt.host : attempt.number ?? "\(attempt.host):\(attempt.port)"
            return "\(name): \(attempt.reason)"
        }.joined(separator: "; ")
    }
}
