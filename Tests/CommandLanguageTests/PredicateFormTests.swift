import LanguageProperties
import Testing

@testable import CommandLanguage

/// Each form of the table is read, printed, completed and explained.
@Suite struct PredicateFormTests {
    /// A form as it may be written, with words of their own at the places of its subjects.
    struct Sample: Sendable, CustomTestStringConvertible {
        let form: PredicateForm
        let words: [String]

        init(_ form: PredicateForm) {
            self.form = form
            words = form.parts.map { part in
                switch part {
                case .word(let text): text
                case .subject(let operand): Self.example(operand)
                }
            }
        }

        /// A word that can stand at an operand's place.
        private static func example(_ operand: OperandSyntax) -> String {
            switch operand.kind {
            case .quantity: "10GB"
            case .query: "$q0$SELECT(1)$q0$"
            default: "my-\(operand.name)"
            }
        }

        var text: String { words.joined(separator: " ") }
        /// The form as the help would show it if it were the only one of its kind.
        var usage: String { [form].usages[0] }
        var testDescription: String { usage }
    }

    static let samples = Predicate.forms.map(Sample.init)

    private func statements(_ text: String) -> (statements: [Statement], errors: [String]) {
        let (statements, diagnostics) = Parser.parse(SourceText(name: "t", text), table: table)
        return (statements, diagnostics.map(\.summary))
    }

    /// The words of a text, as the parser gives them to the reader of conditions.
    private func reader(_ words: [String]) throws -> ConditionReader {
        let source = SourceText(name: "t", words.joined(separator: " "))
        var scanner = Scanner(source)
        var read: [Word] = []
        while !scanner.isAtEnd {
            read.append(try scanner.word())
            if !scanner.isAtEnd { scanner.position += 1 }
        }
        return ConditionReader(read, in: source)
    }

    // MARK: Read and printed

    @Test(arguments: samples, ["", "not "])
    func isRead(_ sample: Sample, _ negation: String) throws {
        let (statements, errors) = statements("if \(negation)\(sample.text) {\n}")
        #expect(errors == [])
        guard case .conditional(let conditional)? = statements.first else {
            Issue.record("no if")
            return
        }
        let condition = try #require(conditional.branches.first?.condition.terms.first)
        #expect(conditional.branches.first?.condition.terms.count == 1)
        #expect(condition.form === sample.form)
        #expect(condition.isNegated == !negation.isEmpty)
        let subjects = zip(sample.form.parts, sample.words).filter { $0.0.word == nil }.map(\.1)
        #expect(condition.words.map { condition.source.text($0.span) } == subjects)
        #expect(condition.source.text(condition.span) == negation + sample.text)
    }

    @Test(arguments: samples)
    func isReadFromArguments(_ sample: Sample) {
        guard case .statement(.assertion(let assertion)) = ArgumentWords(["assert"] + sample.words).parse(table: table)
        else {
            Issue.record("no assert")
            return
        }
        #expect(assertion.condition.terms.first?.form === sample.form)
        #expect(assertion.message == nil)
    }

    @Test(arguments: samples)
    func isPrinted(_ sample: Sample) {
        for text in ["if \(sample.text) {\n}", "if not \(sample.text) {\n}", "assert \(sample.text)"] {
            #expect(statements(text).statements.map(\.printed) == [text])
        }
    }

    // MARK: Completed

    @Test(arguments: samples)
    func isCompleted(_ sample: Sample) throws {
        for (index, part) in sample.form.parts.enumerated() {
            let next = try reader(Array(sample.words[..<index])).expected().next
            let offers = next.contains { offer in
                switch (offer, part) {
                case (.word(let offered, _), .word(let text)): offered == text
                case (.operand(let offered), .subject(let operand)):
                    offered.name == operand.name && offered.kind == operand.kind
                default: false
                }
            }
            #expect(offers, "behind \(sample.words[..<index])")
        }
        #expect(try reader(sample.words).expected().isWhole)
    }

    // MARK: Explained

    /// Where a word is missing, the error says which, and shows how the predicate is written.
    @Test(arguments: samples)
    func isExplainedWhereAWordIsMissing(_ sample: Sample) throws {
        for count in 1..<sample.words.count {
            let words = Array(sample.words[..<count])
            // A shorter form may end here, and without its sign a comparison is none.
            guard try !reader(words).expected().isWhole, sample.form.sign == nil || count > 1 else { continue }
            let error = #expect(throws: Diagnostic.self) {
                var reader = try reader(words)
                _ = try reader.condition(of: "if", at: Span(0, 0))
            }
            if let sign = sample.form.sign {
                #expect(error?.message == "\(sign) needs a word behind it")
                continue
            }
            let needs = "\(words.joined(separator: " ")) needs "
            switch sample.form.parts[count] {
            case .subject(let operand): #expect(error?.message == needs + operand.name)
            case .word(let text):
                #expect(error?.message.hasPrefix(needs) == true)
                #expect(error?.message.split { " ,".contains($0) }.contains(Substring(text)) == true)
            }
            let usages = Predicate.usages.filter { $0.hasPrefix(words[0] + " ") }
            #expect(usages.count == 1 && error?.help == usages.first)
        }
    }

    @Test(arguments: samples)
    func isInTheHelp(_ sample: Sample) {
        let shown = sample.usage.split(separator: " ")
        let usages = Predicate.usages.filter { usage in
            let words = usage.split { " |[]".contains($0) }
            return shown.allSatisfy(words.contains)
        }
        #expect(usages.count == 1)
        #expect(ControlSyntax.conditional.details.contains(usages.first ?? "?"))
    }

    @Test func theHelpShowsFormsThatBeginAlikeAsOne() {
        #expect(
            Predicate.usages == [
                "node N exists|up|available|attached to T", "role R exists [everywhere]",
                "hypertable T exists|replicated", "cluster healthy", "in-doubt none", "rows $$SQL$$", "A == B",
                "A != B",
                "A < B", "A <= B", "A > B", "A >= B",
            ])
    }
}
