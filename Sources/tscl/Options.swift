import CommandLanguage
import Shell

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
        /// What may come next behind these words, which a shell asks.
        case completion([String])
    }

    private(set) var values: [String: String] = [:]
    private(set) var variables: [(name: String, value: String)] = []
    private(set) var scriptArguments: [String] = []
    private(set) var work = Work.interactiveOrInput

    func has(_ name: String) -> Bool { values[name] != nil }

    /// - Throws: what is wrong with the arguments, in a sentence.
    init(_ arguments: [String]) throws(Failure) {
        if arguments.first == ArgumentCompleter.request {
            let words = Array(arguments.dropFirst(arguments.dropFirst().first == "--" ? 2 : 1))
            // Where the options can't be understood yet, what was given of a connection is of no use either.
            self = (try? Options(ArgumentCompleter.outerArguments(of: words))) ?? self
            // It asks nobody for anything and writes nothing down.
            values["--no-password"] = ""
            values["--password"] = nil
            values["--log"] = nil
            work = .completion(words)
            return
        }
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
