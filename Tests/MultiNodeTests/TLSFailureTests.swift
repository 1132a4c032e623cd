@testable import MultiNode
import Testing

@Suite struct TLSFailureTests {
    @Test(arguments: [
        ("server does not support SSL, but SSL was required", TLSFailure.serverHasNoTLS),
        ("SSL error: certificate verify failed", .certificateIsNotVerified),
        ("server certificate for \"a\" (and 1 other name) does not match host name \"b\"", .nameDiffers),
        ("root certificate file \"/x\" does not exist\nEither provide the file …", .authorityIsMissing),
        ("private key file \"/x\" has group or world access; file must have …", .keyIsOpenToOthers),
        ("certificate present, but not private key file \"/x\"", .keyIsUnusable),
        ("could not load private key file \"/x\": Permission denied", .keyIsUnusable),
        ("SSL error: sslv3 alert certificate expired", .ownCertificateIsRefused),
        ("SSL error: tlsv1 alert unknown ca", .ownCertificateIsRefused),
        ("SSL error: unsupported protocol", .versionIsRefused),
        ("channel binding required, but SSL not in use", .channelIsNotBound),
        ("FATAL:  no pg_hba.conf entry for host \"::1\", user \"u\", database \"d\", no encryption", .serverWantsTLS),
        ("FATAL:  connection requires a valid client certificate", .certificateIsWanted),
        ("FATAL:  certificate authentication failed for user \"u\"", .certificateIsOfAnother),
        ("SSL SYSCALL error: EOF detected", .other),
    ])
    func isKnownByItsWords(_ words: String, _ failure: TLSFailure) {
        #expect(TLSFailure(in: ["connection to server at \"h\", port 5432 failed: \(words)", ""]) == failure)
    }

    @Test func mostErrorsAreOthers() {
        #expect(TLSFailure(in: ["Connection refused", "FATAL:  password authentication failed"]) == nil)
    }

    @Test func aRejectLineIsNoMatterOfTLS() {
        let words = "FATAL:  pg_hba.conf rejects connection for host \"::1\", user \"u\", database \"d\", no encryption"
        #expect(TLSFailure(in: [words]) == nil)
        let remedy = Remedy.remedy(sqlstate: "08001", message: "could not connect to \"dn1\"", detail: words)
        #expect(remedy?.hasPrefix("a reject line in the data node's pg_hba.conf") == true)
    }

    @Test func aRoleWithoutLoginIsNotMissing() {
        let remedy = Remedy.remedy(
            sqlstate: "08001", message: "could not connect to \"dn1\"",
            detail: "FATAL:  role \"app\" is not permitted to log in")
        #expect(remedy?.hasPrefix("the role has no LOGIN on that server") == true)
    }

    @Test(arguments: TLSFailure.allCases) func theAdviceSaysWhoseConnectionItIs(_ failure: TLSFailure) {
        #expect(failure.advice(node: nil).hasPrefix("this machine's connection: "))
        #expect(failure.advice(node: "dn 1").hasPrefix("this machine's connection: "))
        #expect(failure.adviceAtAccessNode("dn 1").hasPrefix("the access node's own connection to 'dn 1': "))
    }

    /// As TimescaleDB tells it.
    @Test func whatTheAccessNodePassesOnIsItsOwn() {
        let remedy = Remedy.remedy(
            sqlstate: "08001", message: "could not connect to \"dn1\"",
            detail: "connection to server at \"dn1\", port 5432 failed: SSL error: certificate verify failed")
        #expect(remedy == TLSFailure.certificateIsNotVerified.adviceAtAccessNode("dn1"))
    }

    @Test func aRoleThatTheServerTurnsAwayForItsEncryptionIsAdvisedOnThat() {
        let words = "FATAL:  no pg_hba.conf entry for host \"::1\", user \"u\", database \"d\", no encryption"
        #expect(
            ConnectionRefusal.roleIsRejected.advice(node: "dn1", message: words).contains("sslmode=require behind -d"))
        #expect(ConnectionRefusal.roleIsRejected.advice(node: "dn1", message: "übersetzt").contains("pg_hba.conf"))
    }

    @Test func aNodeThatOnlyReadsIsToldAsThat() {
        func remedy(_ message: String, node: String? = nil) -> String? {
            Remedy.remedy(sqlstate: "25006", message: message, detail: nil, node: node)
        }
        let words = "cannot execute CREATE ROLE in a read-only transaction"
        #expect(remedy(words)?.contains("whether the server is a standby") == true)
        #expect(remedy("[dn1]: \(words)")?.contains("'query --on dn1 SELECT pg_is_in_recovery()'") == true)
        #expect(remedy(words, node: "dn1")?.contains("'query' only reads") == true)
        #expect(remedy("cannot execute VACUUM during recovery")?.hasPrefix("the server is a standby") == true)
    }
}
