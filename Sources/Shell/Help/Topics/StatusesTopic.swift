extension HelpTopic {
    static let statuses = HelpTopic(
        "statuses", title: "exit status", "How tscl ends, for scripts and cron",
        [
            .definitions(ExitStatus.allCases.map { HelpDefinition(String($0.rawValue), $0.meaning) }),
            .paragraph(
                """
                The status of several commands is that of the first that failed, with --keep-going too. quit N ends \
                with N; quit alone with the status so far. 130 does not say that a command was undone: one that could \
                only be waited for, because it was committing, is said to be done.
                """),
            .lines(["*/5 * * * * tscl --quiet -w -d service=metrics heal all --timeout 60s"]),
        ])
}
