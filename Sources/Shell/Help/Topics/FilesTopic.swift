extension HelpTopic {
    static let files = HelpTopic(
        "files", title: "files and environment", "The files that tscl reads and writes, and the environment",
        [
            .definitions([
                HelpDefinition(
                    "~/.config/tscl/rc.tscl",
                    """
                    commands that run before the first prompt; not with --no-rc, and not where it is another user's or \
                    others may write to it: chmod 600
                    """),
                HelpDefinition("~/.local/state/tscl/history", "what was typed; only its owner can read it"),
                HelpDefinition("~/.local/state/tscl/sandbox/", "the sandboxes"),
                HelpDefinition("~/.pgpass, ~/.pg_service.conf", "passwords and services, as for psql"),
            ]),
            .definitions([
                HelpDefinition("XDG_CONFIG_HOME, XDG_STATE_HOME", "in place of ~/.config and ~/.local/state"),
                HelpDefinition("PGHOST, PGPORT, PGUSER, PGDATABASE…", "as for psql"),
                HelpDefinition("NO_COLOR", "no colour, where it is not empty"),
                HelpDefinition("TSCL_PAGER, PAGER", "what shows texts longer than the screen; empty: nothing does"),
                HelpDefinition("TSCL_ENGINE", "emulator: the sandbox does not use a TimescaleDB that is installed"),
            ]),
        ])
}
