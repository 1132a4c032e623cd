import MultiNode

extension KeptTable {
    /// With how many rows it has.
    var shown: String { rows.map { "\(table.shownName) (\($0.counted("row")))" } ?? table.shownName }
}
