import CommandLanguage
package import Rendering

/// The result of a command, independent of how it is shown.
package struct Outcome: Sendable {
    /// The rows it returns.
    package var table: Table?
    /// Rows that have been written already, as they came; what is left is their end.
    var rows: RowStream?
    /// The lines that people see instead of the table, behind the lines of its rows, or alone if there is no table.
    package var text: [String] = []
    /// Whether line ends in the lines of the text are its own, as in a help page, in a table or in SQL, where names are put
    /// in as a ``Message`` does. Elsewhere one is a part of a name, and would begin a line that the name says.
    var keepsLineEnds = false
    /// Whether the text is what was asked for, and not a report.
    private(set) var isLaidOut = false
    /// Whether programs get the text beside the rows, too.
    var tellsText = false
    /// The line that people see instead of a row of the table; nil where they see the table, or the text alone.
    var line: (@Sendable (_ row: [Value]) -> String)?
    /// What people see instead of table and text where the format is `table`.
    var screen: (any ScreenText)?
    /// What JSON has besides the rows.
    var facts: [JSON.Member] = []
    /// One for each node that the command asked.
    package var nodes: [NodeOutcome] = []
    package var changed = false
    package var status = ExitStatus.done
    /// The commands that would create the listed objects, for `--format script`; nil if the command has none.
    package var script: [String]?
    /// Failures of some nodes while others answered. They go to standard error, besides the answer.
    package var failures: [Failure] = []
    /// Whether the rows tell the failures, so that people need not be told twice.
    var tellsFailuresInRows = false
    /// Whether the secrets in the text are hidden already, each at its place.
    var hidesSecrets = false
    /// False if everything has been shown already.
    package var isShown = true
    /// Explanations: for people on standard error behind the table or the text, in JSON in a field.
    package var notes: [String] = []
    /// What only the text says, for programs, which see the table instead.
    var remarks: [String] = []
    /// The command that does what is left.
    package var rest: String?
    /// Changes to the session, applied before the answer is shown.
    var effects: [Effect] = []
    /// The problem in one line, shown on standard error because the table that also tells it may be discarded.
    package var complaint: String?
    /// Where the command stands; nil for one that was typed.
    private(set) var place: (source: SourceText, span: Span)?

    package init(
        table: Table? = nil, text: [String] = [], nodes: [NodeOutcome] = [], changed: Bool = false,
        status: ExitStatus = .done
    ) {
        self.table = table
        self.text = text
        self.nodes = nodes
        self.changed = changed
        self.status = status
    }

    /// An outcome that is a text with lines of its own.
    init(laidOut text: String) { self.init(laidOut: [text]) }

    init(laidOut lines: [String]) {
        text = lines
        keepsLineEnds = true
        isLaidOut = true
    }

    /// An outcome that consists only of effects.
    init(effects: [Effect], changed: Bool = false) { (self.effects, self.changed) = (effects, changed) }

    package static let nothing = Outcome()
}

extension Outcome {
    /// Has what failed told with the place of the command. Its line is not shown: of several failures each would show it.
    mutating func stand(at invocation: Invocation) {
        if invocation.source.isBeforeTheUser { return }
        place = (invocation.source, invocation.span)
        failures = failures.map(placed)
    }

    /// A failure with the place of the command, if it has none of its own.
    func placed(_ failure: Failure) -> Failure {
        guard let place, failure.place == nil else { return failure }
        var failure = failure.at(place.source, place.span)
        failure.hidesLine = true
        return failure
    }
}

extension Failure {
    /// The most reasons of an outcome that its failure names.
    private static let mostReasons = 3

    /// The failure that an outcome is whose status is not that of success.
    init(_ outcome: Outcome, of command: String) {
        let failed = outcome.nodes.filter { !$0.ok }
        let parts = failed.map { node in node.message.map { "\(node.node): \($0)" } ?? node.node }
        let (failures, complaint) = (outcome.failures, outcome.complaint)
        // Of the only one, what it is by itself.
        let only = failures.count == 1 && complaint == nil ? failures[0] : nil
        var reasons =
            failures.isEmpty && complaint == nil ? parts : only.map { [$0.message] } ?? failures.map(\.summary)
        if reasons.count > Self.mostReasons, !failures.isEmpty {
            reasons = reasons.prefix(Self.mostReasons) + ["and \((reasons.count - Self.mostReasons).counted("other"))"]
        }
        let why = reasons.isEmpty ? [] : [reasons.joined(separator: "; ")]
        let heads = [outcome.status == .interrupted ? "interrupted" : nil, complaint].compactMap(\.self)
        let text = (heads + why).joined(separator: ": ")
        let meaning = "\(command): \(outcome.status.meaning)"
        self.init(text.isEmpty ? meaning : text, status: outcome.status)
        nodes = outcome.nodes
        sqlstate = failures.first?.sqlstate
        detail = only?.detail
        if failures.count == 1 { (node, hint) = (failures[0].node, failures[0].hint) }
        let remedies = failures.compactMap(\.remedy).reduce(into: [String]()) { remedies, remedy in
            if !remedies.contains(remedy), remedies.count < Self.mostReasons { remedies.append(remedy) }
        }
        if !remedies.isEmpty { remedy = remedies.joined(separator: "\n") }
        rest = outcome.rest
        self = outcome.placed(self)
    }
}
