extension HelpTopic {
    static let keys = HelpTopic(
        "keys", "Keys at the prompt",
        [
            .definitions([
                HelpDefinition("Tab", "completes, or lists what may come next and what it is"),
                HelpDefinition("Up, Down", "go through the history, through what begins like the line"),
                HelpDefinition("Ctrl-P, Ctrl-N", "go through all of the history"),
                HelpDefinition("Ctrl-R", "searches the history"),
                HelpDefinition(
                    "Right, End, Ctrl-E, Ctrl-F",
                    "at the end of the line take what is suggested in grey; Ctrl-Right a word"),
                HelpDefinition("Ctrl-X Ctrl-E", "opens the line in $VISUAL or $EDITOR; in vi's command mode v does"),
                HelpDefinition("Ctrl-_", "undoes the last change of the line"),
                HelpDefinition("Ctrl-L", "clears the screen"),
                HelpDefinition("Ctrl-C", "drops the line; while a command runs, cancels it on every server"),
                HelpDefinition("Ctrl-Z", "goes to the shell, and fg comes back"),
                HelpDefinition("Ctrl-D", "ends, in an empty line; so do quit, exit and \\q"),
            ]),
            .paragraph(
                """
                All other keys are libedit's, Emacs' or vi's, as ~/.editrc says. The suggestion is the last command that \
                began like the line; with NO_COLOR, and on a terminal that knows no colours, there is none. Commands of \
                psql and of other clients are answered with what does the same here.
                """),
        ])
}
