/// A place where more is to be written: what is written there so far, and what may stand there.
package struct CursorPlace: Sendable {
    /// What the cursor is in.
    package enum Subject: Sendable, Equatable {
        /// A word of a command, which may have no letter yet.
        case word(PartialWord)
        /// The name of a variable behind `${`; the offset is where the name begins.
        case variable(String, start: Int)
        /// SQL; the offset is where it begins.
        case sql(String, start: Int)
        /// A comment, or what depends on a variable.
        case nothing
    }

    package let subject: Subject
    /// What may stand in place of the word; nothing where the subject is none.
    package let expected: [Expected]
    /// The operands and values of options before the cursor, but those that depend on variables.
    package let given: [String]

    init(_ subject: Subject, expected: [Expected] = [], given: [String] = []) {
        self.subject = subject
        self.expected = expected
        self.given = given
    }
}

extension CursorPlace.Subject {
    /// What the source ends in, by where reading has stopped.
    init(_ stop: ScanStop, in source: SourceText) {
        switch stop {
        case .nowhere: self = .nothing
        case .sql(let start): self = .sql(source.text(Span(start, source.bytes.count)), start: start)
        case .word(let start):
            var reader = PartialWordReader(source, from: start)
            switch reader.read() {
            case .word(let word): self = .word(word)
            case .variable(let start):
                self = .variable(source.text(Span(start, source.bytes.count)), start: start)
            case .unknown: self = .nothing
            }
        }
    }
}
