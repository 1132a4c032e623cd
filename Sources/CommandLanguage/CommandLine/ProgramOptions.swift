/// The options of the program: `--name`, `--name value`, `--name=value`, and letters such as `-w`, `-wX`, `-h value` and
/// `-hvalue`; a bare `--` ends them.
package struct ProgramOptions: Sendable {
    package let all: [ProgramOption]
    /// What the program is called where help is offered.
    private let program: String
    private let foreign: [String: String]

    /// - Parameter foreign: what does here what an option of another program does there, by the name of that.
    package init(_ all: [ProgramOption], program: String, foreign: [String: String] = [:]) {
        self.all = all
        self.program = program
        self.foreign = foreign
    }

    package func option(named name: String) -> ProgramOption? { all.first { $0.syntax.name == name } }

    // MARK: Reading a command line

    package struct Reading: Sendable {
        /// In their order; of a flag the value is nil.
        package fileprivate(set) var given: [(option: OptionSyntax, value: String?)] = []
        /// The words behind the options.
        package fileprivate(set) var rest: ArraySlice<String>

        /// What an option is; the last counts where it is given several times.
        package subscript<Value>(option: Option<Value>) -> Value {
            let last = given.last { $0.option === option.syntax }
            return option.value(of: last.map { $0.value.map { [Argument(text: $0, span: Span(0, 0))] } ?? [] })
        }
    }

    package struct Fault: Error {
        package let message: String
        package let help: String?
    }

    /// Takes the options off the beginning of a command line.
    package func read(_ words: [String]) throws(Fault) -> Reading {
        var reading = Reading(rest: words[...])
        while let word = reading.rest.first, Self.isOption(word) {
            reading.rest.removeFirst()
            if word == Self.end { break }
            for part in parts(of: word) {
                switch part {
                case .flag(let option): reading.given.append((option.syntax, nil))
                case .value(let option, let value):
                    reading.given.append((option.syntax, try checked(value, option.syntax)))
                case .openValue(let option, let name):
                    guard let value = reading.rest.popFirst() else {
                        throw Fault(message: "\(name) needs a value", help: option.syntax.usage)
                    }
                    reading.given.append((option.syntax, try checked(value, option.syntax)))
                case .unwantedValue(let name): throw Fault(message: "\(name) takes no value", help: nil)
                case .unknown(let name):
                    let nearest = name.hasPrefix("--") ? Suggestion.nearest(to: name, among: names) : nil
                    throw Fault(
                        message: "unknown option \(name)",
                        help: foreign[name] ?? nearest.map { "did you mean \($0)?" }
                            ?? "'\(program) --help' lists them")
                }
            }
        }
        return reading
    }

    private func checked(_ value: String, _ option: OptionSyntax) throws(Fault) -> String {
        if let problem = option.kind.problem(with: value) {
            throw Fault(message: "\(option.name): \(problem)", help: nil)
        }
        return value
    }

    private var names: [String] { all.map(\.syntax.name) }

    // MARK: Completing a command line

    /// What stands before the last word of a command line, which is being written.
    package struct Place: Sendable {
        /// How many words before the last are options and their values.
        package fileprivate(set) var length = 0
        /// The options that are given in them.
        package fileprivate(set) var given: [OptionSyntax] = []
        /// The last word's place, where it is an option or the value of one; nil where it belongs to what follows.
        package fileprivate(set) var cursor: CursorPlace?
    }

    /// - Parameter words: the command line; the last word may be empty.
    package func place(in words: [String]) -> Place {
        var place = Place()
        guard let last = words.last else { return place }
        while place.length < words.count - 1, Self.isOption(words[place.length]) {
            let word = words[place.length]
            place.length += 1
            if word == Self.end { return place }
            for part in parts(of: word) {
                switch part {
                case .flag(let option), .value(let option, _): place.given.append(option.syntax)
                case .openValue(let option, _):
                    place.given.append(option.syntax)
                    if place.length == words.count - 1 {
                        place.cursor = CursorPlace(
                            .word(PartialWord(text: last, start: 0)), expected: [.value(option.syntax)])
                        return place
                    }
                    place.length += 1
                case .unwantedValue, .unknown: break
                }
            }
        }
        if place.length == words.count - 1, last.hasPrefix("-") { place.cursor = cursor(in: last, behind: place.given) }
        return place
    }

    private func cursor(in last: String, behind given: [OptionSyntax]) -> CursorPlace {
        let word = PartialWord(argument: last, at: 0)
        if let name = word.option {
            let option = option(named: name)?.syntax
            return CursorPlace(.word(word), expected: option?.value == nil ? [] : option.map { [.value($0)] } ?? [])
        }
        let unused = all.filter { option in option.mayRepeat || !given.contains { $0 === option.syntax } }
        return CursorPlace(.word(word), expected: unused.map { .option($0.syntax) })
    }

    // MARK: The parts of a word

    private enum Part {
        case flag(ProgramOption)
        case value(ProgramOption, String)
        /// An option whose value is the next word, with the name by which it was given.
        case openValue(ProgramOption, String)
        case unwantedValue(String)
        case unknown(String)
    }

    private static let end = "--"

    private static func isOption(_ word: String) -> Bool { word.hasPrefix("-") && word != "-" }

    /// The options that a word holds: several letters may stand together.
    private func parts(of word: String) -> [Part] {
        guard word.hasPrefix("--") else { return letters(of: word) }
        let equals = word.utf8.firstIndex(of: UInt8(ascii: "="))
        let name = String(word[..<(equals ?? word.endIndex)])
        guard let option = option(named: name) else { return [.unknown(name)] }
        let takesValue = option.syntax.value != nil
        guard let equals else { return [takesValue ? .openValue(option, name) : .flag(option)] }
        return [takesValue ? .value(option, String(word[word.utf8.index(after: equals)...])) : .unwantedValue(name)]
    }

    private func letters(of word: String) -> [Part] {
        var parts: [Part] = []
        var letters = word.dropFirst()
        while let letter = letters.popFirst() {
            guard let option = all.first(where: { $0.letter == letter }) else {
                return parts + [.unknown("-\(letter)")]
            }
            guard option.syntax.value != nil else {
                parts.append(.flag(option))
                continue
            }
            return parts + [letters.isEmpty ? .openValue(option, "-\(letter)") : .value(option, String(letters))]
        }
        return parts
    }
}
