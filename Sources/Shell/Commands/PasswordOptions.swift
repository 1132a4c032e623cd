import ClusterAccess
import CommandLanguage
import MultiNode
import Platform

/// The options by which a command takes a password. None of them puts the password into the command itself.
enum PasswordOptions {
    private static let prompt = Flag("--password-prompt", "Ask for the password")
    private static let environment = Option<Argument?>(
        "--password-env", "VAR", .text, offering: .environment, "Take the password from a variable of the environment")
    private static let file = Option<Argument?>(
        "--password-file", "FILE", .file, "Take the password from the first line of a file")
    private static let input = Flag(
        "--password-stdin", "Take the password from the first line of standard input")

    static let all: [any OptionKey] = [prompt, environment, file, input]

    /// What makes no sense without a password.
    static func areRequired(by option: any OptionKey) -> Constraint {
        .requiresOne(
            option, of: all, message: "\(option.name) needs the password", help: "--password-prompt asks for it")
    }

    /// What is wrong with a command that has a password among its names, as SQL would have it: `role create app password x`.
    static func fault(of invocation: Invocation) -> Diagnostic? {
        guard invocation.syntax.options.contains(where: { $0 === prompt.syntax }) else { return nil }
        let operands = invocation.operands
        for (index, word) in operands.enumerated() {
            guard let text = word.constantText(in: invocation.source)?.lowercased() else { continue }
            let isNamed = index > 0 && index + 1 < operands.count && SecretName.isOfSQL(text)
            guard isNamed || SecretName.hasValue(text) else { continue }
            return Diagnostic(
                "a password is no word of a command", at: word.span, in: invocation.source,
                help: "\(prompt.name) asks for it; \(environment.name) VAR, \(file.name) FILE and \(input.name) read it"
            ).hidingLine()
        }
        return nil
    }

    static func areGiven(in arguments: Arguments) -> Bool {
        arguments[prompt] || arguments[environment] != nil || arguments[file] != nil || arguments[input]
    }

    /// The option with which another command takes the same password.
    static func asGiven(in arguments: Arguments) -> String {
        if let variable = arguments[environment] { return "\(environment.name) \(Quoting.word(variable.text))" }
        if let path = arguments[file] { return "\(file.name) \(Quoting.word(arguments.path(path)))" }
        return arguments[input] ? input.name : prompt.name
    }

    /// The password; nil if none of the options is given. From then on it is hidden in everything that is shown.
    static func password(_ arguments: Arguments, _ context: CommandContext) async throws(Failure) -> String? {
        guard let password = try await read(arguments, context) else { return nil }
        guard !password.isEmpty else { throw Failure(arguments.problem("the password is empty")) }
        context.output.hide(password)
        return password
    }

    private static func read(_ arguments: Arguments, _ context: CommandContext) async throws(Failure) -> String? {
        if let variable = arguments[environment] {
            do throws(Environment.NotText) {
                if let password = try Environment.text(variable.text) { return password }
            } catch {
                throw Failure(arguments.problem("the password in \(variable.text) is not UTF-8", at: variable))
            }
            throw Failure(arguments.problem("the environment variable \(variable.text) is not set", at: variable))
        }
        if let path = arguments[file] {
            let source: SourceText
            do throws(Failure) {
                source = try await ScriptFile.read(arguments.path(path), trusting: .secret)
            } catch {
                let help = error.remedy.map { "\($0); --password-stdin takes it from elsewhere" }
                throw Failure(arguments.problem(error.message, at: path, help: help))
            }
            guard let password = firstLine(source.bytes) else {
                throw Failure(arguments.problem("the password in \(path.text) is not UTF-8", at: path))
            }
            return password
        }
        if arguments[input] {
            guard context.inputIsFree else {
                throw Failure(arguments.problem("standard input holds the commands; it can't hold a password too"))
            }
            guard let password = firstLine(try await ScriptFile.read("-").bytes) else {
                throw Failure(arguments.problem("the password on standard input is not UTF-8"))
            }
            return password
        }
        guard arguments[prompt] else { return nil }
        // A dry run asks for nothing.
        if context.settings.dryRun { return "********" }
        guard context.settings.canAsk else {
            throw Failure(
                arguments.problem(
                    "there is no terminal to ask at", help: "--password-env and --password-file need none"))
        }
        guard let first = try await ask("Password: "), let second = try await ask("Again: ") else {
            throw Failure(arguments.problem("no password was given"))
        }
        guard first == second else { throw Failure(arguments.problem("the passwords differ")) }
        return first
    }

    private static func ask(_ question: String) async throws(Failure) -> String? {
        do throws(ClusterError) {
            return try await Question.password(question)
        } catch {
            throw Failure(error)
        }
    }

    /// Nil if it is not UTF-8: another password than the one that was given must not be set.
    private static func firstLine(_ bytes: [UInt8]) -> String? {
        var line = bytes.prefix { $0 != UInt8(ascii: "\n") }
        if line.last == UInt8(ascii: "\r") { line.removeLast() }
        return String(validating: line, as: UTF8.self)
    }
}
