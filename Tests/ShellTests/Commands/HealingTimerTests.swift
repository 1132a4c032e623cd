import Postgres
import Shell
import Testing

/// What `heal schedule --print` prints.
@Suite struct HealingTimerTests {
    private func timer(every interval: Duration, host: String = "an1", database: String = "metrics") -> HealingTimer {
        HealingTimer(
            "/usr/bin/tscl", for: "ops", every: interval,
            to: ConnectionInfo(
                backendPID: 1, serverVersion: 150_000, host: host, hostAddress: "", port: 5433, database: database,
                user: "postgres", isLocalSocket: false))
    }

    @Test(
        arguments: [
            (.seconds(60), "* * * * *"), (.seconds(300), "*/5 * * * *"), (.seconds(1800), "*/30 * * * *"),
            (.seconds(3600), "0 * * * *"), (.seconds(6 * 3600), "0 */6 * * *"), (.seconds(86_400), "0 0 * * *"),
        ] as [(Duration, String)])
    func aCrontabLine(_ interval: Duration, _ times: String) throws {
        let line = try #require(timer(every: interval).lines(.cron)?.last)
        #expect(
            line == "\(times) /usr/bin/tscl --no-rc -w -h an1 -p 5433 -U postgres -d metrics --timeout 60s "
                + "-c 'heal all' >/dev/null")
    }

    @Test(arguments: [.seconds(30), .seconds(90), .seconds(420), .seconds(5 * 3600), .zero] as [Duration])
    func intervalsThatCronDoesNotHave(_ interval: Duration) {
        #expect(timer(every: interval).lines(.cron) == nil)
        #expect(timer(every: interval).lines(.systemd) != nil)
    }

    @Test func itNamesTheFilesByWhichTheConnectionGetsIn() throws {
        let login = ConnectionParameters([
            ("sslmode", "verify-full"), ("sslcert", "/c/a b.crt"), ("passfile", "/c/pgpass"), ("password", "hunter2"),
        ])
        let timer = HealingTimer(
            "/usr/bin/tscl", every: .seconds(60),
            to: ConnectionInfo(
                backendPID: 1, serverVersion: 150_000, host: "an1", hostAddress: "", port: 5433, database: "m",
                user: "postgres", isLocalSocket: false, login: login))
        let units = try #require(timer.lines(.systemd)).joined(separator: "\n")
        #expect(
            units.contains(
                #"-d "dbname='m' sslmode='verify-full' sslcert='/c/a b.crt' passfile='/c/pgpass'" --timeout"#),
            "\(units)")
        #expect(!units.contains("hunter2"))
    }

    @Test func namesAreQuotedAsEachFormReadsThem() throws {
        let odd = timer(every: .seconds(60), host: "/tmp/a b", database: "100%'s $x")
        let line = try #require(odd.lines(.cron)?.last)
        #expect(line.contains(#"-h '/tmp/a b' -p 5433 -U postgres -d '100\%'\''s $x' "#))
        let units = try #require(odd.lines(.systemd))
        #expect(
            units.contains(
                #"ExecStart=/usr/bin/tscl --no-rc -w -h "/tmp/a b" -p 5433 -U postgres -d "100%%'s $$x" "#
                    + #"--timeout 60s -c "heal all""#))
        #expect(units.contains("OnUnitActiveSec=60s") && units.contains("User=ops"))
    }
}
