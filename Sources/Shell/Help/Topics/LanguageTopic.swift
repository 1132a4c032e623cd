extension HelpTopic {
    static let language = HelpTopic(
        "language", "Words, quotes, options, and names for several things",
        [
            .paragraph(
                """
                The same language is read at the prompt, in files, from standard input and behind -c. A command ends \
                at the end of the line or at a ;. It goes on behind a \\ at the end of the line, and while a { block \
                or a $$ string is open; SQL goes on to its ;. # at the start of a word begins a comment, and so does SQL's \
                -- where a command may begin.
                """),
            .definitions([
                HelpDefinition("'…'", "literal; '' in it is one quote"),
                HelpDefinition("\"…\"", "knows \\\" \\\\ \\n \\t \\$ and ${…}"),
                HelpDefinition("$$…$$, $tag$…$tag$", "raw, over several lines too"),
                HelpDefinition("dn{1..4}, {a,b}", "several words, where a command takes several names"),
                HelpDefinition("'dn*'", "the nodes that exist and match"),
                HelpDefinition("dn1,dn2 or all", "nodes, behind --on and --nodes"),
            ]),
            .paragraph(
                """
                Options stand anywhere behind the words of the command: --name value or --name=value; a bare -- ends \
                them. Braces in an option go alongside those in the names: node add dn{1..4} --host 10.0.0.{11..14} \
                adds four nodes. Nothing is abbreviated, and a word that is not known never runs: the error has \
                a suggestion.
                """),
            .paragraph(
                """
                Case is kept as written, and names are quoted in all SQL that tscl makes: Dn1 and dn1 are two nodes.
                """),
            .paragraph(
                """
                As arguments of tscl (tscl node list) each argument is one word as if quoted: braces and ${…} are \
                left as they are, and only patterns for nodes mean something.
                """),
        ])
}
