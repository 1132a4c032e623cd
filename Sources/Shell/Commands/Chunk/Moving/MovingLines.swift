import CommandLanguage
import Rendering

/// Moves of chunks as people read them, a line each: a table of them is wider than a terminal.
enum MovingLines {
    static let nothing = "nothing to do"

    fileprivate static func nothing(_ isStuck: Bool) -> String {
        isStuck ? "nothing can be done as things are" : nothing
    }

    @Sendable fileprivate static func line(_ row: [Value]) -> String {
        let values = row.map(\.text) + Array(repeating: "", count: max(0, 11 - row.count))
        let (action, table, from, to) = (values[0], values[1], values[3], values[4])
        let chunk = bare(chunk: values[2])
        let state = values[6]
        let places =
            (from.isEmpty ? "" : to.isEmpty ? " on \(from)" : " from \(from)") + (to.isEmpty ? "" : " to \(to)")
        let what = "\(chunk) of \(table)\(places)"
        var facts: [String] = []
        if let bytes = Int64(values[5]), bytes > 0 { facts.append(ByteCount.text(bytes)) }
        if let rows = Int(values[7]) { facts.append(rows.counted("row")) }
        if let time = Double(values[8]) { facts.append(Self.time(time)) }
        if let held = Double(values[9]) { facts.append("writers waited \(Self.time(held))") }
        if !values[10].isEmpty { facts.append(values[10]) }
        let head = state.isEmpty ? "\(action) \(what)" : "\(state): \(what)"
        return facts.isEmpty ? head : "\(head): \(facts.joined(separator: ", "))"
    }

    /// A chunk's name without the schema that nearly all are in.
    static func bare(chunk: String) -> String {
        chunk.hasPrefix(internalSchema) ? String(chunk.dropFirst(internalSchema.count)) : chunk
    }

    private static let internalSchema = "_timescaledb_internal."

    /// `344 ms`, `1.6 s`, `2 min`.
    private static func time(_ milliseconds: Double) -> String {
        if milliseconds < 1000 { return "\(Int(milliseconds.rounded())) ms" }
        if milliseconds < 60_000 { return "\((milliseconds / 100).rounded() / 10) s" }
        return roughTime(.milliseconds(Int64(milliseconds)))
    }
}

extension Outcome {
    /// Has people see the rows of its table as lines, each made when it is written: there may be many.
    ///
    /// - Parameter isStuck: whether there is something that can't be done.
    mutating func showLines(isStuck: Bool) {
        line = MovingLines.line
        text = (table?.count ?? 0) == 0 ? [MovingLines.nothing(isStuck)] : []
    }
}
