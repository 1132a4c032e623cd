/// An option of the program, which stands before the first word of its command line.
package struct ProgramOption: Sendable {
    /// The letter by which it can be given too, as in `-h`.
    package let letter: Character?
    package let syntax: OptionSyntax
    package let mayRepeat: Bool

    package init(_ letter: Character?, _ syntax: OptionSyntax, mayRepeat: Bool = false) {
        self.letter = letter
        self.syntax = syntax
        self.mayRepeat = mayRepeat
    }
}
