import CommandLanguage
import Rendering

/// Shows the outcomes of commands in the current format.
struct Presentation {
    private let output: Output
    private let settings: Settings

    init(_ output: Output, _ settings: Settings) {
        self.output = output
        self.settings = settings
    }

    /// - Parameter paged: whether a pager may show it, if the settings allow one.
    nonisolated(nonsending) func show(
        _ outcome: Outcome, of command: String, paged: Bool = true
    ) async throws(Failure) {
        guard outcome.isShown else { return }
        for failure in outcome.failures { output.message(failure.hiding(output.hiding).text) }
        var outcome = outcome
        outcome.nodes = outcome.nodes.map { $0.hiding(output.hiding) }
        if !outcome.hidesSecrets { outcome.text = outcome.text.map(output.hidingInOwn) }
        defer { if let complaint = outcome.complaint { output.message("error: \(complaint)") } }
        switch settings.format {
        case .json:
            output.data(json(command, outcome, failure: nil).text)
        case .csv:
            if let table = outcome.table { output.data(output.text([table.csv(null: settings.nullText ?? "")])) }
        case .script:
            if let script = outcome.script {
                output.data(output.text(script))
            } else if outcome.table != nil {
                throw Failure("\(command) has no form as a script", remedy: "table, json and csv show it")
            }
        case .table, .expanded:
            if settings.format == .table, let screen = outcome.screen {
                show(screen)
                // Who sees the screen sees what is wrong.
                if output.dataTerminal != nil { outcome.complaint = nil }
            } else if !outcome.text.isEmpty {
                await write(output.text(outcome.text), paged: paged)
            } else if let table = outcome.table {
                let automatic = output.dataTerminal == nil ? TableStyle.Expanded.never : .automatic
                let style = TableStyle(
                    width: output.dataTerminal?.columns, color: output.usesColor && output.dataTerminal != nil,
                    expanded: settings.format == .expanded ? .always : automatic,
                    null: settings.nullText ?? NullCommand.standardText)
                await write((style.color ? table.coloringStates() : table).text(style), paged: paged)
            }
            for note in outcome.notes { output.message("note: \(note)") }
        }
    }

    private func show(_ screen: any ScreenText) {
        let width = output.dataTerminal?.columns
        let lines = screen.lines(width: width, height: output.height, color: output.usesColor && width != nil)
        output.data(lines.joined(separator: "\n"))
    }

    private nonisolated(nonsending) func write(_ text: String, paged: Bool) async {
        if paged, settings.usesPager { await output.page(text) } else { output.data(text) }
    }

    /// - Parameter command: nil if it is unknown which one was meant.
    func show(_ failure: Failure, of command: String?) {
        let failure = failure.hiding(output.hiding)
        output.message(failure.text)
        guard settings.format == .json else { return }
        var outcome = Outcome(nodes: failure.nodes)
        outcome.changed = !failure.done.isEmpty || failure.mayHaveChanged
        output.data(json(command, outcome, failure: failure).text)
    }

    /// Says that a transaction was undone. Programs get an object of its own for it, because those of the commands in it
    /// said that they had changed something.
    func showUndone(_ message: String, severity: String) {
        output.message("\(severity): \(message)")
        guard settings.format == .json else { return }
        output.data(json(ControlSyntax.transaction.name, Outcome(), failure: Failure(message)).text)
    }

    /// Shows a text that can't be parsed as one failed command, whatever the number of its errors, because a program
    /// that writes commands waits for one answer to each.
    func show(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics.dropLast() { output.message(diagnostic.shownText) }
        if let last = diagnostics.last { show(Failure(last, status: .usage), of: nil) }
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
        members += outcome.facts
        if let failure { members.append(JSON.Member("error", failure.json)) }
        return .object(members)
    }
}
