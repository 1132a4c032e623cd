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
                The access node logs in on data nodes by itself: with the password of a user mapping ('role map'), or of \
                the file timescaledb.passfile ('role passfile' shows the lines host:port:database:role:password that it \
                needs and writes them), with a certificate, or by trust in pg_hba.conf. A mapping's password is kept as it \
                is, readable by superusers, and counts before the file's. 'role show' tells where a role's password is, \
                and 'node reach' as which roles the access node gets to its nodes.
                """),
            .paragraph(
                """
                The password of 'node add' is used once and kept nowhere by TimescaleDB: --map-password keeps it in a user \
                mapping of the role that adds. A superuser's node add keeps it out of the access node's log; where another \
                role's may get into it, a warning says so first. 'role alter --everywhere' with a new password changes the \
                user mappings that hold the old one in the same transaction, and says when the passfile holds it.
                """),
        ])
}
