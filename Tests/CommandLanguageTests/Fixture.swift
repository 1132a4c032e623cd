import CommandLanguage
import Testing

/// A table of commands in which every kind of operand, option and text occurs.
let table = CommandTable(
    [
        CommandSyntax("node list", "List the nodes"),
        CommandSyntax(
            "node add", "Add nodes",
            operands: [OperandSyntax("NAMES", .newName, .oneOrMore)],
            options: [
                OptionSyntax("--host", "H", .text, required: true, paired: true, "Where it is"),
                OptionSyntax("--port", "P", .integer(1...65535), paired: true, "Its port"),
                OptionSyntax("--if-not-exists", "Leave what is there"),
            ], changes: true),
        CommandSyntax(
            "node attach", "Attach nodes",
            operands: [OperandSyntax("NAMES", .node, .oneOrMore)],
            options: [OptionSyntax("--to", "TABLE", .hypertable, required: true, variadic: true, "To which")]),
        CommandSyntax("node delete", "Delete a node", operands: [OperandSyntax("NAME", .node)]),
        CommandSyntax("echo", "Print words", operands: [OperandSyntax("WORD", .text, .zeroOrMore)]),
        CommandSyntax(
            "set", "Set a variable",
            operands: [
                OperandSyntax("NAME", .variable), OperandSyntax("VALUE", .text, .optional, secretWith: "--secret"),
            ],
            options: [OptionSyntax("--secret", "Hide the value")]),
        CommandSyntax("timing", "Show times", operands: [OperandSyntax("WHEN", .choice(["on", "off"]))]),
        CommandSyntax("show-sql", "Show statements", operands: [OperandSyntax("WHEN", .choice(["on", "off"]))]),
        CommandSyntax(
            "sql", "Run a statement", options: [OptionSyntax("--into", "VAR", .variable, "Keep the answer")],
            text: "TEXT"),
        CommandSyntax(
            "exec", "Run on nodes",
            options: [
                OptionSyntax("--on", "NODES", .nodes, "Which nodes"),
                OptionSyntax("--no-transaction", "Each by itself"),
            ], text: "TEXT", changes: true),
    ],
    universalOptions: [
        OptionSyntax("--yes", "Do not ask"),
        OptionSyntax("--format", "FORMAT", .choice(["table", "json"]), "How it is shown"),
    ],
    bareSQL: (["SELECT", "WITH", "TABLE", "SHOW", "EXPLAIN", "VALUES"], "sql"))

/// What a text is read as, a line for each command and each error.
func reading(of text: String, name: String = "t") -> [String] { reading(of: SourceText(name: name, text)) }

func reading(of source: SourceText) -> [String] {
    var parser = Parser(source, table: table)
    var lines: [String] = []
    while true {
        switch parser.next() {
        case .statement(let statement): lines.append(statement.summary)
        case .failure(let diagnostics): lines += diagnostics.map(\.summary)
        case .incomplete(let reason): return lines + ["incomplete: \(reason)"]
        case .end: return lines
        }
    }
}

/// The commands and errors of a text, of which the first must be a command.
func invocation(_ text: String) throws -> Invocation {
    var parser = Parser(SourceText(name: "t", text), table: table)
    switch parser.next() {
    case .statement(.command(let invocation)): return invocation
    case .failure(let diagnostics): throw diagnostics.first ?? NothingRead.failure
    case .statement(.sleep(let pause)): return pause.invocation
    case .statement, .incomplete, .end: throw NothingRead.failure
    }
}

enum NothingRead: Error { case failure }

/// The values of an `echo`, with variables replaced: one for each word.
func echoed(_ words: String, _ variables: Variables = Variables()) throws -> [String] {
    try Arguments(try invocation("echo " + words), variables: variables).operands("WORD").map(\.text)
}

func variables(_ values: [String: String], secrets: [String: String] = [:]) -> Variables {
    var variables = Variables(environment: { $0 == "HOME" ? "/home/me" : nil })
    for (name, value) in values { variables[name] = Variables.Value(value) }
    for (name, value) in secrets { variables[name] = Variables.Value(value, isSecret: true) }
    return variables
}

/// The message of the error that `body` throws; what it returned instead where it throws none.
func message<Result>(of body: () throws -> Result) -> String {
    do {
        return "no error: \(try body())"
    } catch let error as Diagnostic {
        return error.message
    } catch {
        return "\(error)"
    }
}

extension Diagnostic {
    /// `line:column-column: message (help)`
    var summary: String {
        let end = source.position(at: span.end)
        let place = "\(position.line):\(position.column)-"
        let last = end.line == position.line ? "\(end.column)" : "\(end.line):\(end.column)"
        return "\(place)\(last): \(message)\(help.map { " (\($0))" } ?? "")"
    }
}

extension Statement {
    /// The same for a statement with blocks, on one line.
    var summary: String {
        switch self {
        case .command(let invocation): invocation.summary
        case .include(let inclusion): "\(inclusion.invocation.summary) of \(inclusion.file)"
        case .sleep(let pause): pause.invocation.summary
        case .transaction(let transaction): "transaction \(transaction.body.summary)"
        case .loop(let loop):
            "foreach \(loop.variable) in \(loop.elements.summary(in: loop.source)) \(loop.body.summary)"
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
    var summary: String { isEmpty ? "{}" : "{ \(map(\.summary).joined(separator: "; ")) }" }
}

extension Loop.Elements {
    func summary(in source: SourceText) -> String {
        switch self {
        case .nodes: "the nodes"
        case .roles: "the roles"
        case .hypertables: "the hypertables"
        case .words(let words): words.map { "[\($0.summary(in: source))]" }.joined(separator: " ")
        }
    }
}

extension Condition {
    var summary: String { (isNegated ? "not " : "") + predicate.summary(in: source) }
}

extension Predicate {
    func summary(in source: SourceText) -> String {
        switch self {
        case .nodeExists(let node): "node [\(node.summary(in: source))] exists"
        case .nodeUp(let node): "node [\(node.summary(in: source))] up"
        case .nodeAvailable(let node): "node [\(node.summary(in: source))] available"
        case .nodeAttached(let node, let table):
            "node [\(node.summary(in: source))] attached to [\(table.summary(in: source))]"
        case .roleExists(let role, let everywhere):
            "role [\(role.summary(in: source))] exists\(everywhere ? " everywhere" : "")"
        case .hypertableExists(let table): "hypertable [\(table.summary(in: source))] exists"
        case .hypertableReplicated(let table): "hypertable [\(table.summary(in: source))] replicated"
        case .clusterHealthy: "cluster healthy"
        case .inDoubtNone: "in-doubt none"
        case .equal(let left, let right): "[\(left.summary(in: source))] == [\(right.summary(in: source))]"
        case .notEqual(let left, let right): "[\(left.summary(in: source))] != [\(right.summary(in: source))]"
        }
    }
}

extension Invocation {
    /// `name [operand] --option=value | SQL`, each word as the pieces it is made of.
    var summary: String {
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
    func summary(in source: SourceText) -> String { pieces(in: source).map(\.summary).joined(separator: "+") }
}

extension Word.Piece {
    var summary: String {
        switch self {
        case .text(let text, quoted: true): "'\(text)'"
        case .text(let text, quoted: false): text
        case .variable(let name, let fallback, _): "${\(name)\(fallback.map { ":-" + $0 } ?? "")}"
        case .alternatives(let alternatives, _):
            "{" + alternatives.map { $0.map(\.summary).joined(separator: "+") }.joined(separator: "|") + "}"
        case .range(let first, let last, let width, _): "{\(first)...\(last) width \(width)}"
        }
    }
}

extension SQLText {
    var summary: String {
        pieces.map {
            switch $0 {
            case .sql(let text): text
            case .literal(let name, _): "<literal \(name)>"
            case .identifier(let name, _): "<identifier \(name)>"
            }
        }.joined()
    }
}

/// One row of a table of readings.
struct Case: Sendable, CustomTestStringConvertible {
    let text: String
    let expected: [String]

    init(_ text: String, _ expected: String...) {
        self.text = text
        self.expected = expected
    }

    var testDescription: String { text.debugDescription }
}
