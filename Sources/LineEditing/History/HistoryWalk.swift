/// A walk through the history with the arrow keys, which keeps what was being typed when it began.
struct HistoryWalk {
    /// Oldest first.
    private let entries: [String]
    /// The entry shown; the count of them is the line being typed.
    private var index: Int
    private var draft = ""

    init(_ entries: [String]) {
        self.entries = entries
        index = entries.count
    }

    /// The entry before the one shown, nil at the oldest.
    ///
    /// - Parameter isAlike: whether only those count that begin with what was being typed.
    mutating func older(than current: String, isAlike: Bool) -> String? {
        let typed = index == entries.count ? current : draft
        let shown = index == entries.count ? current : entries[index]
        guard let found = entries[..<index].lastIndex(where: { !isAlike || Self.goesOn($0, from: typed, past: shown) })
        else { return nil }
        (draft, index) = (typed, found)
        return entries[found]
    }

    /// The entry after the one shown, at last the line that was being typed; nil when that is what is shown.
    mutating func newer(isAlike: Bool) -> String? {
        guard index < entries.count else { return nil }
        let (typed, shown) = (draft, entries[index])
        let found = entries[(index + 1)...].firstIndex { !isAlike || Self.goesOn($0, from: typed, past: shown) }
        index = found ?? entries.count
        return found.map { entries[$0] } ?? draft
    }

    private static func goesOn(_ entry: String, from typed: String, past shown: String) -> Bool {
        entry.utf8.starts(with: typed.utf8) && entry != shown
    }

    /// Continues from an entry found in another way.
    mutating func go(to index: Int, from current: String) {
        if self.index == entries.count { draft = current }
        self.index = index
    }
}
