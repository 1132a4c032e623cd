import MultiNode
import Testing

/// Which setting ends what the access node does on a node, and what takes it back.
@Suite struct SessionLimitTests {
    private func limit(_ row: [String: String?]) -> SessionLimit {
        SessionLimit(row: ["name": "statement_timeout", "value": "300ms", "of_server": "f"].merging(row) { $1 })
    }

    @Test func whatHasSetItIsToldWithWhatTakesItBack() {
        let all: [(SessionLimit, String, String)] = [
            (limit(["role": "app"]), "set for the role app", "ALTER ROLE \"app\" RESET statement_timeout"),
            (
                limit(["role": "app", "database": "d"]), "set for the role app in the database d",
                "ALTER ROLE \"app\" IN DATABASE \"d\" RESET statement_timeout"
            ),
            (limit(["database": "d"]), "set for the database d", "ALTER DATABASE \"d\" RESET statement_timeout"),
            (limit([:]), "set for all roles", "ALTER ROLE ALL RESET statement_timeout"),
            (
                limit(["of_server": "t"]), "set for the whole server",
                "ALTER SYSTEM SET statement_timeout = 0, and SELECT pg_reload_conf()"
            ),
        ]
        for (limit, origin, reset) in all {
            #expect(limit.text == "statement_timeout = 300ms, \(origin)")
            #expect(limit.remedy(on: "dn1") == "on the server of dn1: \(reset)")
        }
        #expect(all[0].0.remedy(on: nil) == "sql ALTER ROLE \"app\" RESET statement_timeout")
    }

    @Test(arguments: [
        ("300", 300), ("300ms", 300), ("5s", 5000), ("1.5 s", 1500), ("2min", 120_000), ("1h", 3_600_000), ("1us", 1),
    ])
    func timesAreRead(text: String, milliseconds: Int) {
        #expect(limit(["value": text]).milliseconds == milliseconds)
    }

    @Test func whatEndsNothingIsNone() {
        let rows: [[String: String?]] = ["0", "off", "0ms", "5s", "on"].map { ["name": "x", "value": $0] }
        #expect(SessionLimit.list(rows).map(\.value) == ["5s", "on"])
        #expect(limit(["value": "on"]).milliseconds == nil)
        #expect(limit(["value": "500"]).text.hasPrefix("statement_timeout = 500ms, "))
    }

    @Test func eachEndHasItsSetting() {
        #expect(SessionLimit.name(endingWith: "57014") == "statement_timeout")
        #expect(SessionLimit.name(endingWith: "25P03") == "idle_in_transaction_session_timeout")
        #expect(SessionLimit.name(endingWith: "55P03") == "lock_timeout")
        #expect(SessionLimit.name(endingWith: "08006") == nil && SessionLimit.name(endingWith: nil) == nil)
    }
}
