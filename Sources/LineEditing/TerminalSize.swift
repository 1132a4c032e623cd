/// The size of a terminal.
struct TerminalSize: Equatable, Sendable {
    var columns: Int
    var rows: Int
}
