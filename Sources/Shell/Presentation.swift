package import CommandLanguage
import Rendering

/// Showing what commands answer, in the format that is set.
extension Session {
    /// - Parameter paged: whether a pager may show it, where the settings allow one.
    func show(_ outcome: Outcome, of command: String, in format: OutputFormat, paged: Bool = true) throws(Failure) {
        guard outcome.isShown else { return }
        for failure in outcome.failures { output.message(failure.hiding(output.hiding).text) }
        var outcome = outcome
        outcome.nodes = outcome.nodes.map { $0.hiding(output.hiding) }
        outcome.text = outcome.text.map(output.hiding)
        defer { if let complaint = outcome.complaint { output.message("error: \(complaint)") } }
        switch format {
        case .json:
            output.data(json(command, outcome, failure: nil).text)
        case .csv:
            if let table = outcome.table { output.data(table.csv()) }
        case .script:
            if let script = outcome.script {
                output.data(script.joined(separator: "\n"))
            } else if outcome.table != nil {
                throw Failure("\(command) has no form as a script", remedy: "table, json and csv show it")
            }
        case .table, .expanded:
            let write = paged && settings.usesPager ? output.page : output.data
            if !outcome.text.isEmpty {
                write(output.text(outcome.text))
            } else if let table = outcome.table {
                let automatic = output.dataTerminal == nil ? TableStyle.Expanded.never : .automatic
                let style = TableStyle(
                    width: output.dataTerminal?.columns, color: output.usesColor && output.dataTerminal != nil,
                    expanded: format == .expanded ? .always : automatic)
                write((style.color ? table.coloringStates() : table).text(style))
                for note in outcome.notes { output.message("note: \(note)") }
            }
        }
    }

    /// - Parameter command: nil where it is not known which was meant.
    func show(_ failure: Failure, of command: String?, in format: OutputFormat) {
        let failure = failure.hiding(output.hiding)
        output.message(failure.text)
        guard format == .json else { return }
        var outcome = Outcome(nodes: failure.nodes)
        outcome.changed = !failure.done.isEmpty
        output.data(json(command, outcome, failure: failure).text)
    }

    /// What can't be parsed is one failed command, whatever number of errors it has: a program that writes commands
    /// waits for one answer to each.
    func show(_ diagnostics: [Diagnostic], in format: OutputFormat) {
        for diagnostic in diagnostics.dropLast() { output.message(diagnostic.shownText) }
        if let last = diagnostics.last { show(Failure(last, status: .usage), of: nil, in: format) }
    }

    private func json(_ command: String?, _ outcome: Outcome, failure: Failure?) -> JSON {
        var members: [JSON.Member] = [
            JSON.Member("command", JSON(command)),
            JSON.Member("ok", .bool(failure == nil && outcome.status == .done)),
            JSON.Member("changed", .bool(outcome.changed)),
            JSON.Member("columns", .array((outcome.table?.columns ?? []).map { .string($0.name) })),
            JSON.Member("rows", .array((outcome.table?.rows ?? []).map { .array($0.map(\.json)) })),
            JSON.Member("nodes", .array(outcome.nodes.map(\.json))),
        ]
        if outcome.table == nil, failure == nil, !outcome.text.isEmpty {
            members.append(JSON.Member("messages", .array(outcome.text.map { .string($0) })))
        }
        if let failure { members.append(JSON.Member("error", failure.json)) }
        return .object(members)
    }
}

extension SourceText {
    static let promptName = "<prompt>"

    /// Whether a person sees the command right above the error: it need not be shown again.
    var isBeforeTheUser: Bool { name == Self.promptName || name == ArgumentWords.sourceName }
}

extension NodeOutcome {
    var json: JSON {
        .object([
            JSON.Member("node", .string(node)), JSON.Member("ok", .bool(ok)), JSON.Member("sqlstate", JSON(sqlstate)),
            JSON.Member("message", JSON(message)),
            JSON.Member("ms", milliseconds.map { .number(JSON.rounded($0)) } ?? .null),
        ])
    }
}

extension JSON {
    init(_ text: String?) { self = text.map { .string($0) } ?? .null }

    /// A number with one decimal.
    static func rounded(_ number: Double) -> String { String((number * 10).rounded() / 10) }
}

extension Diagnostic {
    /// The error as a person reads it; a line with a password in a conninfo string is not shown.
    package var shownText: String {
        // A line that is too long to be shown is not searched, which would take long for each of its errors.
        let line =
            source.line(at: span.start, longest: Self.longestLine)
            .map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
        return (Secrets.areIn(line: line) ? hidingLine() : self).text(width: displayWidth(of:))
    }
}

extension Failure {
    /// The failure as a person reads it, with its place first where it has one.
    package var text: String {
        // What a server or libpq says on further lines is told below the place of the first.
        let lines = message.replacing("\t", with: "  ").split(whereSeparator: \.isNewline).map(String.init)
        var text: String
        var margin = ""
        if let place {
            let diagnostic = Diagnostic(lines.first ?? "", at: place.span, in: place.source)
            text = (hidesLine ? diagnostic.hidingLine() : diagnostic).shownText
            margin = "   "
        } else {
            text = "error: \(lines.first ?? "")\n"
            margin = "  "
        }
        for line in lines.dropFirst() { text += "\(margin)\(line)\n" }
        func add(_ label: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            let lines = value.replacing("\t", with: "  ").split(separator: "\n", omittingEmptySubsequences: true)
            text += "\(margin)\(label): \(lines.joined(separator: "\n\(margin)  "))\n"
        }
        add("sqlstate", sqlstate)
        add("node", node)
        add("detail", detail)
        add("hint", hint)
        for line in done { add("done", line) }
        // Of a single one all has been said.
        for part in parts where !part.ok && parts.count > 1 {
            add("failed", part.node + (part.message.map { ": \($0)" } ?? ""))
        }
        add("help", remedy)
        add("the rest", rest)
        return text
    }

    var json: JSON {
        let position = place.map { $0.source.position(at: $0.span.start) }
        return .object([
            JSON.Member("message", .string(message)), JSON.Member("sqlstate", JSON(sqlstate)),
            JSON.Member("detail", JSON(detail)),
            JSON.Member("hint", JSON(hint)), JSON.Member("help", JSON(remedy)), JSON.Member("rest", JSON(rest)),
            JSON.Member("node", JSON(node)),
            JSON.Member("file", JSON(place?.source.name)),
            JSON.Member("line", position.map { .integer(Int64($0.line)) } ?? .null),
            JSON.Member("column", position.map { .integer(Int64($0.column)) } ?? .null),
        ])
    }
}
