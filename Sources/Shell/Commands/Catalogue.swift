package import CommandLanguage

/// Every command, and the table that parser, help and completion read.
package enum Catalogue {
    package static let types: [any Command.Type] = [
        ConnectCommand.self, DisconnectCommand.self, ReconnectCommand.self, StatusCommand.self, CheckCommand.self,
        SQLCommand.self, ExecCommand.self, EverywhereCommand.self, QueryCommand.self,
        SetCommand.self, UnsetCommand.self, EchoCommand.self, FormatCommand.self, NullCommand.self, ShowSQLCommand.self,
        TimingCommand.self, PagerCommand.self, PromptCommand.self, HistoryCommand.self, HelpCommand.self,
        AproposCommand.self, CompletionCommand.self, VersionCommand.self, QuitCommand.self,
        NodeListCommand.self, NodeShowCommand.self, NodePingCommand.self, NodeReachCommand.self, NodeAddCommand.self,
        NodeAlterCommand.self, NodeSetCommand.self,
        NodeEnableCommand.self, NodeDisableCommand.self, NodeAttachCommand.self, NodeDetachCommand.self,
        NodeBlockCommand.self, NodeAllowCommand.self, NodeDrainCommand.self, NodeDeleteCommand.self,
        NodeAbandonCommand.self,
        RoleListCommand.self, RoleShowCommand.self, RoleCheckCommand.self, RoleCreateCommand.self,
        RoleAlterCommand.self, RoleDropCommand.self, RoleGrantCommand.self,
        RoleRevokeCommand.self, RoleSyncCommand.self, RoleMapCommand.self, RoleUnmapCommand.self,
        RolePassfileCommand.self, RoleCertificateCommand.self,
        HypertableListCommand.self, HypertableShowCommand.self, HypertableCreateCommand.self,
        HypertableReplicateCommand.self, HypertableRepairCommand.self, HypertableBalanceCommand.self,
        ChunkListCommand.self, ChunkShowCommand.self, ChunkCopyCommand.self,
        ChunkMoveCommand.self, ChunkDropCopyCommand.self,
        ChunkVerifyCommand.self, ChunkCleanupCommand.self,
        MigrateCopyCommand.self, MigrateStatusCommand.self, MigrateVerifyCommand.self,
        MigrateCutoverCommand.self, MigrateUndoCommand.self, MigrateFinishCommand.self, MigrateReadyCommand.self,
        HealCommand.self, HealListCommand.self, HealScheduleCommand.self, HealUnscheduleCommand.self,
        HealStatusCommand.self,
        JobListCommand.self, JobShowCommand.self, JobRunCommand.self, JobPauseCommand.self, JobResumeCommand.self,
        JobDeleteCommand.self, RestorePointCreateCommand.self,
        MigratePlanCommand.self, MigrateStartCommand.self,
        SandboxUpCommand.self, SandboxStatusCommand.self, SandboxStopCommand.self, SandboxStartCommand.self,
        SandboxKillCommand.self, SandboxFreezeCommand.self, SandboxThawCommand.self, SandboxDoubtCommand.self,
        SandboxDownCommand.self,
    ]

    private static let bySyntax: [ObjectIdentifier: any Command.Type] = Dictionary(
        uniqueKeysWithValues: types.map { (ObjectIdentifier($0.syntax), $0) })

    static func type(of invocation: Invocation) -> (any Command.Type)? {
        // Where nothing but SQL runs, nothing is made for the others.
        invocation.syntax === SQLCommand.syntax ? SQLCommand.self : bySyntax[ObjectIdentifier(invocation.syntax)]
    }

    package static let table = table(of: types)

    /// For SQL, which needs nothing of the others.
    private static let tableOfSQL = table(of: [SQLCommand.self, HelpCommand.self])

    private static func table(of types: [any Command.Type]) -> CommandTable {
        CommandTable(
            types.map { $0.syntax }, universalOptions: CommonOptions.all.map(\.syntax),
            bareSQL: (SQLBeginnings.all, "sql"), helpCommand: "help", foreignCommands: OtherClients.commands)
    }

    /// The table that a source is read with. To make that of all commands takes a good part of what one short statement does.
    package static func table(for source: SourceText) -> CommandTable { isOneStatement(source) ? tableOfSQL : table }

    /// Whether a source is no file and one statement of SQL on one line, by what it begins with.
    private static func isOneStatement(_ source: SourceText) -> Bool {
        guard !source.isFile, let blank = source.bytes.firstIndex(of: UInt8(ascii: " ")) else { return false }
        let word = String(decoding: source.bytes[..<blank], as: UTF8.self)
        guard word == "sql" || ["select", "insert", "update", "delete", "with", "show"].contains(word.lowercased())
        else { return false }
        return source.bytes.dropLast().allSatisfy { $0 >= UInt8(ascii: " ") && $0 != UInt8(ascii: ";") }
    }

    /// The command that the arguments are for.
    package static func command(_ arguments: Arguments) throws(Diagnostic) -> any Command {
        guard let type = type(of: arguments.invocation) else {
            throw arguments.problem("unknown command \(arguments.invocation.syntax.name)")
        }
        return type.init(arguments)
    }
}
