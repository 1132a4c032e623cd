import CommandLanguage

extension HelpTopic {
    static let passwords = HelpTopic(
        "passwords", "Passwords: how they are given, where they are kept, how they are changed",
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
            .paragraph("What is where, and which command is for it:"),
            .definitions([
                HelpDefinition(
                    "on each server",
                    "the role's verifier: 'role create' and 'role alter', with --everywhere on all at once"),
                HelpDefinition(
                    "pg_hba.conf of each data node",
                    "host all all ADDRESS scram-sha-256, with the access node's address: by hand, then reload"),
                HelpDefinition(
                    "passfile of the access node",
                    "a line for each role, mode 0600, of the server's user: 'role passfile'"),
                HelpDefinition("user mappings", "a password that counts before the passfile: 'role map', 'role unmap'"),
                HelpDefinition("~/.pgpass here", "tscl's own way to the servers: by hand, as for psql"),
            ]),
            .paragraph(
                """
                A new password, with as little outage as there can be: a role has one password, so that from the change on \
                new connections need the new one, while open ones stay. Where the role has no mapping, its password \
                is changed on the servers first and in the passfile at once behind that:
                """),
            .lines([
                "role alter app --everywhere --password-env NEW_PASSWORD",
                "role passfile app --write --password-env NEW_PASSWORD",
                "node reach --as app",
            ]),
            .paragraph(
                """
                Between the first two new connections of the access node as app fail, and the first ends with 4 for that. \
                With a user mapping that holds the password there is no such gap: the mapping changes in the same \
                transaction. Without any outage a second role does it: 'role create' with the rights of the first, its line \
                in the passfile, and 'role map' that leads to it.
                """),
            .paragraph("What the servers say, and what mends it ('node reach' says which line, on which machine):"),
            .definitions([
                HelpDefinition(
                    "no password supplied",
                    "no line, or a mode other than 0600: 'role check' says for which roles, 'role passfile' which line"),
                HelpDefinition(
                    "password authentication failed",
                    """
                    another password, no such role, one without LOGIN or one stored as md5: 'role check', \
                    'role passfile --password-prompt' (differs), 'role alter'
                    """),
                HelpDefinition("no pg_hba.conf entry", "the address of the access node is missing there"),
                HelpDefinition("role does not exist", "'role sync' makes it, with LOGIN"),
            ]),
        ])
}
