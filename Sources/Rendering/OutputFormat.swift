/// The formats that `format` and `--format` take.
package enum OutputFormat: String, CaseIterable, Sendable {
    case table
    case json
    case csv
    /// The commands that would make what is listed.
    case script
}
