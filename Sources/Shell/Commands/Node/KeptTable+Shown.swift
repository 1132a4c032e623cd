import MultiNode
import Operations

extension KeptTable {
    /// With how many rows it has.
    var shown: String { rows.map { "\(table.shownName) (\($0.counted("row")))" } ?? table.shownName }

    /// One with what had come of a chunk that is in no catalog any more.
    static func told(_ kept: KeptTable, on node: String) -> String {
        let what = kept.isCompressed ? "the compressed rows that had" : "what had"
        return
            "\(kept.shown) on \(node) has \(what) come there of a chunk that is gone, and that nobody is known to have "
            + "dropped: it may be all that is left; 'check' names it as long as it is there, and the line that puts its rows back"
    }

    /// One with rows that a copy alone had which nobody had proved, and which is dropped.
    static func told(_ kept: KeptTable, of copying: ChunkCopying) -> String {
        "\(copying.destination) keeps \(kept.shown), which its copy of \(copying.chunk?.shownName ?? "a chunk") had that nobody had proved, "
            + "and that on \(copying.source) has not: some may be as they were before they were changed or deleted; 'check' names the "
            + "table as long as it is there, and the line that puts its rows back"
    }
}

extension TablesAlone {
    /// As a person is told of them.
    var shown: String { all.map(\.shown).listed }
}
