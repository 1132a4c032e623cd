import CommandLanguage

extension HelpTopic {
    static let passwords = HelpTopic(
        "passwords", "How passwords are given, and where they never are",
        [
            .paragraph("A password is never a word of a command. Where a command takes one:"),
            .definitions(PasswordOptions.all.map(\.syntax).map { HelpDefinition($0.usage, $0.summary) }),
            .paragraph(
                """
                A password file is this user's or root's, and nobody else may read or write it (chmod 600); another one \
                is refused.
                """),
            .paragraph(
                """
                Of a role's password only its SCRAM verifier is sent, the same one to every node. Secrets are in no \
                history, log, echo, dry run or error, and the history file is its owner's alone. What tscl takes for a \
                password in its arguments, and the value of each -v, is out of the list of processes at once.
                """),
            .paragraph(
                """
                The access node logs in on data nodes by itself, with a user mapping, the file timescaledb.passfile \
                (lines host:port:database:role:password), a certificate, or trust in pg_hba.conf; tscl does not \
                change these. The password of node add is used once and not kept by TimescaleDB. A superuser's node add \
                keeps it out of the access node's log; where another role's may get into it, a warning says so first. \
                'node reach' tells as which roles the access node gets there.
                """),
        ])
}
