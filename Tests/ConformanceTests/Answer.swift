import Postgres

/// An answer, the recorded one or that of the engine at hand, with what must agree between the two.
struct Answer: Equatable, CustomStringConvertible {
    struct Message: Hashable, Comparable {
        let severity: String
        let sqlstate: String?
        let text: String

        static func < (one: Self, other: Self) -> Bool {
            (one.severity, one.text) < (other.severity, other.text)
        }
    }

    enum Outcome: Equatable {
        case rows(columns: [String], [[String?]])
        case command(String)
        case error(Message, detail: String?, hint: String?)
    }

    private(set) var outcome: Outcome
    /// In no order: which of two nodes is heard first is chance.
    private(set) var notices: [Message] = []

    /// The recorded answer to a step, with the names of ports and variables replaced by their values.
    init?(_ step: RecordedStep, replacing names: [String: String]) {
        if let error = step.error {
            outcome = .error(
                Message(severity: "ERROR", sqlstate: error.sqlstate, text: error.message.replacing(names)),
                detail: error.detail?.replacing(names), hint: error.hint)
        } else if let columns = step.columns {
            outcome = .rows(
                columns: columns, (step.rows ?? []).map { row in row.map { $0.text?.replacing(names) } })
        } else if let command = step.command {
            outcome = .command(command)
        } else {
            return nil
        }
        notices = (step.notices ?? []).map {
            Message(severity: $0.severity ?? "", sqlstate: $0.sqlstate, text: $0.message.replacing(names))
        }
        normalize()
    }

    init(_ result: Result<QueryResult, PostgresError>, notices: [ServerMessage]) {
        switch result {
        case .success(let result) where result.columns.isEmpty:
            outcome = .command(result.commandTag)
        case .success(let result):
            outcome = .rows(columns: result.columns.map(\.name), result.rows)
        case .failure(let error):
            outcome = .error(
                Message(severity: "ERROR", sqlstate: error.sqlstate, text: error.message), detail: error.detail,
                hint: error.hint)
        }
        self.notices = notices.map { Message(severity: $0.severity, sqlstate: $0.sqlstate, text: $0.message) }
        normalize()
    }

    /// The answer with rows that are free to differ, such as object ids.
    var withoutRows: Answer {
        var copy = self
        if case .rows(let columns, _) = outcome { copy.outcome = .rows(columns: columns, []) }
        return copy
    }

    /// Levels what is free to differ: the wording of libpq, and which of several nodes that fail is named.
    private mutating func normalize() {
        if case .error(let message, let detail, let hint) = outcome {
            let text = message.text.replacing(#/^\[dn\d\]: /#, with: "[dn]: ")
            outcome = .error(
                Message(severity: message.severity, sqlstate: message.sqlstate, text: text),
                detail: message.sqlstate == "08001" ? nil : detail, hint: hint)
        }
        notices.sort()
    }

    var description: String {
        let outcome =
            switch outcome {
            case .rows(let columns, let rows):
                "\(columns.joined(separator: " | "))"
                    + rows.map { "\n  " + $0.map { $0 ?? "NULL" }.joined(separator: " | ") }.joined()
            case .command(let tag): tag
            case .error(let message, let detail, let hint):
                "ERROR \(message.sqlstate ?? "-----"): \(message.text)"
                    + (detail.map { "\n  DETAIL \($0)" } ?? "") + (hint.map { "\n  HINT \($0)" } ?? "")
            }
        return outcome + notices.map { "\n  \($0.severity) \($0.sqlstate ?? "-----"): \($0.text)" }.joined()
    }
}

extension String {
    /// With `{name}` replaced by the value of the name. Braces around anything else stay.
    func replacing(_ values: [String: String]) -> String {
        replacing(/\{([\w.]+)\}/) { match in values[String(match.1)] ?? String(match.0) }
    }
}
