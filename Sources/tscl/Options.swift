import CommandLanguage
import Glibc
import Postgres
import Rendering
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

    private(set) var given: ProgramOptions.Reading
    /// The arguments that are tscl's own options, in their order.
    private(set) var own: [String] = []
    private(set) var variables: [(name: String, value: String)] = []
    private(set) var scriptArguments: [String] = []
    private(set) var work = Work.interactiveOrInput

    /// How answers are shown, and what can't be run.
    var format: OutputFormat {
        if let format = self[TsclOptions.format] { return format }
        // A command that can't be read has no options; what its answer was to be is known all the same.
        guard case .words(let words) = work else { return .table }
        return Self.format(in: words)
    }

    /// JSON where arguments ask for it, be there something wrong in them or not.
    static func format(in words: [String]) -> OutputFormat {
        let (name, json) = (TsclOptions.format.syntax.name, OutputFormat.json.rawValue)
        let isJSON = words.contains("\(name)=\(json)") || zip(words, words.dropFirst()).contains { $0 == (name, json) }
        return isJSON ? .json : .table
    }

    subscript<Value>(option: Option<Value>) -> Value { given[option] }

    /// - Throws: what is wrong with the arguments, in a sentence.
    init(_ arguments: [String]) throws(Failure) {
        if arguments.first == ArgumentCompleter.request {
            let words = Array(arguments.dropFirst(arguments.dropFirst().first == "--" ? 2 : 1))
            // Where the options can't be understood yet, what was given of a connection is of no use either.
            if let options = try? Options(ArgumentCompleter.outerArguments(of: words)) {
                self = options
            } else {
                self = try Options([])
            }
            work = .completion(words)
            return
        }
        do throws(ProgramOptions.Fault) {
            let arguments = try Self.namingDatabase(arguments)
            given = try TsclOptions.all.read(arguments)
            own = arguments.dropLast(given.rest.count)
            if own.last == "--" { own.removeLast() }
        } catch {
            throw Self.failure(error.message, help: error.help)
        }
        var sources: [Source] = []
        for (option, value) in given.given {
            switch option {
            case _ where option === TsclOptions.command.syntax: sources.append(.command(value ?? ""))
            case _ where option === TsclOptions.file.syntax: sources.append(.file(value ?? ""))
            case _ where option === TsclOptions.variable.syntax: variables.append(try Self.variable(value ?? ""))
            default: break
            }
        }
        if self[TsclOptions.sandbox] != nil,
            let option = [TsclOptions.host, TsclOptions.port].first(where: { self[$0] != nil })
        {
            throw Self.failure("\(option.syntax.name) and --sandbox exclude each other: a sandbox is where it is")
        }
        let rest = given.rest
        if self[TsclOptions.help] {
            work = .help
        } else if self[TsclOptions.version] {
            work = .version
        } else if !sources.isEmpty {
            if let extra = rest.first {
                throw Self.failure(
                    "unexpected \(extra)",
                    help: misplaced.help ?? "-c and -f take no script and no further command")
            }
            work = .sources(sources)
        } else if let first = rest.first {
            // Behind -d, or -- that ends the options. It may hold a password, so that it is not repeated.
            guard !Self.isConnectionString(first) else {
                throw Self.failure("there are two connection strings", help: "tscl -d CONNINFO COMMAND")
            }
            // `--` ends the options, and a word with a path's or a script's look is a file.
            if first == "-" || first.hasSuffix(".tscl") || first.hasSuffix(".sql") || first.contains("/") {
                work = .sources([.file(first)])
                scriptArguments = Array(rest.dropFirst())
            } else {
                work = .words(Array(rest))
            }
        }
    }

    /// What stands behind the options, where it can't be run.
    var misplaced: MisplacedArguments {
        MisplacedArguments(
            Array(given.rest), behind: own, table: Catalogue.table, isFile: { access($0, R_OK) == 0 })
    }

    /// Whether this run only tells what may come next: it asks nobody for anything and writes nothing down.
    var completes: Bool { if case .completion = work { true } else { false } }

    /// The arguments with -d before a connection string that is the first word, as psql takes one.
    private static func namingDatabase(_ arguments: [String]) throws(ProgramOptions.Fault) -> [String] {
        let reading = try TsclOptions.all.read(arguments)
        guard let first = reading.rest.first, isConnectionString(first), reading[TsclOptions.dbname] == nil else {
            return arguments
        }
        let options = arguments.dropLast(reading.rest.count)
        return options.last == "--" ? arguments : options + ["-d"] + reading.rest
    }

    private static func isConnectionString(_ word: String) -> Bool {
        guard ConnectionParameters.isConnectionString(word) else { return false }
        return ConnectionParameters.isURI(word)
            || Secrets.areIn(conninfo: word) || (try? ConnectionParameters.parse(word)) != nil
    }

    private static func variable(_ text: String) throws(Failure) -> (name: String, value: String) {
        guard let equals = text.firstIndex(of: "="), Variables.isName(String(text[..<equals])) else {
            // The value may be a password.
            let name = text.firstIndex(of: "=").map { "; '\(text[..<$0])' is no name of a variable" } ?? ""
            throw failure("-v takes NAME=VALUE\(name)")
        }
        return (String(text[..<equals]), String(text[text.index(after: equals)...]))
    }

    private static func failure(_ message: String, help: String? = nil) -> Failure {
        Failure(message, status: .usage, remedy: help)
    }
}
