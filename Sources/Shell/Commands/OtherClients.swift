import CommandLanguage

/// What people have in their fingers from psql and other clients, and what does it here.
enum OtherClients {
    static let commands = ForeignCommands(listing + session + connecting + output + ofOthers)

    /// The options of psql that tscl does not have, by their names, and what does the same here.
    static let options: [String: String] = {
        let answers: [(names: [String], answer: String)] = [
            (["-l", "--list"], "the databases are listed so: tscl -c 'SELECT datname FROM pg_database;'"),
            (
                ["-A", "--no-align", "-t", "--tuples-only"],
                "--format tsv shows bare values without a heading: tscl --format tsv -c COMMAND"
            ),
            (["-x", "--expanded"], "--format expanded shows each row as a block of lines"),
            (["--csv"], "it is --format csv here"),
            (
                ["-F", "--field-separator", "-R", "--record-separator", "-P", "--pset"],
                "--format takes one of table, expanded, json, jsonl, csv, tsv and script"
            ),
            (["-X", "--no-psqlrc"], "it is --no-rc here"),
            (["-1", "--single-transaction"], "'transaction { … }' in a script is all of it or nothing"),
            (["-a", "--echo-all", "-e", "--echo-queries"], "--echo shows each command before it runs"),
            (["-E", "--echo-hidden"], "--show-sql shows each statement as it is sent"),
            (["-b", "--echo-errors"], "an error always shows its command"),
            (["-o", "--output"], "a shell keeps what is shown: tscl -c COMMAND > FILE"),
            (["-L", "--log-file"], "--log FILE appends a line of JSON for each statement that is sent"),
            (["--set"], "it is -v NAME=VALUE here"),
        ]
        return Dictionary(
            uniqueKeysWithValues: answers.flatMap { entry in entry.names.map { ($0, entry.answer) } })
    }()

    private static let listing: [ForeignCommands.Command] = [
        .init(#"\d"#, "'hypertable list' lists the hypertables, 'TABLE pg_tables;' all tables"),
        .init(
            #"\d NAME"#,
            "'hypertable show NAME' describes a hypertable; the columns of any table: 'SELECT attname, "
                + "format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = $$NAME$$::regclass AND attnum > 0;'"
        ),
        .init(#"\dt"#, "'hypertable list' lists the hypertables, 'TABLE pg_tables;' all tables"),
        .init(#"\dv"#, "'TABLE pg_views;' lists the views"),
        .init(#"\dm"#, "'TABLE pg_matviews;' lists the materialized views"),
        .init(#"\di"#, "'TABLE pg_indexes;' lists the indexes"),
        .init(#"\ds"#, "'TABLE pg_sequences;' lists the sequences"),
        .init(#"\dn"#, "'SELECT nspname FROM pg_namespace;' lists the schemas"),
        .init(#"\du"#, "'role list' lists the roles, here and on the nodes"),
        .init(#"\du NAME"#, "'role show NAME' describes the role, here and on the nodes"),
        .init(#"\dg"#, "'role list' lists the roles, here and on the nodes"),
        .init(#"\dg NAME"#, "'role show NAME' describes the role, here and on the nodes"),
        .init(
            #"\dx"#, "'version' tells TimescaleDB's version, 'SELECT extname, extversion FROM pg_extension;' all"),
        .init(
            #"\df"#,
            "'SELECT oid::regprocedure FROM pg_proc WHERE pronamespace = $$public$$::regnamespace;' lists the functions"
        ),
        .init(#"\df NAME"#, "'SELECT oid::regprocedure FROM pg_proc WHERE proname = $$NAME$$;' lists such functions"),
        .init(#"\sf NAME"#, "'SELECT pg_get_functiondef($$NAME$$::regproc);' shows the function"),
        .init(#"\sv NAME"#, "'SELECT pg_get_viewdef($$NAME$$::regclass);' shows the view"),
        .init(#"\dp"#, "'SELECT oid::regclass, relacl FROM pg_class WHERE relacl IS NOT NULL;' lists the grants"),
        .init(#"\z"#, "'SELECT oid::regclass, relacl FROM pg_class WHERE relacl IS NOT NULL;' lists the grants"),
        .init(#"\des"#, "'node list' lists the data nodes, which are the foreign servers of a cluster"),
        .init(#"\l"#, "'SELECT datname FROM pg_database;' lists the databases"),
    ]

    private static let session: [ForeignCommands.Command] = [
        .init(#"\q"#, "'quit' ends"),
        .init(#"\conninfo"#, "'version' tells the servers' versions, 'status' the connection and the cluster"),
        .init(#"\password"#, "'role alter NAME --password-prompt' changes a password"),
        .init(#"\password NAME"#, "'role alter NAME --password-prompt' changes the password"),
        .init(#"\set"#, "'set' lists the variables"),
        .init(#"\set NAME"#, "'set NAME VALUE' sets the variable; '' is an empty value"),
        .init(#"\set NAME VALUE"#, "'set NAME VALUE' sets the variable"),
        .init(#"\unset NAME"#, "'unset NAME' removes the variable"),
        .init(#"\gset"#, "'sql --into NAME STATEMENT' puts the one value into a variable"),
        .init(#"\i"#, "'include FILE' runs a file"),
        .init(#"\i FILE"#, "'include FILE' runs the file"),
        .init(#"\ir"#, "'include FILE' runs a file, named from the folder of the one that includes it"),
        .init(#"\ir FILE"#, "'include FILE' runs the file, named from the folder of the one that includes it"),
        .init(#"\e"#, "Ctrl-X Ctrl-E opens the line in $VISUAL or $EDITOR; 'include FILE' runs a file"),
        .init(#"\s"#, "'history' lists the commands typed so far"),
        .init(#"\!"#, "Ctrl-Z goes to the shell, and fg comes back"),
        .init(#"\?"#, "'help' lists the commands, 'apropos WORD' those about something"),
        .init(#"\h"#, "'help' lists the commands of tscl, and 'help sql' tells how SQL is run"),
        .init(#"\if"#, "'help scripts' explains if, foreach and the other statements of scripts"),
    ]

    /// `\c` with what it takes: a database, a role, a host and a port, of which - is the one of now.
    private static let connecting = [#"\c"#, #"\connect"#].flatMap { word -> [ForeignCommands.Command] in
        let other = "connects to another database of this server, 'connect CONNINFO' to another server"
        func reusing(_ words: String, _ conninfo: String) -> ForeignCommands.Command {
            .init(
                "\(word) \(words)", "'connect --reuse-previous \(conninfo)' keeps the rest of the connection as it is")
        }
        return [
            .init(word, "'reconnect' opens the connection again, 'connect' the session's first one"),
            .init("\(word) NAME", "'connect NAME' \(other)"),
            reusing("- ROLE", "user=ROLE"), reusing("NAME ROLE", "dbname=NAME user=ROLE"),
            reusing("NAME - HOST", "dbname=NAME host=HOST"), reusing("- ROLE HOST", "user=ROLE host=HOST"),
            reusing("- - HOST", "host=HOST"), reusing("NAME ROLE HOST", "dbname=NAME user=ROLE host=HOST"),
            reusing("NAME ROLE HOST PORT", "dbname=NAME user=ROLE host=HOST port=PORT"),
            reusing("- ROLE HOST PORT", "user=ROLE host=HOST port=PORT"),
            reusing("NAME - HOST PORT", "dbname=NAME host=HOST port=PORT"),
            reusing("- - HOST PORT", "host=HOST port=PORT"), reusing("- - - PORT", "port=PORT"),
            reusing("NAME - - PORT", "dbname=NAME port=PORT"), reusing("- ROLE - PORT", "user=ROLE port=PORT"),
            reusing("-reuse-previous=on NAME", "dbname=NAME"),
        ]
    }

    private static let output: [ForeignCommands.Command] = [
        .init(#"\x"#, "'format expanded' shows each row as a block of lines, 'format table' goes back"),
        .init(
            #"\gx"#,
            "'sql --format expanded STATEMENT' shows each row as a block of lines, 'format expanded' all from now on"),
        .init(#"\g"#, "; ends a statement and runs it: 'STATEMENT;'"),
        .init(#"\timing"#, "'timing on' shows how long each command takes"),
        .init(#"\timing on"#, "'timing on' shows how long each command takes"),
        .init(#"\timing off"#, "'timing off' ends that"),
        .init(#"\echo"#, "'echo WORD' prints words"),
        .init(#"\echo WORD"#, "'echo WORD' prints words"),
        .init(#"\qecho"#, "'echo WORD' prints words"),
        .init(#"\pset"#, "'format' tells how answers are shown, 'null' what stands for NULL, 'pager' about the pager"),
        .init(#"\pset null"#, "'null TEXT' chooses what stands for NULL"),
        .init(#"\pset pager"#, "'pager on' and 'pager off' choose"),
        .init(#"\pset format"#, "'format csv' chooses, of table, expanded, json, jsonl, csv, tsv and script"),
        .init(#"\a"#, "'format tsv' shows bare values, 'format table' goes back"),
        .init(#"\t"#, "'format tsv' shows bare values without a heading, 'format table' goes back"),
        .init(#"\H"#, "'format json' and 'format csv' are for programs"),
        .init(#"\o"#, "a shell keeps what is shown: tscl -c COMMAND > FILE"),
        .init(#"\w"#, "Ctrl-X Ctrl-E opens the line in $VISUAL or $EDITOR, which can keep it"),
        .init(
            #"\copy"#,
            "'sql --to FILE COPY NAME TO STDOUT (FORMAT csv)' writes a file, 'sql --from FILE COPY NAME FROM STDIN (FORMAT "
                + "csv)' reads one"),
        .init(
            #"\watch"#, "'status --watch 2s' repeats; a statement is repeated by a shell: watch -x tscl -c 'STATEMENT'"),
    ]

    private static let ofOthers: [ForeignCommands.Command] = [
        .init("clear", "Ctrl-L clears the screen, and so does 'clear' at the prompt"),
        .init("cls", "Ctrl-L clears the screen, and so does 'clear' at the prompt"),
        .init("edit", "Ctrl-X Ctrl-E opens the line in $VISUAL or $EDITOR; 'include FILE' runs a file"),
        .init("source", "'include FILE' runs a file"),
        .init("source FILE", "'include FILE' runs the file"),
        .init("logout", "'quit' ends"),
        .init("bye", "'quit' ends"),
        .init("ls", "'node list', 'hypertable list', 'chunk list' and 'role list' list what there is"),
        .init("show nodes", "'node list' lists the data nodes, 'node ping' asks each"),
        .init("show roles", "'role list' lists the roles, here and on the nodes"),
        .init("use", "'connect NAME' connects to another database of this server"),
        .init("use NAME", "'connect NAME' connects to another database of this server"),
        .init("describe", "'hypertable list' lists the hypertables, 'hypertable show NAME' describes one"),
        .init("describe NAME", "'hypertable show NAME' describes a hypertable"),
        .init("desc", "'hypertable list' lists the hypertables, 'hypertable show NAME' describes one"),
        .init("desc NAME", "'hypertable show NAME' describes a hypertable"),
        .init("show tables", "'hypertable list' lists the hypertables, 'TABLE pg_tables;' all tables"),
        .init("show databases", "'SELECT datname FROM pg_database;' lists the databases"),
    ]
}
