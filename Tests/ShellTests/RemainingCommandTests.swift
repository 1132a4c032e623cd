import CommandLanguage
import Shell
import LanguageProperties
import Testing

/// The command that finishes a run which failed half-way: it must say the same of the names that are left.
@Suite struct RemainingCommandTests {
    private func rest(_ command: String, _ names: String...) throws -> String {
        try arguments(command).command(forRemaining: names)
    }

    @Test func namesAndOptionsStay() throws {
        let command = "node delete dn{1..3} --force --yes --timeout 5s"
        #expect(try rest(command, "dn2", "dn3") == "node delete dn2 dn3 --force --yes --timeout 5s")
    }

    @Test func anOptionInFrontOfTheNamesGoesBehindThem() throws {
        #expect(try rest("node enable --timeout=5s dn1 dn2", "dn2") == "node enable dn2 --timeout 5s")
    }

    @Test func pairedBracesKeepTheValuesOfTheNamesThatAreLeft() throws {
        let command = "node add dn{1..4} --host 10.0.0.{11..14} --port 543{1..4} --if-not-exists"
        #expect(
            try rest(command, "dn2", "dn4")
                == "node add dn2 dn4 --host {10.0.0.12,10.0.0.14} --port {5432,5434} --if-not-exists")
        #expect(try rest(command, "dn3") == "node add dn3 --host 10.0.0.13 --port 5433 --if-not-exists")
    }

    @Test func oneValueForAllStaysOne() throws {
        #expect(try rest("node add a b c --host h --port 5432", "a", "c") == "node add a c --host h --port 5432")
    }

    @Test func severalValuesOfOneOptionStay() throws {
        let command = "node attach dn1 dn2 --to conditions 'public.two words'"
        #expect(try rest(command, "dn2") == "node attach dn2 --to conditions 'public.two words'")
    }

    /// Whatever a name is, the command for it is read as that name again.
    @Test(arguments: [
        "a b", "it's", "--force", "$x", "{1..3}", "a,b", "#", ";", "\\", "\"", "é", "*", "~", "=", "!", "a'\u{301}b",
        "--\u{301}",
    ])
    func aNameIsQuotedSoThatItIsReadBack(_ name: String) throws {
        let quoted = "'" + name.unicodeScalars.map { $0 == "'" ? "''" : String($0) }.joined() + "'"
        let written = try rest("node add \(quoted) other --host {\(quoted),'h,2'}", name, "other")
        let read = try arguments(written)
        #expect(read.operands("NAMES").map(\.text) == [name, "other"], "\(written)")
        #expect(read.values("--host").map(\.text) == [name, "h,2"], "\(written)")
    }

    @Test func plainNamesAreNotQuoted() throws {
        #expect(
            try rest("node enable dn-1.a_b:c@d%e+f/g é x", "dn-1.a_b:c@d%e+f/g", "é")
                == "node enable dn-1.a_b:c@d%e+f/g é")
    }
}
