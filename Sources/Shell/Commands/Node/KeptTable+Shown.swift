import MultiNode
import Operations

extension KeptTable {
    /// With how many rows it has.
    var shown: String { rows.map { "\(table.shownName) (\($0.counted("row")))" } ?? table.shownName }

    /// One with what had come of a chunk that is in no catalog any more.
    static func told(_ kept: KeptTable, on node: String) -> String {
        "\(kept.shown) on \(node) has what had come there of a chunk that is gone, and that nobody is known to have dropped: it may "
            + "be all that is left; INSERT its rows where they belong, and drop it then: query --on \(Quoting.word(node)) "
            + "SELECT * FROM \(kept.table.quoted) LIMIT 10"
    }
}

extension TablesAlone {
    /// As a person is told of them.
    var shown: String { all.map(\.shown).listed }
}
