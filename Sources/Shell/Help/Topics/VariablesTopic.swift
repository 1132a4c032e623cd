extension HelpTopic {
    static let variables = HelpTopic(
        "variables", "Values with a name, in words and in SQL",
        [
            .definitions([
                HelpDefinition("set x value", "sets it; so do -v x=value, and sql --into x,y SELECT …"),
                HelpDefinition("${x}", "the value, in a word of a command; not set, it is an error"),
                HelpDefinition("${x:-default}", "the value, or the default where it is empty too"),
                HelpDefinition("${x:?text}", "the value, or the error that text says; told before anything runs"),
                HelpDefinition("${env:HOME}", "from the environment"),
                HelpDefinition("${1}, ${2}…", "the arguments of a script, and of an included file"),
                HelpDefinition("${script.dir}", "the folder of the script in which it is written"),
                HelpDefinition(
                    "${sandbox}", "the folder of the sandbox's sockets, where one without TCP ports is connected"),
                HelpDefinition(":'x'", "the value as a literal, in SQL"),
                HelpDefinition(":\"x\"", "the value as an identifier, in SQL"),
            ]),
            .paragraph(
                """
                A value is part of exactly one word and is never read as commands or SQL again. ${x} in SQL is an \
                error for that reason. NULL, from --or-null and the rows of a loop, is an empty value. set --secret x … \
                hides the value in everything that tscl says; the rows of a query are shown as they are.
                """),
        ])
}
