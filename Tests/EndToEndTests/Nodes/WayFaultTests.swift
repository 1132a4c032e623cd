import Foundation
import Sandbox
import Testing

/// What keeps the access node, or one of its roles, from a data node, made on real servers; and what `node reach` says of it.
@Suite struct WayFaultTests {
    @Test func whatIsWrongWithPasswordsIsNamed() async throws {
        try await Gate.with(.password) { gate in
            try await gate.shell("sed -i 's/app:right/app:wrong/' an1/secrets/passfile")
            let wrong = try await gate.reach()
            #expect(wrong.status == 4)
            #expect(wrong.failing.map { $0.prefix(19) } == ["access node,dn1,app", "access node,dn2,app"], "\(wrong)")
            #expect(wrong.failing.allSatisfy { $0.contains("password authentication failed for user") }, "\(wrong)")
            #expect(wrong.told.contains("has another password than app has on dn1"), "\(wrong)")

            try await gate.shell("sed -i 's/app:wrong/app:right/' an1/secrets/passfile; chmod 644 an1/secrets/passfile")
            let open = try await gate.reach()
            // Copies of chunks would look for the same file.
            #expect(open.status == 1 && open.failing.count == 6, "\(open)")
            #expect(open.failing.allSatisfy { $0.hasSuffix(",fe_sendauth: no password supplied") }, "\(open)")
            #expect(open.told.contains("libpq takes no password from a passfile of another mode"), "\(open)")
            try await gate.shell("chmod 600 an1/secrets/passfile")

            // Which line is missing is told so that it can be copied.
            try await gate.shell("sed -i /:app:/d an1/secrets/passfile")
            let missing = try await gate.reach("dn2 --as app")
            let line = "127.0.0.1:\(gate.port(2)):dist:app:PASSWORD"
            #expect(missing.told.contains("timescaledb.passfile names, add the line \(line);"), "\(missing)")
            let roles = try await gate.cluster.run("role check app", "--format", "csv")
            let row = "app,dn2,passfile,*:*:*:app:PASSWORD,no line\n"
            #expect(roles.status == 5 && roles.output.hasSuffix(row), "\(roles)")
            try await gate.shell("echo '\(line.replacing("PASSWORD", with: "right"))' >>an1/secrets/passfile")
            #expect(try await gate.reach("dn2 --as app").status == 0)
            try await gate.shell("echo '*:*:*:app:right' >>an1/secrets/passfile")

            _ = try await gate.cluster.query("an1", "CREATE USER MAPPING FOR app SERVER dn1 OPTIONS (user 'nowhere')")
            let mapped = try await gate.reach("dn1 --as app")
            #expect(mapped.failing == ["access node,dn1,app,fe_sendauth: no password supplied"], "\(mapped)")
            #expect(mapped.told.contains(":dist:nowhere:PASSWORD"), "\(mapped)")
            _ = try await gate.cluster.query("an1", "DROP USER MAPPING FOR app SERVER dn1")
            _ = try await gate.cluster.query(
                "an1", "CREATE USER MAPPING FOR public SERVER dn1 OPTIONS (user 'nowhere')")
            let shared = try await gate.reach("dn1 --as app")
            #expect(shared.told.contains("goes by the one of public as nowhere ('role map app "), "\(shared)")
            #expect(try await gate.cluster.run("role map app --on dn1 --as app").status == 0)
            #expect(try await !gate.reach("dn1 --as app").failing.contains { $0.hasPrefix("access node,") })
            #expect(try await gate.cluster.run("role unmap {app,public} --on dn1").status == 0)

            try await gate.cluster.runScript(
                "dn2", "SET password_encryption = md5; ALTER ROLE app PASSWORD 'right'")
            let weak = try await gate.reach("--as app")
            #expect(weak.failing.count == 1 && weak.told.contains("stored there as md5 where pg_hba.conf"), "\(weak)")
            #expect(weak.told.contains("'role alter app --everywhere --password-prompt' stores it anew"), "\(weak)")
            var program = gate.cluster.program
            program.environment["APP_PASSWORD"] = "right"
            let stored = try await program.run(["-c", "role alter app --everywhere --password-env APP_PASSWORD"])
            #expect(stored.status == 0, "\(stored)")

            _ = try await gate.cluster.query("dn2", "ALTER ROLE app NOLOGIN")
            let shut = try await gate.reach("--as app")
            #expect(
                shut.failing == [#"access node,dn2,app,"FATAL:  role ""app"" is not permitted to log in""#], "\(shut)")
            #expect(shut.told.contains("'role sync app' makes the role on dn2, with LOGIN"), "\(shut)")
            #expect(try await gate.cluster.run("role sync app").status == 0)
            #expect(try await gate.reach().status == 0)
        }
    }

    @Test func whatIsWrongWithCertificatesIsNamed() async throws {
        try await Gate.with(.certificate) { gate in
            let name = "an1/secrets/roles/d2a57dc1d883fd21fb9951699df71cc7"
            func failure(_ fault: () async throws -> Void) async throws -> (
                status: Int32, failing: [String], told: String
            ) {
                try await fault()
                return try await gate.reach("dn1 --as app")
            }
            for (fault, reason) in [
                ("rm \(name).key", "not private key file"), ("rm \(name).crt", "requires a valid client certificate"),
                ("chmod 644 \(name).key", "has group or world access"),
            ] {
                let found = try await failure { try await gate.shell(fault) }
                #expect(found.status == 4 && found.failing.count == 1, "\(found)")
                #expect(found.failing.first?.contains(reason) == true, "\(found)")
                #expect(found.told.contains("on the access node's machine, in the folder"), "\(found)")
                #expect(found.told.contains("NAME.crt and NAME.key of app"), "\(found)")
                try await gate.certify("ca")
            }
            try await gate.shell(
                """
                cd client && openssl req -x509 -newkey rsa:2048 -nodes -config openssl.cnf -extensions authority \
                    -subj /CN=other -days 2 -keyout other.key -out other.crt
                """)
            let stranger = try await failure { try await gate.certify("other") }
            #expect(stranger.failing.first?.contains("unknown ca") == true, "\(stranger)")
            #expect(stranger.told.contains("signed by an authority that dn1 has in its ssl_ca_file"), "\(stranger)")
            let ended = try await failure { try await gate.certify("ca", days: -1) }
            #expect(ended.failing.first?.contains("certificate expired") == true, "\(ended)")
            #expect(ended.told.contains("not ended"), "\(ended)")
            try await gate.certify("ca")
            #expect(try await gate.reach().status == 0)
        }
    }

    @Test func whatIsWrongWithTheRulesIsNamed() async throws {
        try await Gate.with(.password) { gate in
            let rules = gate.cluster.sandbox.nodes[2].folder + "/pg_hba.conf"
            let before = try String(contentsOfFile: rules, encoding: .utf8)
            func rule(_ text: String) async throws {
                try text.write(toFile: rules, atomically: false, encoding: .utf8)
                _ = try await gate.cluster.query("dn2", "SELECT pg_reload_conf()")
            }
            // Nobody here has TLS.
            for (text, reason) in [
                (
                    "hostssl all app 127.0.0.1/32 scram-sha-256\n"
                        + before.replacing("all all 127", with: "all postgres 127"), "no encryption"
                ),
                ("host all app 127.0.0.1/32 reject\n" + before, "pg_hba.conf rejects connection"),
                (before.replacing("all all 127", with: "all postgres 127"), "no pg_hba.conf entry"),
            ] {
                try await rule(text)
                // The server reads its rules again in its own time.
                #expect(try await eventually { try await gate.reach("dn2 --as app").status == 4 })
                let found = try await gate.reach("dn2 --as app")
                #expect(found.failing.count == 1 && found.failing[0].contains(reason), "\(found)")
                let line = "host dist app 127.0.0.1/32 scram-sha-256"
                #expect(found.told.contains("on dn2's machine, in pg_hba.conf"), "\(found)")
                #expect(found.told.contains("the line \(line) "), "\(found)")
                try await rule(line + "\n" + text)
                #expect(try await eventually { try await gate.reach("dn2 --as app").status == 0 })
                try await rule(before)
            }
            // Nothing is known of what a node that is away would reach itself.
            try await gate.cluster.sandbox.kill("dn2")
            let down = try await gate.reach()
            #expect(
                down.told.hasPrefix(
                    "<command 1>:1:1: error: dn2 is not reached from the access node as postgres, app, from dn1 as postgres: Connection refused\n"
                ), "\(down)")
            #expect(down.status == 4 && down.failing.count == 4, "\(down)")
            try await gate.cluster.sandbox.start("dn2")
            try await gate.cluster.sandbox.freeze("dn2")
            let frozen = try await gate.reach("--timeout 1s")
            // The emulator's access node hears of no time limit while it connects, so what it would say is not known.
            #expect(frozen.status != 0 && frozen.failing.contains { $0.hasPrefix("dn1,dn2,postgres,") }, "\(frozen)")
            #expect(frozen.told.contains("names, routes, firewalls"), "\(frozen)")
            try await gate.cluster.sandbox.thaw("dn2")
            #expect(try await gate.reach().status == 0)
        }
    }
}
