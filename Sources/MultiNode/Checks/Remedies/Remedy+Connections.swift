extension Remedy {
    /// Of a connection that the access node could not open to a data node, TimescaleDB says nothing but the words of
    /// libpq and of the node's server; in other languages than English the last of these applies.
    static let connectionCases: [Case] =
        TLSFailure.allCases.map { failure in
            Case(["08001"], where: { TLSFailure(in: $0.texts) == failure }) {
                failure.adviceAtAccessNode($0.node ?? "NODE")
            }
        } + [
            Case(
                ["08001"], "FATAL:  database",
                "there is no such database on that server: check the name; of a data node, 'check' looks for it there"),
            Case(
                ["08001"], "is not permitted to log in",
                "the role has no LOGIN on that server; 'role check' shows where it differs, and 'role sync' mends it"),
            Case(
                ["08001"], "pg_hba.conf rejects",
                """
                a reject line in the data node's pg_hba.conf turns the role away: have a line in front of it that lets the \
                access node's address in, and reload it
                """),
            Case(
                ["08001"], "FATAL:  role",
                "the role is missing on that server; on data nodes 'role sync' creates what is missing"),
            Case(
                ["08001"], "password authentication failed",
                """
                the password differs from the server's: for the access node's own connections it is in a user mapping or in \
                timescaledb.passfile, and 'role show ROLE' tells in which
                """
            ),
            Case(
                ["08001"], "no password supplied",
                """
                the access node has no password for that node: its timescaledb.passfile needs mode 0600 (chmod 0600; libpq \
                passes by one of another mode) and the line that 'role passfile ROLE' shows
                """),
            Case(
                ["08001"], "no pg_hba.conf entry",
                "let the access node's address in, in the data node's pg_hba.conf, and reload it"),
            Case(
                ["08001"], "too many clients",
                "raise max_connections on that server, or end sessions that are idle"),
            Case(["08001"], "could not connect to", { nodeMayBeDown($0.node ?? "NODE") }),
            Case(
                ["08000", "08003", "08006"], where: { $0.node == Migration.targetName },
                { _ in "the connection broke: see whether the server that --to named runs; then again" }),
            Case(
                ["08000", "08003", "08006"], where: { $0.node != nil },
                { "the connection broke: try again; 'node ping \($0.nodeWord)' tells whether the node is up" }),
            Case(["08001"], "", "check host and port, and that the server is running and lets this address in"),
            Case(
                ["08000", "08003", "08004", "08006"], "",
                "the connection broke: try again, and then 'heal list' shows whether something is in doubt"),
        ]
}
