extension HelpTopic {
    static let sandbox = HelpTopic(
        "sandbox", "A cluster of real PostgreSQL servers on this machine, to learn and to test",
        [
            .paragraph(
                """
                It belongs to this user alone, needs no root and no network, and tscl connects to it by itself where \
                no other connection is given. Where the servers offer TimescaleDB 2.0 to 2.13 it is used; elsewhere an \
                emulator of the multi-node control interface (nodes, roles, distributed transactions, healing; no \
                chunks, no rows), and status, version and the prompt say so.
                """),
            .lines([
                "sandbox up",
                "node add dn{1..3} --host ${sandbox}/dn{1..3}",
                "sandbox doubt dn2            # leaves a distributed transaction half done",
                "heal list",
                "heal all",
                "sandbox kill dn3             # a crash",
                "heal all                     # the others are healed, and dn3 is named",
                "sandbox start dn3",
                "sandbox down --purge",
            ]),
            .paragraph(
                """
                'sandbox up --auth password' and '--auth certificate' make a cluster whose servers ask who one is, set \
                up as an operator would set them up, on ports of 127.0.0.1; 'sandbox up' says with which ports the nodes \
                are added. tscl logs in as postgres by itself, and 'sandbox status' says how psql does: with the files \
                in client/ of the sandbox's folder. The access node gets to its data nodes as postgres, too. For each \
                further role it needs that role's password or certificate, in the same folder:
                """),
            .definitions([
                HelpDefinition(
                    "an1/secrets/passfile",
                    "with password, the access node's timescaledb.passfile: a line *:*:*:ROLE:PASSWORD for each role"),
                HelpDefinition(
                    "an1/secrets/roles/",
                    """
                    with certificate, its timescaledb.ssl_dir: NAME.crt and NAME.key for each role, where NAME is the \
                    MD5 sum of the role's name
                    """),
                HelpDefinition(
                    "client/",
                    """
                    with certificate, also the authority, ca.crt and ca.key, and openssl.cnf, with which openssl makes \
                    further certificates
                    """),
            ]),
            .paragraph(
                """
                What the servers use belongs to the user that they run as, and nobody else can read it: mode 0600.
                """),
        ])
}
