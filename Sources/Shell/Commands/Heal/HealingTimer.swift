package import Postgres

/// What heals all nodes at intervals from outside of the database, in the form that its machine reads.
package struct HealingTimer: Sendable {
    package enum Form: String, CaseIterable, Sendable {
        case cron, systemd
    }

    /// The path of tscl.
    package let program: String
    /// The operating system's user as whom it is to run; nil for the one that the form itself chooses.
    package let user: String?
    package let interval: Duration
    package let connection: ConnectionInfo

    package init(_ program: String, for user: String? = nil, every interval: Duration, to connection: ConnectionInfo) {
        self.program = program
        self.user = user
        self.interval = interval
        self.connection = connection
    }

    private var words: [String] {
        [
            program, "--no-rc", "-w", "-h", connection.host, "-p", String(connection.port), "-U", connection.user, "-d",
            database, "--timeout", "60s", "-c", "heal all",
        ]
    }

    /// The database, with the files by which the connection proves who it is where libpq would not find them by itself. No
    /// secret is among them.
    private var database: String {
        let login = Self.files.compactMap { keyword in
            connection.login[keyword].flatMap { value in
                value.isEmpty || Self.isUsual(keyword, value) ? nil : "\(keyword)=\(Self.conninfoValue(value))"
            }
        }
        if login.isEmpty { return connection.database }
        return (["dbname=\(Self.conninfoValue(connection.database))"] + login).joined(separator: " ")
    }

    private static let files = ["sslmode", "sslrootcert", "sslcert", "sslkey", "sslcrl", "sslcrldir", "passfile"]

    private static func isUsual(_ keyword: String, _ value: String) -> Bool {
        keyword == "sslmode" && value == "prefer" || keyword == "passfile" && value.hasSuffix("/.pgpass")
    }

    private static func conninfoValue(_ value: String) -> String {
        "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }

    /// What every form needs to be told.
    private static let password =
        "# -w asks for no password: unless a passfile is named it comes from ~/.pgpass of the user whom this runs as, who has "
        + "to be able to read each file that is named."

    /// The lines; nil where the form has no such interval.
    package func lines(_ form: Form) -> [String]? {
        switch form {
        case .cron: crontab
        case .systemd: units
        }
    }

    // MARK: crontab(5)

    private var crontab: [String]? {
        guard let times = cronTimes else { return nil }
        // In a crontab % ends the command.
        let command = words.map { ShellWord.quoted($0).replacing("%", with: "\\%") }.joined(separator: " ")
        return [
            "# What goes wrong is mailed: it is on standard error, and nothing is there when all is well.",
            Self.password,
            "\(times) \(command) >/dev/null",
        ]
    }

    private var cronTimes: String? {
        let seconds = interval.components.seconds
        guard seconds > 0, seconds % 60 == 0, interval.components.attoseconds == 0 else { return nil }
        let minutes = seconds / 60
        switch minutes {
        case 1: return "* * * * *"
        case ..<60: return 60 % minutes == 0 ? "*/\(minutes) * * * *" : nil
        case 60: return "0 * * * *"
        case 1440: return "0 0 * * *"
        default: return minutes % 60 == 0 && 1440 % minutes == 0 ? "0 */\(minutes / 60) * * *" : nil
        }
    }

    // MARK: systemd.service(5), systemd.timer(5)

    private var units: [String] {
        let command = words.map(Self.unitWord).joined(separator: " ")
        return [
            "# /etc/systemd/system/tscl-heal.service", "[Unit]",
            "Description=Heal the data nodes of \(Self.unitText(connection.database))",
            "Wants=network-online.target", "After=network-online.target", "", "[Service]", "Type=oneshot",
            Self.password,
        ] + (user.map { ["User=\($0)"] } ?? []) + [
            "ExecStart=\(command)", "",
            "# /etc/systemd/system/tscl-heal.timer; then: systemctl daemon-reload && systemctl enable --now tscl-heal.timer",
            "[Unit]", "Description=Heal the data nodes of \(Self.unitText(connection.database)) again and again", "",
            "[Timer]", "OnBootSec=1min", "OnUnitActiveSec=\(interval.components.seconds)s", "AccuracySec=1s", "",
            "[Install]", "WantedBy=timers.target",
        ]
    }

    /// % begins a specifier, and $ a variable.
    private static func unitText(_ text: String) -> String { text.replacing("%", with: "%%") }

    private static func unitWord(_ word: String) -> String {
        let text = unitText(word).replacing("$", with: "$$")
        guard text.contains(where: { " \t\"'\\;".contains($0) }) || text.isEmpty else { return text }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
