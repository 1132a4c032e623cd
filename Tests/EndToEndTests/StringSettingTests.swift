import Sandbox
import Testing

/// Roles and databases of old applications take a backslash in '…' for an escape: tscl's sessions don't.
@Suite struct StringSettingTests {
    @Test func sessionsReadStringsByTheStandard() async throws {
        try await Cluster.with { cluster in
            for node in ["an1", "dn1", "dn2", "dn3"] {
                try await cluster.runScript(node, "ALTER DATABASE dist SET standard_conforming_strings = off")
            }
            let result = try await cluster.run(
                #"SELECT 'a\b' AS here; query --on dn1 SELECT 'c\d' AS there; query --on dn1 SELECT 'e\f' AS there; status"#
            )
            #expect(result.status == 0 && result.errors.isEmpty, "\(result)")
            for text in [#"a\b"#, #"c\d"#, #"e\f"#] { #expect(result.output.contains(text), "\(result.output)") }
        }
    }
}
