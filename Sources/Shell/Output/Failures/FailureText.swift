package import CommandLanguage
import Rendering

extension Diagnostic {
    /// The error as text for people. A line with a password in a conninfo string is not shown, and neither is the
    /// password where the message quotes what was written.
    package var shownText: String {
        // A line too long to be shown is not searched: that would take long, for each error in it.
        let line =
            source.line(at: span.start, longest: Self.longestLine)
            .map { String(decoding: $0.bytes, as: UTF8.self) } ?? ""
        let shown = replacing(Secrets.hiding(inSQL: message), help: help.map(Secrets.hiding(inSQL:)))
        let hidesLine = hidesLine || Secrets.areIn(line: line)
        return (hidesLine ? shown.hidingLine() : shown).text(width: displayWidth(of:))
    }
}

extension Failure {
    /// The failure as text for people; its place comes first if it has one.
    package var text: String { hiding(Secrets.hiding(inSQL:)).textAsItIs }

    private var textAsItIs: String {
        // Further lines of a server's or libpq's message go below the place.
        let lines = message.split(whereSeparator: \.isNewline).map { line in
            // libpq indents them itself.
            line.drop { $0 == "\t" }.replacing("\t", with: "  ")
        }.map(String.init)
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
        // Deeper than what is told below: a name with a line end in it can't look like that.
        for line in lines.dropFirst() { text += "\(margin)  \(line)\n" }
        func add(_ label: String, _ value: String?) {
            guard let value, !value.isEmpty else { return }
            let lines = value.replacing("\t", with: "  ").split(whereSeparator: \.isNewline)
            text += "\(margin)\(label): \(lines.joined(separator: "\n\(margin)  "))\n"
        }
        add("sqlstate", sqlstate)
        add("node", node)
        add("detail", detail)
        add("hint", hint)
        for line in done { add("done", line) }
        // For a single part, the message has said it all.
        for part in parts where !part.ok && parts.count > 1 {
            add("failed", part.node + (part.message.map { ": \($0)" } ?? ""))
        }
        add("help", remedy)
        add(restLabel, rest)
        return text
    }

    var json: JSON { hiding(Secrets.hiding(inSQL:)).jsonAsItIs }

    private var jsonAsItIs: JSON {
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
