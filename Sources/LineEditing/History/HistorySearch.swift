import Glibc

/// An incremental search backwards and forwards through the history.
struct HistorySearch {
    /// Where the pattern was found.
    struct Match: Equatable {
        /// Of the entry, oldest first.
        let index: Int
        let entry: String
        /// Where in the entry the pattern is, in UTF-8 bytes.
        let offset: Int
    }

    /// Oldest first.
    let entries: [String]
    private(set) var pattern = ""
    /// The last thing found, kept while the pattern is found nowhere.
    private(set) var match: Match?
    /// Whether the pattern, as it is now, was not found.
    private(set) var hasFailed = false

    init(_ entries: [String]) {
        self.entries = entries
    }

    /// Looks for a longer pattern, from the entry found last on.
    mutating func append(_ scalar: Unicode.Scalar) {
        pattern.unicodeScalars.append(scalar)
        look(in: stride(from: match?.index ?? entries.count - 1, through: 0, by: -1))
    }

    /// Looks for a shorter pattern, from the newest entry on.
    mutating func removeLast() {
        guard !pattern.isEmpty else { return }
        pattern.unicodeScalars.removeLast()
        match = nil
        hasFailed = false
        if !pattern.isEmpty { look(in: stride(from: entries.count - 1, through: 0, by: -1)) }
    }

    /// Goes on to the next older entry that is not the same text.
    mutating func older() {
        guard !pattern.isEmpty else { return }
        look(in: stride(from: (match?.index ?? entries.count) - 1, through: 0, by: -1), past: match?.entry)
    }

    /// Goes back to the next newer entry that is not the same text.
    mutating func newer() {
        guard !pattern.isEmpty, let match else { return }
        look(in: stride(from: match.index + 1, to: entries.count, by: 1), past: match.entry)
    }

    private mutating func look(in indices: StrideThrough<Int>, past entry: String? = nil) {
        settle(indices.lazy.compactMap { match(at: $0, past: entry) }.first)
    }

    private mutating func look(in indices: StrideTo<Int>, past entry: String? = nil) {
        settle(indices.lazy.compactMap { match(at: $0, past: entry) }.first)
    }

    private mutating func settle(_ found: Match?) {
        hasFailed = found == nil
        if let found { match = found }
    }

    private func match(at index: Int, past entry: String?) -> Match? {
        let candidate = entries[index]
        guard candidate != entry, let offset = Self.offset(of: pattern, in: candidate) else { return nil }
        return Match(index: index, entry: candidate, offset: offset)
    }

    private static func offset(of pattern: String, in entry: String) -> Int? {
        entry.withCString { start in
            pattern.withCString { strstr(start, $0).map { UnsafePointer($0) - start } }
        }
    }
}
