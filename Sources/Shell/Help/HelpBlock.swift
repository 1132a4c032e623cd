/// A part of a help text, independent of whether a terminal, man(1) or a web page shows it.
package enum HelpBlock: Sendable, Equatable {
    case heading(String)
    case paragraph(String)
    /// The usage line of a command. If it is too long for a line, it continues indented on the next.
    case usage(String)
    /// Lines that stay as they are.
    case lines([String])
    case definitions([HelpDefinition])
}

/// A term and its meaning.
package struct HelpDefinition: Sendable, Equatable {
    package let term: String
    package let meaning: String

    package init(_ term: String, _ meaning: String) {
        self.term = term
        self.meaning = meaning
    }
}
