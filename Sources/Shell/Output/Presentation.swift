import CommandLanguage
import Postgres
import Rendering

/// Shows the outcomes of commands in the current format.
struct Presentation {
    private let output: Output
    private let settings: Settings

    init(_ output: Output, _ settings: Settings) {
        self.output = output
        self.settings = settings
    }

    /// - Parameters:
    ///   - paged: whether a pager may show it, if the settings allow one.
    ///   - isCaught: whether it failed in part and the script deals with that, so that people need not be told.
    nonisolated(nonsending) func show(
        _ outcome: Outcome, of command: String, paged: Bool = true, isCaught: Bool = false
    ) async throws(Failure) {
        guard outcome.isShown else { return }
        if !outcome.tellsFailuresInRows, !isCaught {
            for failure in outcome.failures { output.message(lines: failure.hiding(output.hiding).text) }
        }
        var outcome = outcome
        outcome.nodes = outcome.nodes.map { $0.hiding(output.hiding) }
        if !outcome.hidesSecrets { outcome.text = outcome.text.map(output.hidingInOwn) }
        if isCaught { outcome.complaint = nil }
        defer {
            if let complaint = outcome.complaint {
                let place = outcome.place.map { place in
                    let position = place.source.position(at: place.span.start)
                    return "\(place.source.name):\(position.line):\(position.column): "
                }
                output.message("\(place ?? "")error: \(complaint)")
            }
        }
        if settings.isQuiet {
            if outcome.status == .done || isCaught && settings.format != .json { return }
            outcome.keepOnlyFailedNodes()
        }
        if let rows = outcome.rows {
            try await rows.end(tail(outcome, of: command, failure: nil))
            return showNotes(outcome, isCaught: isCaught)
        }
        if let table = outcome.table { outcome.table = try settings.choosingColumns(of: table) }
        switch settings.format {
        case .json: try await stream(outcome.table ?? Table(columns: []), outcome, of: command)
        case .csv, .tsv, .jsonl:
            if let table = outcome.table {
                try await stream(table, outcome, of: command)
            } else if outcome.isLaidOut, settings.format != .jsonl {
                await write(output.text(outcome.ownLines), paged: false)
            } else if !outcome.text.isEmpty {
                // It is no row, and who changes something has to see that it is done.
                output.message(lines: outcome.ownLines.joined(separator: "\n"))
            }
        case .script:
            if let script = outcome.script {
                output.data(output.text(script))
            } else if outcome.table != nil {
                throw .noScript(of: command)
            }
        case .table, .expanded:
            if settings.format == .table, settings.columns == nil, let screen = outcome.screen {
                show(screen)
                // Who sees the screen sees what is wrong.
                if output.dataTerminal != nil { outcome.complaint = nil }
            } else if let table = outcome.table, table.count > 0, let line = outcome.line, settings.columns == nil {
                try await lay(out: table, by: line, outcome, of: command, paged: paged)
            } else if !outcome.text.isEmpty, settings.columns == nil || outcome.table == nil {
                await write(output.text(outcome.ownLines), paged: paged)
            } else if let table = outcome.table {
                try await lay(out: table, outcome, of: command, paged: paged)
            }
        }
        showNotes(outcome, isCaught: isCaught)
    }

    /// Shows what is told besides the answer. In JSON it is in the answer; the other formats for programs have no place for
    /// it, and what is left to do is told all the same.
    private func showNotes(_ outcome: Outcome, isCaught: Bool) {
        if settings.format == .json { return }
        if settings.format.isForPeople { for note in outcome.notes { output.message("note: \(note)") } }
        guard let rest = outcome.rest, !isCaught else { return }
        // It belongs to the failure, and so is told where only errors are.
        let isError = settings.isQuiet && outcome.status.isFailure
        output.message(isError ? "error: to go on: \(rest)" : "note: to go on: \(rest)")
    }

    private nonisolated(nonsending) func lay(
        out table: Table, _ outcome: Outcome, of command: String, paged: Bool
    ) async throws(Failure) {
        let style = settings.tableStyle(output)
        let table = style.color ? table.coloringStates() : table
        if table.count <= RowStream.measured { return await write(table.text(style), paged: paged) }
        try await stream(
            table, outcome, of: command, paged: paged, layout: .table(TableLayout(of: table, style)))
    }

    /// Writes a table as a line for each row, and the text behind them.
    private nonisolated(nonsending) func lay(
        out table: Table, by line: @escaping @Sendable ([Value]) -> String, _ outcome: Outcome, of command: String,
        paged: Bool
    ) async throws(Failure) {
        let lines = { @Sendable [output] row in output.text([printable(output.hidingInOwn(line(row)))]) }
        let behind = outcome.text.isEmpty ? [] : [output.text(outcome.ownLines)]
        if table.count <= RowStream.measured {
            let text = (0..<table.count).map { lines(table.row($0)) } + behind
            return await write(text.joined(separator: "\n"), paged: paged)
        }
        try await stream(table, outcome, of: command, paged: paged, layout: .lines(lines))
        for text in behind { output.data(text) }
    }

    /// Writes a table row by row.
    private nonisolated(nonsending) func stream(
        _ table: Table, _ outcome: Outcome, of command: String, paged: Bool = true, layout: RowLayout? = nil
    ) async throws(Failure) {
        // What is told although only errors are is one.
        var telling = settings
        telling.isQuiet = false
        let rows = RowStream(output, telling, of: command, isPaged: paged)
        rows.begin(table, layout: layout)
        for index in 0..<table.count where rows.take(table.row(index), styles: table.rowStyles(index)) {
            switch await rows.makeRoom(until: nil) {
            case .made: break
            case .unwanted, .timedOut: return output.keep(nil)
            case .cancelled: throw .interrupted
            }
        }
        try await rows.end(tail(outcome, of: command, failure: nil))
    }

    private func show(_ screen: any ScreenText) {
        let width = output.dataTerminal?.columns
        let lines = screen.lines(width: width, height: output.height, color: output.usesColor && width != nil)
        output.data(lines.joined(separator: "\n"))
    }

    private nonisolated(nonsending) func write(_ text: String, paged: Bool) async {
        if paged, settings.usesPager { await output.page(text) } else { output.data(text) }
    }

    /// Shows why a command failed, behind the rows that it has written already. That these are not all is told even where
    /// the script deals with the failure.
    nonisolated(nonsending) func show(
        _ failure: Failure, of command: String?, behind rows: RowStream?, isCaught: Bool = false
    ) async {
        guard let rows, !settings.isQuiet else {
            output.keep(nil)
            return show(failure, of: command, isCaught: isCaught)
        }
        let failure = failure.hiding(output.hiding)
        let tail = tail(Outcome(of: failure), of: command, failure: failure)
        // On a terminal it is to be seen below the rows; elsewhere whoever reads these may keep it waiting.
        if output.dataTerminal == nil { output.message(lines: failure.text) }
        await rows.breakOff(tail)
        if output.dataTerminal != nil { output.message(lines: failure.text) }
    }

    /// - Parameters:
    ///   - command: nil if it is unknown which one was meant.
    ///   - isCaught: whether the script deals with it, so that people need not be told.
    func show(_ failure: Failure, of command: String?, isCaught: Bool = false) {
        let failure = failure.hiding(output.hiding)
        if !isCaught { output.message(lines: failure.text) }
        answer(failure, of: command)
    }

    /// The object that programs get of a failure; nothing in other formats.
    private func answer(_ failure: Failure, of command: String?) {
        guard settings.format == .json else { return }
        output.data(json(command, Outcome(of: failure), failure: failure))
    }

    /// Shows what is wrong in texts of which nothing is run: to programs it is one failed command, whose error is the first.
    func show(_ faults: FaultList) {
        output.faults(faults)
        guard let first = faults.first.first else { return }
        answer(Failure(first, status: .usage).hiding(output.hiding), of: nil)
    }

    /// Says that a transaction was undone. Programs get an object of its own for it, because those of the commands in it
    /// said that they had changed something.
    func showUndone(_ message: String, severity: String) {
        output.message("\(severity): \(message)")
        guard settings.format == .json else { return }
        output.data(json(ControlSyntax.transaction.name, Outcome(), failure: Failure(message)))
    }

    /// Shows a text that can't be parsed as one failed command, whatever the number of its errors, because a program
    /// that writes commands waits for one answer to each.
    func show(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics.dropLast() { output.message(lines: diagnostic.shownText) }
        if let last = diagnostics.last { show(Failure(last, status: .usage), of: nil) }
    }

    /// An answer without rows.
    private func json(_ command: String?, _ outcome: Outcome, failure: Failure) -> String {
        JSON.object(
            Self.head(of: command, []) + [JSON.Member("rows", .array([]))]
                + tail(outcome, of: command, failure: failure)
        ).text
    }

    /// What stands before the rows of an answer.
    static func head(of command: String?, _ columns: [String]) -> [JSON.Member] {
        origin(command) + [JSON.Member("columns", .array(columns.map { .string($0) }))]
    }

    /// What every object begins with.
    static func origin(_ command: String?) -> [JSON.Member] {
        [JSON.Member("v", .integer(1)), JSON.Member("command", JSON(command))]
    }

    /// What stands behind the rows: how it ended is known only then.
    ///
    /// - Parameter failure: why the command failed; nil where the outcome tells it.
    private func tail(_ outcome: Outcome, of command: String?, failure: Failure?) -> [JSON.Member] {
        var members: [JSON.Member] = [
            JSON.Member("ok", .bool(failure == nil && outcome.status == .done)),
            JSON.Member("changed", .bool(outcome.changed)),
            JSON.Member("nodes", .array(outcome.nodes.map(\.json))),
        ]
        if outcome.table == nil && outcome.rows == nil || outcome.tellsText, failure == nil, !outcome.text.isEmpty {
            members.append(JSON.Member("messages", .array(outcome.text.map { .string($0) })))
        }
        if let failure {
            if !failure.done.isEmpty {
                members.append(JSON.Member("messages", .array(failure.done.map { .string($0) })))
            }
            let parts = failure.parts.filter { !$0.ok }
            if parts.count > 1, outcome.failures.isEmpty {
                let failures = parts.map { Failure("\($0.node): \($0.message ?? "")") }
                members.append(JSON.Member("failures", .array(failures.map(\.json))))
            }
        }
        let notes = outcome.notes.map(output.hiding) + outcome.remarks.map(output.hidingInOwn)
        if !notes.isEmpty { members.append(JSON.Member("notes", .array(notes.map { .string($0) }))) }
        if !outcome.failures.isEmpty {
            let failures = outcome.failures.map { $0.hiding(output.hiding).json }
            members.append(JSON.Member("failures", .array(failures)))
        }
        members += outcome.facts
        let own = outcome.status.isFailure ? Failure(outcome, of: command ?? "").hiding(output.hiding) : nil
        if let failure = failure ?? own { members.append(JSON.Member("error", failure.json)) }
        return members
    }
}

extension Outcome {
    /// The text without line ends that are not its own: such a one is a part of a name.
    fileprivate var ownLines: [String] { keepsLineEnds ? text : text.map(printable) }

    /// Leaves out the rows of the nodes of which nothing is wrong, in a table that has one for each node.
    fileprivate mutating func keepOnlyFailedNodes() {
        guard let table, table.columns.first?.name == "node", !nodes.isEmpty else { return }
        let good = Set(nodes.filter(\.ok).map(\.node)).subtracting(nodes.filter { !$0.ok }.map(\.node))
        let rows = (0..<table.count).map(table.row).filter { !good.contains($0.first?.text ?? "") }
        self.table = Table(columns: table.columns, rows: rows)
    }

    /// What a failure tells besides why.
    fileprivate init(of failure: Failure) {
        self.init(nodes: failure.nodes, changed: !failure.done.isEmpty || failure.mayHaveChanged)
    }
}
