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
        ])
}
