import MultiNode
import Testing

/// What one node is told to connect to another with.
@Suite struct NodePassageTests {
    private let node = DataNode(
        name: "dn2", serverOID: 16402, host: "db2,db3", port: 5432, database: "it's",
        serverOptions: ["port": "5432,5433", "target_session_attrs": "read-write", "fetch_size": "100"])

    @Test func itIsWhatTheAccessNodeConnectsWith() {
        let passage = NodePassage(
            [["role": "app", "passfile": "/pg/passfile", "ssl": "f", "authority": nil, "certificate": "/pg/x"]],
            passwords: [])
        #expect(
            passage.visit(node, as: "app")?.text == """
                CREATE SUBSCRIPTION "tscl_reach_16402"
                CONNECTION \
                E'dbname=''it\\\\''s'' host=''db2,db3'' passfile=''/pg/passfile'' port=''5432,5433'' \
                target_session_attrs=''read-write'' user=''app''' \
                PUBLICATION tscl_reach
                WITH (create_slot = false, enabled = false, slot_name = NONE, copy_data = false)
                """)
    }

    @Test func withTLSItHasTheCertificates() throws {
        let passage = NodePassage(
            [["role": "app", "passfile": "/p", "ssl": "t", "authority": "/ca.crt", "certificate": "/certs/d2a5"]],
            passwords: [])
        let text = try #require(passage.visit(node, as: "app")).text
        for part in [
            "sslmode=''require''", "sslrootcert=''/ca.crt''", "sslcert=''/certs/d2a5.crt''",
            "sslkey=''/certs/d2a5.key''",
        ] {
            #expect(text.contains(part), "\(text)")
        }
        #expect(!text.contains("fetch_size"))
    }

    @Test func aPasswordIsNeverInIt() {
        #expect(NodePassage([], passwords: [["node": "dn2"]]).visit(node, as: "app") == nil)
    }

    @Test(arguments: [
        ("fe_sendauth: no password supplied", "db2:5432:dist:remote:PASSWORD"),
        ("FATAL:  password authentication failed for user \"remote\"", "another password than remote has on dn2"),
        ("FATAL:  connection requires a valid client certificate", "NAME.crt and NAME.key of remote"),
        ("SSL error: tlsv1 alert unknown ca", "NAME.crt and NAME.key of remote"),
        ("SSL error: sslv3 alert certificate expired", "not ended"),
        ("SSL error: certificate verify failed", "ssl_ca_file names has to hold the authority"),
        (
            "FATAL:  no pg_hba.conf entry for host \"2001:db8::1\", user \"remote\", database \"dist\"",
            "host dist remote 2001:db8::1/128 scram-sha-256"
        ),
        ("FATAL:  pg_hba.conf rejects connection for host \"[local]\"", "host dist remote ADDRESS scram-sha-256"),
        ("FATAL:  role \"remote\" does not exist", #"exec --on dn2 CREATE ROLE "remote" LOGIN"#),
        ("FATAL:  role \"remote\" is not permitted to log in", #"exec --on dn2 ALTER ROLE "remote" LOGIN"#),
        ("FATAL:  password authentication failed for user \"remote\"", "there may be no role remote on dn2"),
        (
            "FATAL:  password authentication failed for user \"remote\"",
            "'role alter remote --everywhere --password-prompt'"
        ),
        ("FATAL:  no pg_hba.conf entry for host \"::1\", no encryption", "a hostssl line for it"),
        ("FATAL:  certificate authentication failed for user \"remote\"", "another name (CN) than remote: "),
        ("private key file \"/k\" must be owned by the current user or root", "the key is another user's: "),
        ("private key file \"/k\" has group or world access", "others may read the key: "),
        ("server does not support SSL, but SSL was required", "set ssl = on"),
        ("could not match 3 port numbers to 2 hosts", "'node set dn2 --option host=HOSTS port=PORTS'"),
        ("Connection refused", "whether dn2 runs at db2:5432"),
    ])
    func eachFaultHasTheLineThatMendsIt(reason: String, remedy: String) {
        let node = DataNode(name: "dn2", host: "db2", database: "dist")
        let text = WayRemedy.text(to: node, from: "the access node's", as: "app", by: Self.mapping, reason)
        #expect(text.contains(remedy), "\(text)")
    }

    @Test(arguments: [
        "FATAL:  connection requires a valid client certificate", "SSL error: sslv3 alert certificate expired",
        "SSL error: tlsv1 alert unknown ca", "certificate present, but not private key file \"/k\"",
        "FATAL:  certificate authentication failed for user \"remote\"",
    ])
    func aCertificateThatIsAtFaultIsMadeAnew(reason: String) {
        let node = DataNode(name: "dn2", host: "db2", database: "dist")
        let command = "'role certificate app --ca-cert FILE --ca-key FILE'"
        func text(_ machine: String) -> String {
            WayRemedy.text(to: node, from: machine, as: "app", by: Self.mapping, reason)
        }
        #expect(text("the access node's").contains(command))
        // The command writes on the access node's machine alone.
        #expect(!text("dn1's").contains("role certificate"))
        let finding = ReachCheck.unreached(node, as: "app", mappedTo: "remote", reason, isHanging: false)
        #expect(finding.remedy.contains(command), "\(finding)")
    }

    @Test(arguments: [
        (
            "app", "remote", true, "password authentication failed",
            "the user mapping of app has another password than remote has on dn2: "
                + "'role map app --on dn2 --as remote --password-prompt'"
        ),
        (
            nil, "remote", true, "password authentication failed",
            "app has no user mapping of its own there, and goes by the one of public as remote "
                + "('role map app --on dn2 --as app' gives it one of its own): there may be no role remote on dn2, which "
                + "'check' tells; or the user mapping of public has another password than remote has on dn2: "
                + "'role map public --on dn2 --as remote --password-prompt'"
        ),
        (
            nil, nil, true, "password authentication failed",
            "goes by the one of public ('role map app --on dn2 --as app' gives it one of its own): the user mapping of "
                + "public has another password than app has on dn2: 'role map app --on dn2 --as app --password-prompt'"
        ),
        (nil, "remote", false, "no password supplied", "by the one of public as remote"),
        (nil, "remote", false, "role \"remote\" does not exist", "by the one of public as remote"),
    ])
    func theMappingThatCountsIsNamed(
        role: String?, remote: String?, holdsPassword: Bool, reason: String, remedy: String
    ) {
        let node = DataNode(name: "dn2", host: "db2", database: "dist")
        let mapping = Self.mapping(of: role, to: remote, holdsPassword: holdsPassword)
        func text(_ reason: String) -> String {
            WayRemedy.text(to: node, from: "the access node's", as: "app", by: mapping, reason)
        }
        #expect(text(reason).contains(remedy), "\(text(reason))")
        // Where nobody listens no mapping is at fault.
        #expect(!text("Connection refused").contains("mapping"))
    }

    private static let mapping = mapping(of: "app", to: "remote", holdsPassword: false)

    private static func mapping(
        of role: String?, to remote: String?, holdsPassword: Bool
    ) -> UserMappings.Entry? {
        UserMappings([
            [
                "node": "dn2", "role": role, "remote": remote, "visible": "t",
                "holds_password": holdsPassword ? "t" : "f",
            ]
        ]).effective(for: "app", on: "dn2")
    }

    @Test func aPassfileThatIsPassedByIsMadeRightFirst() {
        let node = DataNode(name: "dn2", host: "db2", database: "dist")
        let finding = ReachCheck.unreached(
            node, as: "app", mappedTo: nil, ignoredPassfile: "/p", "fe_sendauth: no password supplied", isHanging: false
        )
        #expect(finding.remedy.hasPrefix("on the access node's machine, chmod 0600 /p: "), "\(finding)")
        #expect(ReachCheck.modeFirst("/p", "password authentication failed").isEmpty)
    }

    @Test func severalHostsAreNamedWithTheirPorts() {
        let node = DataNode(
            name: "dn2", host: "a,b", database: "dist",
            serverOptions: ["port": "5432,5433", "target_session_attrs": "read-write"])
        func text(_ reason: String) -> String {
            WayRemedy.text(to: node, from: "the access node's", as: "app", by: nil, reason)
        }
        #expect(text("no answer").contains("runs at a:5432, b:5433, and what is between"), "\(text("no answer"))")
        #expect(text("no answer").contains("'node set dn2 --option host=HOSTS port=PORTS'"))
        let finding = ReachCheck.unreached(node, as: "app", mappedTo: nil, "no answer", isHanging: true)
        #expect(finding.remedy.contains("machine and a:5432, b:5433: names"), "\(finding)")
        #expect(finding.remedy.contains("the one that answers belongs in front"), "\(finding)")
        let standby = text("a: session is read-only; b: Connection refused")
        #expect(standby.contains("target_session_attrs (read-write) asks for: start the primary there"), "\(standby)")
    }

    @Test func oddNamesAreWrittenAsTheirFilesReadThem() {
        let node = DataNode(name: "dn2", host: "2001:db8::2", database: #"a\b"#)
        func text(_ node: DataNode, _ role: String, _ reason: String) -> String {
            WayRemedy.text(to: node, from: "the access node's", as: role, by: nil, reason)
        }
        #expect(text(node, "x:y", "no password supplied").contains(#"line 2001\:db8\:\:2:5432:a\\b:x\:y:PASSWORD;"#))
        let several = DataNode(name: "dn2", host: "db2,db3", database: "dist")
        #expect(text(several, "app", "no password supplied").contains("line *:*:dist:app:PASSWORD;"))
        let rule = text(several, "all", #"no pg_hba.conf entry for host "10.0.0.1""#)
        #expect(rule.contains(#"line host dist "all" 10.0.0.1/32"#), "\(rule)")
        #expect(text(several, "my role", #"role "my role" does not exist"#).contains("'role sync 'my role''"))
    }
}
