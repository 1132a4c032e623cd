import CommandLanguage

extension HelpTopic {
    static func safety(_ table: CommandTable) -> HelpTopic {
        HelpTopic(
            "safety", "What asks before it destroys, and what is never done by itself",
            [
                .paragraph(
                    """
                    Before these do anything, the name must be typed again on a terminal; elsewhere they want --yes, or \
                    end with status 6 before anything of the script has run:
                    """),
                .lines(
                    table.commands.compactMap { command in
                        switch command.asks {
                        case .never: nil
                        case .always: command.name
                        case .with(let flag): "\(command.name) \(flag.name)"
                        }
                    }),
                .paragraph(
                    """
                    --yes never consents to losing data: that takes the command's own --drop-database, \
                    --drop-remote-data, --lose-data or --lose-new-rows; having too few replicas takes its --force. Everything that changes something \
                    takes --dry-run, which shows the exact SQL and where it would run, asks nothing and does nothing; of \
                    what moves or copies chunks it shows each step, and the SQL of moves with --show-sql.
                    """),
                .paragraph(
                    """
                    Ctrl-C cancels what runs on every server and says what was finished where. --timeout TIME gives up a \
                    command in the same way; the time counts from the first connection on.
                    """),
                .paragraph(
                    """
                    Without --timeout a command may take as long as a server works on it. Where it takes more than 10 \
                    seconds, tscl says what it waits for: a server that does not answer, or a session that holds a lock. It ends \
                    after a minute without a sign of life from the access node, or from data nodes while nothing goes on \
                    for it elsewhere, and after 10 minutes behind a lock whose holder does nothing. --timeout 0 waits as \
                    long as it takes.
                    """),
            ])
    }
}
