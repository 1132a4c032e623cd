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
    mutating func older(than current: String) -> String? {
        guard index > 0 else { return nil }
        if index == entries.count { draft = current }
        index -= 1
        return entries[index]
    }

    /// The entry after the one shown, at last the line that was being typed; nil when that is what is shown.
    mutating func newer() -> String? {
        guard index < entries.count else { return nil }
        index += 1
        return index == entries.count ? draft : entries[index]
    }

    /// Continues from an entry found in another way.
    mutating func go(to index: Int, from current: String) {
        if self.index == entries.count { draft = current }
        self.index = index
    }
}
