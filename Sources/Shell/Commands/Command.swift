package import CommandLanguage

/// A command, made from what was written; each is one type in one file, named in the catalogue.
package protocol Command: Sendable {
    static var syntax: CommandSyntax { get }

    /// - Throws: what can be told wrong without asking a server.
    init(_ arguments: Arguments) throws(Diagnostic)

    /// - Throws: the error of whichever module refuses; ``Failure/init(thrown:)`` makes all of them readable.
    func run(_ context: CommandContext) async throws -> Outcome

    /// Why it can't be in `transaction { … }`; nil where it can.
    static func refusalInTransaction(_ invocation: Invocation) -> String?
}

extension Command {
    package static func refusalInTransaction(_ invocation: Invocation) -> String? { nil }
}
