import CommandLanguage

extension HelpTopic {
    static let scripts = HelpTopic(
        "scripts", "Control, and what a script can rely on",
        [
            .lines([
                "foreach n in dn{1..4} {",
                "    if not node ${n} exists { node add ${n} --host ${n}.example.com }",
                "    wait until node ${n} up --timeout 60s",
                "}",
                "transaction {",
                "    role create app --everywhere --login --password-env APP_PASSWORD",
                "    role grant app --nodes all",
                "}",
                "include hypertables.tscl app       # ${1} is app there",
                "assert cluster healthy",
            ]),
            .definitions(ControlSyntax.all.map { HelpDefinition($0.name, $0.summary) }),
            .heading("Predicates, each also behind not"), .lines(Predicate.usages),
            .paragraph(
                """
                'and' and 'or' join predicates; 'not' binds closest, then 'and', then 'or', and there are no \
                parentheses. <, <=, > and >= compare numbers, bytes (10GB) or times (5m). There is no arithmetic and \
                no function: for these there is SQL, by rows $$ … $$ and sql --into x.
                """),
            .lines([
                "foreach name, pages in rows $$ SELECT relname, relpages FROM pg_class $$ {",
                "    echo ${name} ${pages}",
                "}",
                "lock nightly {",
                "    try {",
                "        heal all",
                "    } else {",
                "        echo \"${node}: ${error} (${sqlstate})\"",
                "    }",
                "}",
            ]),
            .paragraph(
                """
                Where a node does not answer in time, a predicate is neither true nor false, and so is its contrary: \
                wait until goes on asking, and fails when its time is over; if and assert fail at once.
                """),
            .paragraph(
                """
                A file is parsed whole, and all files that it includes, before anything connects: a mistake anywhere \
                means that nothing runs, and all mistakes are shown at once. --check does only that. Standard input \
                runs command by command, as its lines arrive. include, --password-file and the like look for their \
                file in the folder of the script in which its name is written.
                """),
            .paragraph(
                """
                Without a terminal the first failure ends the run, and tscl says what was not run; with --keep-going it \
                goes on, and still ends with a failure's status. A command that deals with several nodes either runs in one \
                distributed transaction or says what was done where, and the command that would do the rest. \
                With --if-not-exists and --if-exists a script can be run again: what is there already is reported as \
                unchanged; where it differs from what is asked for, the report has the command that changes it.
                """),
            .paragraph(
                """
                #!/usr/bin/env tscl as the first line makes a file that can be run. --log FILE keeps a line of JSON \
                for each statement sent, but for the DISCARD ALL between two uses of a connection to a data node, and one \
                with "event":"send" before it is sent.
                """),
        ])
}
