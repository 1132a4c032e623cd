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
    /// The files by which the connection gets in.
    package let files: [LoginFile]

    package init(
        _ program: String, for user: String? = nil, every interval: Duration, to connection: ConnectionInfo,
        files: [LoginFile] = []
    ) {
        self.program = program
        self.user = user
        self.interval = interval
        self.connection = connection
        self.files = files
    }

    /// The command, with these files named.
    ///
    /// - Parameter isQuiet: whether it says nothing when all is well; a journal may have each run.
    func words(naming files: [LoginFile], isQuiet: Bool = false) -> [String] {
        [program, "--no-rc"] + (isQuiet ? ["--quiet"] : []) + [
            "-w", "-h", connection.host, "-p", String(connection.port), "-U", connection.user, "-d",
            database(naming: files), "--timeout", "60s", "-c", "heal all",
        ]
    }

    /// The database, with what the connection needs besides. No secret is among it.
    private func database(naming files: [LoginFile]) -> String {
        let mode = connection.login["sslmode"].flatMap { $0.isEmpty || $0 == "prefer" ? nil : ("sslmode", $0) }
        let login = (mode.map { [$0] } ?? []) + files.map { ($0.keyword, $0.path) }
        if login.isEmpty { return connection.database }
        return ([("dbname", connection.database)] + login)
            .map { "\($0.0)=\(Self.conninfoValue($0.1))" }.joined(separator: " ")
    }

    private static func conninfoValue(_ value: String) -> String {
        "'" + value.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "'"
    }

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
        let command = words(naming: files.filter { !$0.isUsual }, isQuiet: true).map {
            ShellWord.quoted($0).replacing("%", with: "\\%")
        }.joined(separator: " ")
        return [
            "# What goes wrong is mailed: with --quiet it says nothing when all is well.",
            "# -w asks for no password: unless a passfile is named it comes from ~/.pgpass of the user whom this runs as, who "
                + "has to be able to read each file that is named.",
            "\(times) \(command)",
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
}
