import CommandLanguage
import Shell

/// tscl's own options, in the form that the commands' options have, so that one mechanism explains both.
struct OuterOption {
    let short: Character?
    let syntax: OptionSyntax

    init(_ short: Character?, _ syntax: OptionSyntax) {
        self.short = short
        self.syntax = syntax
    }

    static let all: [OuterOption] = [
        OuterOption("h", OptionSyntax("--host", "HOST", .text, "The access node's host, or the folder of its socket")),
        OuterOption("p", OptionSyntax("--port", "PORT", .integer(1...65535), "Its port")),
        OuterOption("U", OptionSyntax("--username", "ROLE", .text, "The role to connect as")),
        OuterOption("d", OptionSyntax("--dbname", "DATABASE", .text, "The database; a conninfo string or URI too")),
        OuterOption(nil, OptionSyntax("--sandbox", "NAME", .newName, "Connect to this sandbox")),
        OuterOption("w", OptionSyntax("--no-password", "Never ask for a password")),
        OuterOption("W", OptionSyntax("--password", "Ask for a password at once")),
        OuterOption("c", OptionSyntax("--command", "COMMAND", .text, "Run commands; may be given several times")),
        OuterOption(
            "f", OptionSyntax("--file", "FILE", .file, "Run a file; may be given several times, - is standard input")),
        OuterOption("v", OptionSyntax("--variable", "NAME=VALUE", .text, "Set a variable")),
        OuterOption(
            nil,
            OptionSyntax("--format", "FORMAT", .choice(["table", "json", "csv", "script"]), "How answers are shown")),
        OuterOption(nil, OptionSyntax("--dry-run", "Show what would be done, and do nothing")),
        OuterOption(nil, OptionSyntax("--yes", "Do not ask for confirmation")),
        OuterOption(nil, OptionSyntax("--keep-going", "Go on behind a failed command")),
        OuterOption(nil, OptionSyntax("--check", "Only parse; nothing runs and nothing connects")),
        OuterOption(nil, OptionSyntax("--echo", "Show each command before it runs")),
        OuterOption(nil, OptionSyntax("--show-sql", "Show each statement as it is sent")),
        OuterOption(nil, OptionSyntax("--timeout", "TIME", .duration, "Give up a command after this time")),
        OuterOption(nil, OptionSyntax("--no-rc", "Do not read rc.tscl")),
        OuterOption(nil, OptionSyntax("--no-color", "Use no colour")),
        OuterOption("V", OptionSyntax("--version", "Show the version and end")),
        OuterOption("?", OptionSyntax("--help", "Show this help and end")),
    ]
}

/// What the command line asks for.
struct Options {
    enum Source {
        case command(String)
        case file(String)
    }

    enum Work {
        case interactiveOrInput
        case sources([Source])
        case words([String])
        case help
        case version
    }

    private(set) var values: [String: String] = [:]
    private(set) var variables: [(name: String, value: String)] = []
    private(set) var scriptArguments: [String] = []
    private(set) var work = Work.interactiveOrInput

    func has(_ name: String) -> Bool { values[name] != nil }

    /// - Throws: what is wrong with the arguments, in a sentence.
    init(_ arguments: [String]) throws(Failure) {
        var rest = arguments[...]
        var sources: [Source] = []
        while let argument = rest.first, argument.hasPrefix("-"), argument != "-" {
            rest = rest.dropFirst()
            if argument == "--" { break }
            for (option, value) in try Self.parse(argument, &rest) {
                switch option.name {
                case "--command": sources.append(.command(value ?? ""))
                case "--file": sources.append(.file(value ?? ""))
                case "--variable": variables.append(try Self.variable(value ?? ""))
                default: values[option.name] = value ?? ""
                }
            }
        }
        if has("--sandbox"), let name = ["--host", "--port"].first(where: has) {
            throw Self.failure("\(name) and --sandbox exclude each other: a sandbox is where it is")
        }
        if has("--help") {
            work = .help
        } else if has("--version") {
            work = .version
        } else if !sources.isEmpty {
            if let extra = rest.first {
                throw Self.failure("unexpected \(extra)", help: "-c and -f take no script and no further command")
            }
            work = .sources(sources)
        } else if let first = rest.first {
            // `--` ends the options, and a word with a path's or a script's look is a file.
            if first == "-" || first.hasSuffix(".tscl") || first.contains("/") {
                work = .sources([.file(first)])
                scriptArguments = Array(rest.dropFirst())
            } else {
                work = .words(Array(rest))
            }
        }
    }

    /// The options that one argument holds: several short flags may stand together, as in `-wX`.
    private static func parse(
        _ argument: String, _ rest: inout ArraySlice<String>
    ) throws(Failure) -> [(OptionSyntax, String?)] {
        if argument.hasPrefix("--") {
            let equals = argument.firstIndex(of: "=")
            let name = String(argument[..<(equals ?? argument.endIndex)])
            guard let option = OuterOption.all.first(where: { $0.syntax.name == name })?.syntax else {
                let nearest = Suggestion.nearest(to: name, among: OuterOption.all.map(\.syntax.name))
                throw failure(
                    "unknown option \(name)", help: nearest.map { "did you mean \($0)?" } ?? "'tscl --help' lists them")
            }
            if let equals {
                guard option.value != nil else { throw failure("\(name) takes no value") }
                return [(option, try checked(String(argument[argument.index(after: equals)...]), option))]
            }
            return [(option, option.value == nil ? nil : try value(of: option, called: name, &rest))]
        }
        var results: [(OptionSyntax, String?)] = []
        var letters = argument.dropFirst()
        while let letter = letters.popFirst() {
            guard let option = OuterOption.all.first(where: { $0.short == letter })?.syntax else {
                throw failure("unknown option -\(letter)", help: "'tscl --help' lists them")
            }
            guard option.value != nil else {
                results.append((option, nil))
                continue
            }
            let attached = String(letters)
            let text =
                attached.isEmpty ? try value(of: option, called: "-\(letter)", &rest) : try checked(attached, option)
            results.append((option, text))
            break
        }
        return results
    }

    private static func value(
        of option: OptionSyntax, called name: String, _ rest: inout ArraySlice<String>
    ) throws(Failure) -> String {
        guard let value = rest.popFirst() else { throw failure("\(name) needs a value", help: option.usage) }
        return try checked(value, option)
    }

    private static func checked(_ value: String, _ option: OptionSyntax) throws(Failure) -> String {
        if let problem = option.kind.problem(with: value) { throw failure("\(option.name): \(problem)") }
        return value
    }

    private static func variable(_ text: String) throws(Failure) -> (name: String, value: String) {
        guard let equals = text.firstIndex(of: "="), Variables.isName(String(text[..<equals])) else {
            throw failure("-v takes NAME=VALUE, not '\(text)'")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    private static func failure(_ message: String, help: String? = nil) -> Failure {
        Failure(message, status: .usage, remedy: help)
    }
}
