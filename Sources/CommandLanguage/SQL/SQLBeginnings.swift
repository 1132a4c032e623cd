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
    /// The second letter and the length of each first word, by which most are told from it without a look at it.
    private let marks: [(letter: UInt8, length: UInt8)]
    /// Where the words begin that have the same first letter, by its place in the alphabet.
    private let starts: [Int]

    init(_ beginnings: Set<String>) {
        let sorted = beginnings.sorted()
        words = sorted.map { beginning in
            let parts = beginning.utf8.split(separator: UInt8(ascii: " ")).map(Array.init)
            return (parts.first ?? [], parts.count > 1 ? parts[1] : [])
        }
        marks = words.map { ($0.first.count > 1 ? $0.first[1] : 0, UInt8(clamping: $0.first.count)) }
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
        guard start + 1 < end, let letter = Self.letter(bytes[start]) else { return nil }
        let second = bytes[start + 1] & 0xDF
        var index = starts[letter]
        let last = starts[letter + 1]
        while index < last {
            let mark = marks[index]
            index += 1
            guard mark.letter == second, start + Int(mark.length) <= end,
                start + Int(mark.length) == end || !isIdentifierByte(bytes[start + Int(mark.length)])
            else { continue }
            let word = words[index - 1]
            guard let firstEnd = Self.wordEnd(word.first, at: start, end: end, in: bytes) else { continue }
            if word.second.isEmpty { return firstEnd - start }
            var next = firstEnd
            while next < end, isBlank(bytes[next]) { next += 1 }
            if next > firstEnd, let secondEnd = Self.wordEnd(word.second, at: next, end: end, in: bytes) {
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
