import CommandLanguage
import Shell

/// What `tscl --help` prints.
enum Usage {
    static var text: String {
        var lines = [
            "tscl, the shell for TimescaleDB multi-node clusters.", "",
            "  tscl [OPTIONS]                        a prompt; commands from standard input when that is no terminal",
            "  tscl [OPTIONS] SCRIPT.tscl [ARG…]     a file of commands; - is standard input",
            "  tscl [OPTIONS] -c COMMAND [-f FILE …]  commands and files, in their order",
            "  tscl [OPTIONS] node list              one command, as words", "",
        ]
        let width = (OuterOption.all.map { $0.syntax.usage.count }.max() ?? 0) + 2
        for option in OuterOption.all {
            let short = option.short.map { "-\($0), " } ?? "    "
            let padding = String(repeating: " ", count: width - option.syntax.usage.count)
            lines.append("  \(short)\(option.syntax.usage)\(padding)\(option.syntax.summary)")
        }
        lines += [
            "", "With no connection given and a sandbox running, the sandbox. PGHOST and the other variables of libpq,",
            "service files and .pgpass count as for psql.", "", "Commands ('tscl help COMMAND' explains one):",
        ]
        return lines.joined(separator: "\n") + "\n" + Help.overview
    }
}
