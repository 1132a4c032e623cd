/// The words that begin a statement of SQL, which runs to its `;`: all commands of PostgreSQL's, but those whose first
/// word is one of tscl's own.
package enum SQLBeginnings {
    /// In capitals; where the first word alone is not SQL's, or is one of tscl's, with the second.
    package static let all: Set<String> = [
        "ABORT", "ALTER", "ANALYSE", "ANALYZE", "BEGIN", "CALL", "CHECKPOINT", "CLOSE", "CLUSTER", "COMMENT ON",
        "COMMIT", "COPY", "CREATE", "DEALLOCATE", "DECLARE", "DELETE", "DISCARD", "DO", "DROP", "END", "EXECUTE",
        "EXPLAIN", "FETCH", "GRANT", "IMPORT FOREIGN", "INSERT", "LISTEN", "LOAD", "LOCK TABLE", "MERGE", "MOVE",
        "NOTIFY", "PREPARE", "REASSIGN OWNED", "REFRESH", "REINDEX", "RELEASE", "RESET", "REVOKE", "ROLLBACK",
        "SAVEPOINT", "SECURITY LABEL", "SELECT", "SHOW", "START TRANSACTION", "TABLE", "TRUNCATE", "UNLISTEN", "UPDATE",
        "VACUUM", "VALUES", "WITH",
    ]
}

/// Those words, looked for in the bytes of a source.
struct SQLBeginningKeys: Sendable {
    /// A first word in capitals, and the one that must follow it, which may be none.
    private let words: [(first: [UInt8], second: [UInt8])]
    /// Where the words begin that have the same first letter, by its place in the alphabet.
    private let starts: [Int]

    init(_ beginnings: Set<String>) {
        let sorted = beginnings.sorted()
        words = sorted.map { beginning in
            let parts = beginning.utf8.split(separator: UInt8(ascii: " ")).map(Array.init)
            return (parts.first ?? [], parts.count > 1 ? parts[1] : [])
        }
        starts = (0...Self.letters).map { letter in
            sorted.firstIndex { Self.letter($0.utf8.first ?? 0) ?? 0 >= letter } ?? sorted.count
        }
    }

    private static let letters = 26

    /// The place of a letter in the alphabet, in either case; nil for other bytes.
    private static func letter(_ byte: UInt8) -> Int? {
        let capital = byte & 0xDF
        return UInt8(ascii: "A")...UInt8(ascii: "Z") ~= capital ? Int(capital - UInt8(ascii: "A")) : nil
    }

    /// The length of what begins a statement here, in any case of letters; nil where nothing does.
    func length(at start: Int, end: Int, in bytes: [UInt8]) -> Int? {
        guard start < end, let letter = Self.letter(bytes[start]) else { return nil }
        var index = starts[letter]
        while index < starts[letter + 1] {
            let word = words[index]
            index += 1
            guard let firstEnd = Self.wordEnd(word.first, at: start, end: end, in: bytes) else { continue }
            if word.second.isEmpty { return firstEnd - start }
            var second = firstEnd
            while second < end, isBlank(bytes[second]) { second += 1 }
            if second > firstEnd, let secondEnd = Self.wordEnd(word.second, at: second, end: end, in: bytes) {
                return secondEnd - start
            }
        }
        return nil
    }

    /// Where a word ends that stands here; nil where another does.
    private static func wordEnd(_ word: [UInt8], at start: Int, end: Int, in bytes: [UInt8]) -> Int? {
        guard start + word.count <= end else { return nil }
        var matched = 0
        while matched < word.count, bytes[start + matched] & 0xDF == word[matched] { matched += 1 }
        let next = start + word.count
        return matched == word.count && (next == end || !isIdentifierByte(bytes[next])) ? next : nil
    }
}
