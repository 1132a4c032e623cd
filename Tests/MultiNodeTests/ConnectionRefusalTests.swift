@testable import MultiNode
import Testing

/// What is advised about a server that opens no session: its SQLSTATE alone decides.
@Suite struct ConnectionRefusalTests {
    private func remedy(_ sqlstate: String?, _ databases: ServerDatabases? = nil) -> String {
        ClusterCheck.unreached(
            DataNode(name: "dn 1", host: "h", database: "d"),
            .refused(ConnectionRefusal(sqlstate: sqlstate), databases), "нет"
        ).remedy
    }

    @Test(arguments: [
        ("3D000", "which databases its server has"), ("57P03", "wait until node 'dn 1' up"),
        ("53300", "who holds the connections"), ("28000", "pg_hba.conf"), ("28P01", ".pgpass has a line"),
        ("42501", "GRANT CONNECT"), ("55000", "ALLOW_CONNECTIONS"), ("58000", "the log of its server"),
        (nil, "the log of its server"),
    ])
    func eachHasItsOwn(_ sqlstate: String?, _ advice: String) {
        #expect(remedy(sqlstate).contains(advice))
        #expect((sqlstate == "28000") == remedy(sqlstate).contains("pg_hba"))
    }

    /// libpq says where it has a password from.
    @Test func aPasswordOfAPassfileIsWrongInThatFile() {
        let message =
            "FATAL:  password authentication failed for user \"app\"\npassword retrieved from file \"/home/a/.pgpass\""
        for node in ["dn1", nil] {
            let advice = ConnectionRefusal.passwordIsWrong.advice(node: node, message: message)
            #expect(advice.hasPrefix("the line of that file for this server has another password"))
        }
    }

    @Test(arguments: ConnectionRefusal.allCases) func soHaveErrors(_ refusal: ConnectionRefusal) {
        let (own, ofNode) = (refusal.advice(node: nil), refusal.advice(node: "dn 1"))
        for advice in [own, ofNode] { #expect(!advice.contains("\n") && !advice.hasSuffix(".")) }
        #expect(!own.contains("dn 1"))
        #expect(own.contains("pg_hba") == (refusal == .roleIsRejected))
    }

    @Test func aDatabaseThatWasRenamedIsNamed() {
        let node = DataNode(name: "dn 1", host: "h", database: "dist")
        func remedy(_ unclaimed: [String], canAlter: Bool = true) -> String {
            self.remedy(
                "3D000", ServerDatabases(of: node, ["a", "postgres"], unclaimed: unclaimed, canAlterNode: canAlter))
        }
        #expect(remedy(["a"]).hasPrefix("node alter 'dn 1' --database a, "))
        #expect(remedy(["a"]).hasSuffix(#"ALTER DATABASE "a" RENAME TO "dist""#))
        #expect(remedy(["a"], canAlter: false).hasPrefix(#"ALTER DATABASE "a" RENAME TO "dist", there"#))
        #expect(remedy([]).contains("none of the databases there (a, postgres) is of this cluster"))
        #expect(remedy(["a", "b"]).contains("a, b are of this cluster"))
    }

    @Test(arguments: [
        (#"relation "t" does not exist"#, "t", true), ("Relation »t« existiert nicht", "t", true),
        ("la relation « t » n'existe pas", "t", true), (#"关系 "t" 不存在"#, "t", true),
        (#"relation "tt" does not exist"#, "t", false), (#"relation "public.t" does not exist"#, "t", false),
        (#"relation "public.t" does not exist"#, "public.t", true), ("", "t", false), ("t", "t", true),
        (#"no privileges were granted for "dn10""#, "dn1", false), ("x", "", false),
    ])
    func namesAreFoundBetweenTheQuotesOfAnyLanguage(_ message: String, _ name: String, _ isNamed: Bool) {
        #expect(message.names(name) == isNamed)
    }
}
