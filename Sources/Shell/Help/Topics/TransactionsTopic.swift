extension HelpTopic {
    static let transactions = HelpTopic(
        "transactions", "What happens on all nodes or on none, and what can't",
        [
            .paragraph(
                """
                transaction { … } is one transaction on the access node, and through it on all data nodes: after a failure \
                or a kill in the midst of it, all of it is done or nothing. A command with --everywhere, and exec, is \
                one such transaction by itself.
                """),
            .paragraph(
                """
                TimescaleDB does some things outside transactions only: node add, node delete --drop-database, heal, \
                exec --no-transaction, job run (its procedure may commit). These, and what would end the transaction or \
                its connection (connect, disconnect, reconnect, quit), are refused when the file is parsed.
                """),
            .paragraph(
                """
                A transaction that BEGIN has begun is ended by 'COMMIT;' or 'ROLLBACK;' alone. While it is \
                open, a command that would begin and commit one of its own is refused, and so is what TimescaleDB \
                does outside transactions only; a command of one statement is part of it. \
                What is still open at the end of a run is undone, and the status is 1 instead of 0.
                """),
            .paragraph(
                """
                A transaction that was prepared on a data node when the access node or the connection failed stays in \
                doubt there: it holds its locks and holds VACUUM back until it is healed. 'heal list' shows them, \
                'heal all' ends each as the access node decided, and 'heal schedule' does so again and again. When a \
                data node fails at COMMIT, the error says what became of the transaction; 'heal all' comes before \
                trying again, which would wait for those locks. A node that broke off after the access node had \
                committed is named, with status 4: its part is done once it is healed.
                """),
            .paragraph(
                """
                Once COMMIT is sent, or a statement by itself commits, its answer is awaited for 5 s more, although the \
                time is over or Ctrl-C was pressed: then what is done is said to be done. The status is 0 where the \
                time was over, and 130 behind Ctrl-C, so that nothing else runs. Where no answer comes, the access node \
                is asked over another connection what became of it: it is undone, it took effect all the same \
                (status 4), or that is not known, and the error has the query that tells it later.
                """),
        ])
}
