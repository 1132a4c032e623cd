import CommandLanguage
import MultiNode

/// What is said of chunks that are copied and whose rows nobody has compared.
enum UncomparedChunks {
    /// - Parameters:
    ///   - count: more than none.
    ///   - isCutOver: whether the new table is the one that is written to.
    static func told(_ count: Int, of migration: Migration, isCutOver: Bool) -> String {
        let name = migration.source.shownName
        let what = "\(count.counted("copied chunk")) of \(name) \(count == 1 ? "was" : "were") not compared row for row"
        let limit =
            isCutOver
            ? "what is written to before that can't be proved any more"
            : "behind the cut-over, what is written to can't be proved any more"
        return "\(what): 'migrate verify \(Quoting.word(name))' does that; \(limit)"
    }
}
