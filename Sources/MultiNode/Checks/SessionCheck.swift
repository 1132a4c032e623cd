/// Finds settings with which no session can write, or use TimescaleDB at all: on data nodes and on the access node.
package struct SessionCheck: Sendable {
    private let facts: NodeFacts
    private let place: String

    package init(_ facts: NodeFacts, of place: String) {
        self.facts = facts
        self.place = place
    }

    package var findings: [Finding] {
        var findings: [Finding] = []
        if facts.settings[SessionSetting.readOnly] == "on" {
            findings.append(
                Finding(
                    .error, place, "default_transaction_read_only is on in new sessions: they write nothing",
                    remedy:
                        "find out who set it, such as a managed service whose disk is nearly full; then reset it for the "
                        + "server, database and role"))
        }
        if facts.settings[SessionSetting.restoring] == "on" {
            findings.append(
                Finding(
                    .error, place,
                    "timescaledb.restoring is on, as after a restore that was not completed: nothing works",
                    remedy: "on its server, in its database: SELECT timescaledb_post_restore()"))
        }
        for name in AllRows.readers where facts.settings[name] == "off" {
            findings.append(
                Finding(
                    .error, place, "\(name) is off in new sessions: \(SessionSetting.unread)",
                    remedy: "find out who set it; then reset it for the server, database and role"))
        }
        return findings + ofRoles
    }

    private var ofRoles: [Finding] {
        facts.roleSettings.compactMap { setting in
            guard SessionSetting.isHarmful(setting.value, of: setting.name) else { return nil }
            let remedy = place == Finding.accessNode ? "sql \(setting.reset)" : "on its server, \(setting.reset)"
            let text = "\(setting.name) is \(setting.value) in new sessions of \(setting.role)"
            switch setting.name {
            case SessionSetting.readOnly:
                return Finding(.error, place, "\(text): they write nothing", remedy: remedy)
            case SessionSetting.restoring:
                return Finding(.error, place, "\(text): nothing works in them", remedy: remedy)
            case _ where AllRows.readers.contains(setting.name):
                return Finding(.error, place, "\(text): \(SessionSetting.unread)", remedy: remedy)
            default:
                // On the access node a limit is the role's own affair.
                guard place != Finding.accessNode else { return nil }
                let (severity, effect) = SessionSetting.effect(of: setting.name)
                return Finding(severity, place, "\(text): \(effect)", remedy: remedy)
            }
        }
    }
}
