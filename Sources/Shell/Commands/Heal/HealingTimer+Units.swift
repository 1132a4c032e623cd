import Postgres

/// systemd.service(5), systemd.timer(5), systemd.exec(5).
extension HealingTimer {
    /// The folder that is made for each run and removed behind it.
    private static let runtimeFolder = "tscl-heal"

    /// A service that may read its files and reach the servers, and nothing else, and the timer that starts it.
    var units: [String] {
        service + [""] + [
            "# /etc/systemd/system/tscl-heal.timer; then: systemctl daemon-reload && systemctl enable --now tscl-heal.timer",
            "[Unit]", "Description=Heal the data nodes of \(Self.unitText(connection.database)) again and again", "",
            "[Timer]", "OnBootSec=1min", "OnUnitActiveSec=\(interval.components.seconds)s", "AccuracySec=1s", "",
            "[Install]", "WantedBy=timers.target",
        ]
    }

    private var service: [String] {
        let copies = files.map { file in
            file.isFolder ? file : LoginFile(keyword: file.keyword, path: "/run/\(Self.runtimeFolder)/\(file.keyword)")
        }
        let command = words(naming: copies).map(Self.unitWord).joined(separator: " ")
        return [
            "# /etc/systemd/system/tscl-heal.service", "[Unit]",
            "Description=Heal the data nodes of \(Self.unitText(connection.database))",
            "Wants=network-online.target", "After=network-online.target", "", "[Service]", "Type=oneshot",
            account,
        ] + credentials + ["ExecStart=\(command)", "TimeoutStartSec=10min", ""] + confinement
    }

    /// Over a socket the server may ask the operating system who it is; otherwise a user that exists for the run alone will do.
    private var account: String {
        if let user, connection.isLocalSocket { return "User=\(Self.unitText(user))" }
        return connection.isLocalSocket ? "User=root" : "DynamicUser=yes"
    }

    /// systemd reads the files as root. They are copied, as libpq takes none that a group may read, and some releases of
    /// systemd give access by an ACL, which shows as the group's.
    private var credentials: [String] {
        let files = files.filter { !$0.isFolder }
        guard !files.isEmpty else {
            return [
                "# No file gives a password: where a server wants one, write ~/.pgpass (mode 0600), and print this again."
            ]
        }
        let names = files.map { "${CREDENTIALS_DIRECTORY}/" + $0.keyword }.joined(separator: " ")
        return files.map { "LoadCredential=\($0.keyword):\(Self.unitText($0.path))" } + [
            "RuntimeDirectory=\(Self.runtimeFolder)", "RuntimeDirectoryMode=0700",
            "ExecStartPre=/usr/bin/install -m 0600 -t /run/\(Self.runtimeFolder) \(names)",
        ]
    }

    private var confinement: [String] {
        let isTemporary = ["/tmp/", "/var/tmp/"].contains { connection.host.hasPrefix($0) }
        let isAtHome = ["/home/", "/root/"].contains { program.hasPrefix($0) || connection.host.hasPrefix($0) }
        return [
            "ProtectSystem=strict", "ProtectHome=\(isAtHome ? "read-only" : "yes")",
            "PrivateTmp=\(isTemporary ? "no" : "yes")",
            "PrivateDevices=yes", "ProtectProc=invisible", "ProtectClock=yes", "ProtectHostname=yes",
            "ProtectControlGroups=yes", "ProtectKernelLogs=yes", "ProtectKernelModules=yes",
            "ProtectKernelTunables=yes",
            "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "RestrictNamespaces=yes", "RestrictRealtime=yes",
            "RestrictSUIDSGID=yes", "LockPersonality=yes", "MemoryDenyWriteExecute=yes", "NoNewPrivileges=yes",
            "CapabilityBoundingSet=", "SystemCallArchitectures=native", "SystemCallFilter=@system-service",
            "UMask=0077",
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
