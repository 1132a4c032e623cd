/// What stands before the line being typed.
///
/// Both texts may hold SGR escape sequences (`ESC [ … m`); any other escape sequence is left out. Where the terminal
/// cannot show a character, ASCII stands in for it.
package struct Prompt: Sendable, Equatable {
    /// Before the first line.
    package let text: String
    /// Before each further line of a command of several lines.
    package let continuation: String
    /// The same where the command only lacks its end, which this can name.
    package let ending: String

    package init(_ text: String, continuation: String, ending: String? = nil) {
        self.text = text
        self.continuation = continuation
        self.ending = ending ?? continuation
    }

    /// The same before a command that only lacks its end.
    var lackingEnd: Prompt { Prompt(text, continuation: ending) }
}
