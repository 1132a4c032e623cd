/// The formats that `format` and `--format` take.
package enum OutputFormat: String, CaseIterable, Sendable {
    case table
    /// A block of `column | value` lines for each row, for people too.
    case expanded
    case json
    case csv
    /// The commands that would make what is listed.
    case script

    /// As they are written.
    package static let names = allCases.map(\.rawValue)
}
