import CommandLanguage
import Postgres
import Shell
import Testing

/// What `--check` does not look at any more: commands that say of themselves that nothing can be wrong with them.
@Suite struct PassingOverTests {
    /// Words of each kind that can be read as one, and where it matters some that mean nothing.
    private static func words(_ kind: ValueKind) -> [String] {
        switch kind {
        case .text: ["x", "''", "'a b'", "%"]
        case .newName, .node, .role, .sandboxNode: ["a", "b", "'A b'"]
        case .hypertable: ["t", "public.t", "a.b.c", "'a.'", ".a", "a\"b", "'\"a b\".c'", "{a,b}"]
        case .nodes: ["all", "a,b", "a,,b", "a*"]
        case .command, .file: ["x"]
        case .variable: ["v", "1v"]
        case .integer(let range): ["\(range.lowerBound)", "\(range.upperBound)"]
        case .duration: ["1ms", "1d"]
        case .choice(let choices): choices
        }
    }

    /// Operands as they may stand behind a command's name: each of its words, none and two of those that may be several.
    private static func operands(of command: CommandSyntax) -> [String] {
        var written = [""]
        for operand in command.operands {
            let words = words(operand.kind)
            var next = words
            if operand.arity == .optional || operand.arity == .zeroOrMore { next.append("") }
            if operand.expands { next += words.flatMap { first in words.map { first + " " + $0 } } }
            written = written.flatMap { before in next.map { before + " " + $0 } }
        }
        return written
    }

    private static func options(_ option: OptionSyntax) -> [String] {
        if option.value == nil { return [option.name] }
        return words(option.kind).map { option.name + " " + $0 }
    }

    /// Commands with none, one and two of their options, besides those they can't do without.
    private static func texts(of command: CommandSyntax) -> [String] {
        let required = command.options.filter(\.isRequired)
        let free = (command.options + Catalogue.table.universalOptions).filter { !$0.isRequired }
        let needed = required.reduce([""]) { texts, option in
            texts.flatMap { text in options(option).map { text + " " + $0 } }
        }
        var given = needed
        for (index, first) in free.enumerated() {
            for one in options(first) {
                given.append(needed[0] + " " + one)
                for second in free[(index + 1)...] {
                    given += options(second).map { needed[0] + " " + one + " " + $0 }
                }
            }
        }
        let text = command.text == nil ? "" : " SELECT 1"
        return operands(of: command).flatMap { operands in given.map { command.name + operands + $0 + text } }
    }

    @Test(arguments: Catalogue.types.indices) func nothingWrongIsPassedOver(_ index: Int) {
        let type = Catalogue.types[index]
        var passed = 0
        for text in Self.texts(of: type.syntax) {
            let (statements, _) = Parser.parse(SourceText(name: "t", text), table: Catalogue.table)
            guard case .command(let invocation)? = statements.first, statements.count == 1 else { continue }
            guard !type.mayBeWrong(invocation.outline) else { continue }
            passed += 1
            #expect(throws: Never.self, "\(text)") {
                _ = try Catalogue.command(Arguments(invocation, variables: Variables()))
            }
        }
        // Those of which a script may have many are.
        if [
            "node add", "node block", "node delete", "role create", "role grant", "hypertable replicate", "sql", "exec",
            "echo", "set",
        ].contains(type.syntax.name) {
            #expect(passed > 0)
        }
    }

    @Test(arguments: [
        "node add a a --host h", "role create a --on b --everywhere", "role drop a a", "role sync a a",
        "node add a --host h --password-prompt --password-stdin", "sql --into 1v SELECT 1", "set 1v x", "node add a,",
    ])
    func whatIsWrongIsFound(_ text: String) async throws {
        let faults = try await Session(target: ConnectionTarget(ConnectionParameters()), output: Output()).check([
            SourceText(name: "t", "echo before\n\(text)\necho behind")
        ])
        #expect(faults.count == 1)
    }
}
