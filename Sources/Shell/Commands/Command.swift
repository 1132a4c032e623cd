package import CommandLanguage
package import Platform
package import Rendering

/// A command, made from its arguments. Each is one type in one file, listed in the catalogue.
package protocol Command: Sendable {
    static var syntax: CommandSyntax { get }

    /// The columns of its rows, where they are always the same; empty where it returns none, or those of a statement.
    static var columns: [Table.Column] { get }

    /// The columns of what `--dry-run` shows of it; empty where these are those of all plans, or it shows none.
    static var previewColumns: [Table.Column] { get }

    /// The fields of the object that programs get of each of its steps; empty where they get none.
    static var stepColumns: [Table.Column] { get }

    /// What can be told wrong without asking a server is in the syntax: whatever is read is valid.
    init(_ arguments: Arguments)

    /// - Throws: the error of the module that refuses; ``Failure/init(thrown:)`` makes all of them readable.
    @LoopActor func run(_ context: CommandContext) async throws -> Outcome

    /// Whether it may use connections to data nodes that are kept, and keep its own: it neither ends nor moves their
    /// servers and databases, nor changes what a session begins with.
    var keepsLinks: Bool { get }

    /// Whether it shows something again and again, so that it takes as long as somebody looks.
    var isRepeated: Bool { get }

    /// Whether all that it sends is tscl's own, and may take long: no limit of the role is to end it.
    static var isOwnWork: Bool { get }

    /// Why it can't be in `transaction { … }`; nil if it can.
    static func refusalInTransaction(_ invocation: Invocation) -> String?
}

extension Command {
    package static var columns: [Table.Column] { [] }

    package static var previewColumns: [Table.Column] { [] }

    package static var stepColumns: [Table.Column] { [] }

    package var keepsLinks: Bool { !Self.syntax.changes }

    package var isRepeated: Bool { false }

    package static var isOwnWork: Bool {
        syntax.group == .migration
            || syntax.options.contains { $0.name == CommonOptions.progress.syntax.name }
    }

    package static func refusalInTransaction(_ invocation: Invocation) -> String? { nil }
}
