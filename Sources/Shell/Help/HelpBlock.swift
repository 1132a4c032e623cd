/// A part of an explanation, before it is decided whether a terminal, man(1) or a web page shows it.
package enum HelpBlock: Sendable, Equatable {
    case heading(String)
    case paragraph(String)
    /// How a command is written; where it is too long for a line, it goes on under itself.
    case usage(String)
    /// Lines that stay as they are.
    case lines([String])
    case definitions([HelpDefinition])
}

/// A term and what it means.
package struct HelpDefinition: Sendable, Equatable {
    package let term: String
    package let meaning: String

    package init(_ term: String, _ meaning: String) {
        self.term = term
        self.meaning = meaning
    }
}
