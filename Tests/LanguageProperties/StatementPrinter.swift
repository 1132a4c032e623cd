@testable import CommandLanguage

extension Statement {
    /// The statement as source that is read as the same statement again, without a line end behind it.
    ///
    /// It holds what was written, secrets too.
    package var printed: String {
        var printer = StatementPrinter()
        printer.append(self)
        return printer.text
    }
}

extension Sequence<Statement> {
    /// The statements as source that is read as the same statements again, each from a line of its own on.
    package var printed: String {
        var printer = StatementPrinter()
        for statement in self { printer.appendLine(statement) }
        return printer.text
    }
}

/// Writes statements as source.
private struct StatementPrinter {
    private(set) var text = ""
    private var depth = 0

    mutating func appendLine(_ statement: Statement) {
        append(statement)
        text += "\n"
    }

    mutating func append(_ statement: Statement) {
        text += String(repeating: "    ", count: depth)
        switch statement {
        case .command(let invocation): append(invocation)
        case .include(let inclusion): append(inclusion.invocation)
        case .sleep(let pause): append(pause.invocation)
        case .wait(let wait):
            append(wait.invocation, operands: words(of: wait.condition, in: wait.invocation.source))
        case .assertion(let assertion):
            let source = assertion.invocation.source
            let message = assertion.message.map { [$0.printed(in: source)] } ?? []
            append(assertion.invocation, operands: words(of: assertion.condition, in: source) + message)
        case .transaction(let transaction):
            text += "transaction"
            append(transaction.body)
        case .attempt(let attempt):
            text += "try"
            append(attempt.body)
            append(attempt.otherwise, behind: " else")
            append(attempt.finally, behind: " finally")
        case .lock(let lock):
            text += "lock \(lock.name.printed(in: lock.source))"
            append(lock.body)
        case .loop(let loop):
            text += "foreach \(loop.variables.joined(separator: ", ")) in \(words(of: loop).joined(separator: " "))"
            append(loop.body)
        case .conditional(let conditional):
            append(conditional)
        }
        // What follows would be taken for a part of it.
        if text.utf8.last == UInt8(ascii: "\\") || text.utf8.last == UInt8(ascii: "\r") { text += " " }
    }

    private mutating func append(_ conditional: Conditional) {
        for (index, branch) in conditional.branches.enumerated() {
            let words = words(of: branch.condition, in: branch.condition.source)
            text += "\(index == 0 ? "" : " else ")if \(words.joined(separator: " "))"
            append(branch.body)
        }
        append(conditional.otherwise, behind: " else")
    }

    private mutating func append(_ body: [Statement]?, behind word: String) {
        guard let body else { return }
        text += word
        append(body)
    }

    private mutating func append(_ body: [Statement]) {
        text += " {\n"
        depth += 1
        for statement in body { appendLine(statement) }
        depth -= 1
        text += String(repeating: "    ", count: depth) + "}"
    }

    private func words(of loop: Loop) -> [String] {
        switch loop.elements {
        case .nodes: ["nodes"]
        case .roles: ["roles"]
        case .hypertables: ["hypertables"]
        case .words(let words): words.map { $0.printed(in: loop.source) }
        case .rows(let query, let source): [source.rawValue, query.inDollarQuotes]
        }
    }

    private func words(of condition: Condition, in source: SourceText) -> [String] {
        let alternatives = condition.alternatives.map { terms in
            terms.map { words(of: $0, in: source) }.joined(separator: ["and"])
        }
        return Array(alternatives.joined(separator: ["or"]))
    }

    private func words(of term: ConditionTerm, in source: SourceText) -> [String] {
        var subjects = term.words[...]
        let predicate = term.form.parts.map { part in
            switch part {
            case .word(let text): text
            case .subject(let operand) where operand.kind == .query: term.query?.inDollarQuotes ?? ""
            case .subject: subjects.popFirst()?.printed(in: source) ?? ""
            }
        }
        return term.isNegated ? ["not"] + predicate : predicate
    }

    // MARK: Commands

    private mutating func append(_ invocation: Invocation) {
        if let sql = invocation.text, sql.span.start == invocation.span.start {
            let written = invocation.source.text(sql.span)
            text += written
            // A comment at its end would hide the semicolon, and a backslash the line end.
            if written.utf8.contains(UInt8(ascii: "-")) {
                text += written.utf8.last == UInt8(ascii: "\\") ? " \n" : "\n"
            }
            text += ";"
        } else {
            append(invocation, operands: invocation.operands.map { $0.printed(in: invocation.source) })
        }
    }

    private mutating func append(_ invocation: Invocation, operands: [String]) {
        let options = invocation.options.map { option in
            let values = option.values.map { $0.printed(in: invocation.source) }
            return values.isEmpty ? option.syntax.name : "\(option.syntax.name)=\(values.joined(separator: " "))"
        }
        var parts = [invocation.syntax.name]
        if operands.contains(where: { $0.utf8.starts(with: "--".utf8) }) {
            parts += options + ["--"] + operands
        } else {
            parts += operands + options
        }
        if let sql = invocation.text {
            let written = sql.written(in: invocation.source)
            if written.utf8.starts(with: "--".utf8) { parts.append("--") }
            parts.append(written)
        }
        text += parts.joined(separator: " ")
    }
}

extension Word {
    /// The word as it is written so that it is read as the same word again.
    fileprivate func printed(in source: SourceText) -> String {
        var text = ""
        var endsInSingleQuote = false
        var endsInDollar = false
        for piece in pieces(in: source) {
            var isSingleQuoted = false
            switch piece {
            case .text(let part, quoted: false): text += part
            case .text(let part, quoted: true):
                // '…' right behind '…' would be one quote with a ' in it.
                isSingleQuoted = !endsInSingleQuote && !part.utf8.contains(UInt8(ascii: "\n"))
                text += isSingleQuoted ? part.singleQuoted : part.doubleQuoted
            case .variable(let name, let substitute, _):
                let variable = "${\(name)\(substitute?.written ?? "")}"
                // Bare behind $t it would make $t$, which opens a quote.
                text += endsInDollar ? "\"\(variable)\"" : variable
            case .alternatives(_, let written), .range(_, _, _, let written): text += written
            }
            endsInSingleQuote = isSingleQuoted
            if case .text(let part, quoted: false) = piece {
                endsInDollar = part.utf8.contains(UInt8(ascii: "$"))
            } else {
                endsInDollar = false
            }
        }
        return text
    }
}

extension SQLText {
    /// The SQL as it is written at the end of a command.
    fileprivate func written(in source: SourceText) -> String {
        let text = source.text(span)
        // What came as a word of a command line may be over lines, or quoted as a whole.
        var scanner = Scanner(SourceText(name: source.name, text))
        let again = try? scanner.sql(overLines: false)
        let isComment = text.utf8.first == UInt8(ascii: "#")
        if let again, scanner.isAtEnd, !isComment, again.placed(at: span).pieces == placed(at: span).pieces {
            return text
        }
        // A quoted text goes on over lines without a \, and so holds what was made of them.
        return inDollarQuotes
    }

    /// The SQL in quotes that do not occur in it.
    fileprivate var inDollarQuotes: String {
        let quoted = pieces.map(\.written).joined()
        var number = 0
        while Array(quoted.utf8).firstRange(of: Array("$q\(number)$".utf8)) != nil { number += 1 }
        return "$q\(number)$\(quoted)$q\(number)$"
    }
}

extension Word.Substitute {
    /// As it is written behind the name of its variable.
    var written: String {
        switch self {
        case .fallback(let text): ":-" + text
        case .error(let text): ":?" + text
        }
    }
}

extension SQLText.Piece {
    fileprivate var written: String {
        switch self {
        case .sql(let text): text
        case .literal(let name, _): ":'\(name)'"
        case .identifier(let name, _): ":\"\(name)\""
        }
    }
}
