package import CommandLanguage

extension Diagnostic {
    /// `line:column-column: message (help)`
    package var summary: String {
        let end = source.position(at: span.end)
        let place = "\(position.line):\(position.column)-"
        let last = end.line == position.line ? "\(end.column)" : "\(end.line):\(end.column)"
        return "\(place)\(last): \(message)\(help.map { " (\($0))" } ?? "")"
    }
}

extension Statement {
    /// The same for a statement with blocks, on one line.
    package var summary: String {
        switch self {
        case .command(let invocation): invocation.summary
        case .include(let inclusion): "\(inclusion.invocation.summary) of \(inclusion.file)"
        case .sleep(let pause): pause.invocation.summary
        case .transaction(let transaction): "transaction \(transaction.body.summary)"
        case .attempt(let attempt):
            "try \(attempt.body.summary)\(attempt.otherwise.map { " else \($0.summary)" } ?? "")"
                + (attempt.finally.map { " finally \($0.summary)" } ?? "")
        case .lock(let lock): "lock [\(lock.name.summary(in: lock.source))] \(lock.body.summary)"
        case .loop(let loop):
            "foreach \(loop.variables.joined(separator: ",")) in \(loop.elements.summary(in: loop.source)) \(loop.body.summary)"
        case .wait(let wait):
            (["wait until", wait.condition.summary]
                + wait.invocation.options.map {
                    "\($0.syntax.name)=\($0.values.map { $0.summary(in: wait.invocation.source) }.joined())"
                })
                .joined(separator: " ")
        case .assertion(let assertion):
            "assert \(assertion.condition.summary)\(assertion.message.map { " else [\($0.summary(in: assertion.invocation.source))]" } ?? "")"
        case .conditional(let conditional):
            conditional.branches.map { "if \($0.condition.summary) \($0.body.summary)" }.joined(separator: " else ")
                + (conditional.otherwise.map { " else \($0.summary)" } ?? "")
        }
    }
}

extension [Statement] {
    package var summary: String { isEmpty ? "{}" : "{ \(map(\.summary).joined(separator: "; ")) }" }
}

extension Loop.Elements {
    package func summary(in source: SourceText) -> String {
        switch self {
        case .nodes: "the nodes"
        case .roles: "the roles"
        case .hypertables: "the hypertables"
        case .words(let words): words.map { "[\($0.summary(in: source))]" }.joined(separator: " ")
        case .rows(let query, let source): "the \(source) | \(query.summary)"
        }
    }
}

extension Condition {
    package var summary: String {
        alternatives.map { $0.map(\.summary).joined(separator: " and ") }.joined(separator: " or ")
    }
}

extension ConditionTerm {
    package var summary: String {
        var subjects = words[...]
        let parts = form.parts.map { part in
            switch part {
            case .word(let text): text
            case .subject where query != nil: "| \(query?.summary ?? "")"
            case .subject: "[\(subjects.popFirst()?.summary(in: source) ?? "")]"
            }
        }
        return ((isNegated ? ["not"] : []) + parts).joined(separator: " ")
    }
}

extension Invocation {
    /// `name [operand] --option=value | SQL`, each word as the pieces it is made of.
    package var summary: String {
        var parts = [syntax.name] + operands.map { "[\($0.summary(in: source))]" }
        for option in options {
            parts.append(
                ([option.syntax.name] + option.values.map { "[\($0.summary(in: source))]" }).joined(separator: "="))
        }
        if let text { parts.append("| " + text.summary) }
        return parts.joined(separator: " ")
    }
}

extension Word {
    package func summary(in source: SourceText) -> String { pieces(in: source).map(\.summary).joined(separator: "+") }
}

extension Word.Piece {
    package var summary: String {
        switch self {
        case .text(let text, quoted: true): "'\(text)'"
        case .text(let text, quoted: false): text
        case .variable(let name, let substitute, _): "${\(name)\(substitute?.written ?? "")}"
        case .alternatives(let alternatives, _):
            "{" + alternatives.map { $0.map(\.summary).joined(separator: "+") }.joined(separator: "|") + "}"
        case .range(let first, let last, let width, _): "{\(first)...\(last) width \(width)}"
        }
    }
}

extension SQLText {
    package var summary: String {
        pieces.map {
            switch $0 {
            case .sql(let text): text
            case .literal(let name, _): "<literal \(name)>"
            case .identifier(let name, _): "<identifier \(name)>"
            }
        }.joined()
    }
}
