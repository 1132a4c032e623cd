import CommandLanguage
import Rendering

struct HistoryCommand: Command {
    private static let last = Operand<Int?>("N", 1...1_000_000)

    static let syntax = CommandSyntax(
        "history", group: .settings, "Show the commands that were typed at the prompt, newest last",
        operands: [last],
        details: """
            N is how many of the last ones are shown. At the prompt these are the ones that the arrows and Ctrl-R find: \
            those of earlier sessions and of this one. Elsewhere they are those of all sessions. Commands with a secret \
            are never kept.
            """,
        examples: ["history 20", "history 20 --format script"])

    static let columns: [Table.Column] = [
        "command"
    ]

    let count: Int?

    init(_ arguments: Arguments) {
        count = arguments[Self.last]
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        let all: [String]
        if let typed = context.typedCommands { all = typed() } else { all = try CommandHistory.load() }
        let commands = Array(all.suffix(count ?? all.count))
        var outcome = Outcome(table: Table(columns: Self.columns, rows: commands.map { [.text($0)] }))
        // As typed, so that people can copy them. A command of several lines takes several lines here too.
        outcome.text = commands.flatMap { $0.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) }
        outcome.script = commands
        return outcome
    }
}
