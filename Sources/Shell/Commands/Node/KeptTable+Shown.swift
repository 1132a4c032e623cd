import MultiNode
import Operations

extension KeptTable {
    /// With how many rows it has.
    var shown: String { rows.map { "\(table.shownName) (\($0.counted("row")))" } ?? table.shownName }
}

extension TablesAlone {
    /// As a person is told of them.
    var shown: String { all.map(\.shown).listed }
}
