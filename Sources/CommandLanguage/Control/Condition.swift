/// Predicates with `and` and `or` between them, where they were written: `not` binds closest, then `and`, then `or`.
package struct Condition: Sendable {
    /// It holds where all terms of one of these hold; they are asked in their order, as far as it takes.
    package let alternatives: [[ConditionTerm]]
    package let source: SourceText
    /// From the first word to the last.
    package let span: Span

    /// All of its terms, as they were written.
    package var terms: [ConditionTerm] { alternatives.flatMap(\.self) }

    /// The condition as it is written.
    package var text: String { source.citation(span) }
}

/// A predicate or its contrary, where it was written.
package struct ConditionTerm: Sendable {
    package let predicate: Predicate
    /// How the predicate is written.
    package let form: PredicateForm
    /// The words at the places of the form's subjects, which are replaced when the condition is evaluated.
    package let words: [Word]
    /// The SQL that one of the words is.
    package let query: SQLText?
    /// Whether `not` stands before the predicate.
    package let isNegated: Bool
    package let source: SourceText
    /// From `not` or the predicate's first word to its last.
    package let span: Span

    init(
        _ form: PredicateForm, _ words: [Word], query: SQLText?, isNegated: Bool, source: SourceText, span: Span
    ) {
        predicate = form.predicate(words)
        self.form = form
        self.words = words
        self.query = query
        self.isNegated = isNegated
        self.source = source
        self.span = span
    }

    /// The term as it is written.
    package var text: String { source.citation(span) }

    /// A word of the predicate with its variables replaced.
    ///
    /// - Throws: where it can't be what the predicate asks about at its place.
    package func argument(_ word: Word, variables: Variables) throws(Diagnostic) -> Argument {
        let argument = try Expansion(variables: variables, source: source).single(word)
        let index = words.firstIndex { $0.span == word.span }
        if let subject = index.map({ form.subjects[$0] }),
            let problem = subject.kind.problem(with: argument.text, isSecret: argument.isSecret)
        {
            throw Diagnostic("\(subject.name): \(problem)", at: word.span, in: source)
        }
        return argument
    }
}
