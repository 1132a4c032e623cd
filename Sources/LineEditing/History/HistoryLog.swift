/// The commands typed so far, in memory.
struct HistoryLog: Sendable {
    /// Oldest first.
    private(set) var entries: [String]
    /// How many of the last entries no file has yet.
    private(set) var unsaved = 0
    let limit: Int

    init(_ entries: [String] = [], limit: Int) {
        self.entries = entries.suffix(limit)
        self.limit = limit
    }

    /// Adds a command, unless it is blank or the same as the one before it.
    mutating func append(_ entry: String) {
        guard entry.contains(where: { !$0.isWhitespace }), entry != entries.last else { return }
        entries.append(entry)
        unsaved += 1
        if entries.count > limit { entries.removeFirst(entries.count - limit) }
        unsaved = min(unsaved, entries.count)
    }

    /// The entries that no file has yet, which from now on count as saved.
    mutating func takeUnsaved() -> [String] {
        defer { unsaved = 0 }
        return Array(entries.suffix(unsaved))
    }

    /// Takes back `takeUnsaved`, after the file could not be written.
    mutating func returnUnsaved(_ count: Int) {
        unsaved = min(unsaved + count, entries.count)
    }
}
