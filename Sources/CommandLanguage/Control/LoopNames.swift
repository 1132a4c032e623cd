/// The names of variables behind `foreach`, with commas between them.
struct LoopNames {
    private(set) var names: [String] = []
    /// How many words they are.
    private(set) var wordCount = 0
    private(set) var span = Span(0, 0)
    private let source: SourceText

    /// - Parameter words: what stands behind `foreach`; the names go as far as commas lead on.
    init(_ words: [Word], in source: SourceText) throws(Diagnostic) {
        self.source = source
        span = words.first?.span ?? span
        var awaitsName = true
        for word in words {
            let text = word.bareText(in: source)
            guard awaitsName || text?.hasPrefix(",") == true else { return }
            span = span.union(word.span)
            wordCount += 1
            let parts = text?.split(separator: ",", omittingEmptySubsequences: false) ?? []
            for (index, part) in parts.enumerated() {
                if index > 0 {
                    guard !awaitsName else { throw refusal(of: word) }
                    awaitsName = true
                }
                if part.isEmpty { continue }
                guard awaitsName, Variables.isName(String(part)) else { throw refusal(of: word) }
                guard !names.contains(String(part)) else {
                    throw Diagnostic("\(part) is named twice", at: word.span, in: source)
                }
                names.append(String(part))
                awaitsName = false
            }
            if parts.isEmpty { throw refusal(of: word) }
        }
        if awaitsName {
            throw Diagnostic("foreach needs NAME", at: span, in: source, help: "usage: \(ControlSyntax.loop.usage)")
        }
    }

    private func refusal(of word: Word) -> Diagnostic {
        Diagnostic(
            "\(source.citation(of: word)) can't be a variable's name", at: word.span, in: source,
            help: "letters, digits and _, not beginning with a digit")
    }
}
