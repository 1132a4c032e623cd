/// The formats that `format` and `--format` take.
package enum OutputFormat: String, CaseIterable, Sendable {
    case table
    /// For people too: a block of `column | value` lines for each row.
    case expanded
    case json
    case csv
    /// The commands that would create the listed objects.
    case script

    /// The names as users write them.
    package static let names = allCases.map(\.rawValue)
}
