/// The formats that `format` and `--format` take.
package enum OutputFormat: String, CaseIterable, Sendable {
    case table
    /// For people too: a block of `column | value` lines for each row.
    case expanded
    case json
    /// An object of JSON for each row.
    case jsonl
    case csv
    case tsv
    /// The commands that would create the listed objects.
    case script

    /// The names as users write them.
    package static let names = allCases.map(\.rawValue)

    package var isForPeople: Bool { self == .table || self == .expanded }

    /// Whether values stand in it as they are; in the others nothing is left in them that a terminal would obey.
    package var isBare: Bool { self == .csv || self == .tsv }

    /// Whether arrays are such in it, and not the text that PostgreSQL writes.
    package var hasArrays: Bool { self == .json || self == .jsonl }

    /// What writes rows in it, by themselves; nil where rows are laid out, or are a part of something else.
    ///
    /// - Parameter null: what stands for a null, where the format has no word for it.
    package func encoder(null: String) -> (any RowEncoder)? {
        switch self {
        case .csv: CSVEncoder(null: null)
        case .tsv: TSVEncoder(null: null)
        case .jsonl: JSONLinesEncoder()
        case .json, .table, .expanded, .script: nil
        }
    }
}
