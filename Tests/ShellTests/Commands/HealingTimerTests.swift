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
            line == "\(times) /usr/bin/tscl --no-rc --quiet -w -h an1 -p 5433 -U postgres -d metrics "
                + "--timeout 60s -c 'heal all'")
    }

    @Test(arguments: [.seconds(30), .seconds(90), .seconds(420), .seconds(5 * 3600), .zero] as [Duration])
    func intervalsThatCronDoesNotHave(_ interval: Duration) {
        #expect(timer(every: interval).lines(.cron) == nil)
        #expect(timer(every: interval).lines(.systemd) != nil)
    }

    private func connection(_ login: [(String, String)], isLocalSocket: Bool = false) -> ConnectionInfo {
        ConnectionInfo(
            backendPID: 1, serverVersion: 150_000, host: isLocalSocket ? "/run/postgresql" : "an1", hostAddress: "",
            port: 5433, database: "m", user: "postgres", isLocalSocket: isLocalSocket,
            login: ConnectionParameters(login))
    }

    @Test func cronNamesTheFilesThatLibpqWouldNotFind() throws {
        let connection = connection([
            ("sslmode", "verify-full"), ("sslcert", "c/a b.crt"), ("passfile", "/home/ops/.pgpass"),
            ("password", "hunter2"),
        ])
        let files = LoginFile.all(of: connection, home: "/home/ops") { $0.hasPrefix("/") ? $0 : "/here/" + $0 }
        let timer = HealingTimer("/usr/bin/tscl", every: .seconds(60), to: connection, files: files)
        let line = try #require(timer.lines(.cron)?.last)
        #expect(line.contains(#"-d 'dbname='\''m'\'' sslmode='\''verify-full'\''"#), "\(line)")
        #expect(line.contains("/here/c/a b.crt") && !line.contains("pgpass") && !line.contains("hunter2"), "\(line)")
    }

    /// A strict service sees no home: the usual files are handed to it as well.
    @Test func systemdHandsTheFilesOver() throws {
        let connection = connection([("sslkey", "/c/k"), ("sslcrldir", "/c/crl"), ("password", "hunter2")])
        let there: Set = ["/home/ops/.pgpass", "/home/ops/.postgresql/root.crt", "/c/k"]
        let files = LoginFile.all(of: connection, home: "/home/ops") { there.contains($0) ? $0 : nil }
        let units = try #require(
            HealingTimer("/usr/bin/tscl", for: "ops", every: .seconds(60), to: connection, files: files).lines(.systemd)
        )
        #expect(
            units.filter { $0.hasPrefix("LoadCredential=") } == [
                "LoadCredential=passfile:/home/ops/.pgpass",
                "LoadCredential=sslrootcert:/home/ops/.postgresql/root.crt",
                "LoadCredential=sslkey:/c/k",
            ])
        #expect(
            units.contains(
                "ExecStartPre=/usr/bin/install -m 0600 -t /run/tscl-heal ${CREDENTIALS_DIRECTORY}/passfile "
                    + "${CREDENTIALS_DIRECTORY}/sslrootcert ${CREDENTIALS_DIRECTORY}/sslkey"))
        let command = try #require(units.first { $0.hasPrefix("ExecStart=") })
        #expect(
            command.contains(
                "dbname='m' passfile='/run/tscl-heal/passfile' sslrootcert='/run/tscl-heal/sslrootcert' "
                    + "sslkey='/run/tscl-heal/sslkey' sslcrldir='/c/crl'"), "\(command)")
        #expect(units.contains("DynamicUser=yes") && units.contains("ProtectHome=yes"))
        #expect(!units.joined().contains("hunter2"))
    }

    @Test func overASocketTheServiceRunsAsWhoPrintedIt() throws {
        let timer = HealingTimer(
            "/home/ops/bin/tscl", for: "ops", every: .seconds(60), to: connection([], isLocalSocket: true))
        let units = try #require(timer.lines(.systemd))
        #expect(
            units.contains("User=ops") && !units.contains("DynamicUser=yes") && units.contains("ProtectHome=read-only"))
        #expect(!units.contains { $0.hasPrefix("LoadCredential=") || $0.hasPrefix("ExecStartPre=") })
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
        #expect(units.contains("OnUnitActiveSec=60s") && units.contains("PrivateTmp=no"))
    }
}
