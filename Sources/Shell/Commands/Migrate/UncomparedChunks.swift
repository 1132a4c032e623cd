import CommandLanguage
import MultiNode

/// What is said of chunks that are copied and whose rows nobody has compared.
enum UncomparedChunks {
    /// - Parameter count: more than none.
    static func told(_ count: Int, of migration: Migration) -> String {
        let name = migration.source.shownName
        return
            "\(count.counted("copied chunk")) of \(name) \(count == 1 ? "was" : "were") not compared row for row: 'migrate verify \(Quoting.word(name))' does that"
    }
}
