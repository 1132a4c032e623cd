package import CommandLanguage

/// Every command.
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
        // In the order of the way out.
        MigratePlanCommand.self, MigrateStartCommand.self,
        MigrateCopyCommand.self, MigrateStatusCommand.self, MigrateVerifyCommand.self,
        MigrateCutoverCommand.self, MigrateUndoCommand.self, MigrateFinishCommand.self, MigrateReadyCommand.self,
        HealCommand.self, HealListCommand.self, HealScheduleCommand.self, HealUnscheduleCommand.self,
        HealStatusCommand.self,
        JobListCommand.self, JobShowCommand.self, JobRunCommand.self, JobPauseCommand.self, JobResumeCommand.self,
        JobDeleteCommand.self, RestorePointCreateCommand.self,
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

    private static let names = CommandNames(types.map { $0.syntax })

    package static let table = CommandTable(
        names: { names }, universalOptions: CommonOptions.all.map(\.syntax),
        bareSQL: (SQLBeginnings.all, SQLCommand.syntax), helpCommand: "help", foreignCommands: OtherClients.commands)

    /// The command that the arguments are for.
    package static func command(_ arguments: Arguments) throws(Diagnostic) -> any Command {
        guard let type = type(of: arguments.invocation) else {
            throw arguments.problem("unknown command \(arguments.invocation.syntax.name)")
        }
        return type.init(arguments)
    }
}
