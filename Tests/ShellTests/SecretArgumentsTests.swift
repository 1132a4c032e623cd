import Shell
import Testing

/// What everybody may read of the program's arguments.
@Suite struct SecretArgumentsTests {
    /// The arguments as they are in the list of processes.
    private func shown(_ arguments: [String]) -> String {
        let places = SecretArguments.places(in: arguments)
        return arguments.enumerated().map { index, argument in
            var bytes = Array(argument.utf8)
            for place in places[index] ?? 0..<0 { bytes[place] = UInt8(ascii: "x") }
            return String(decoding: bytes, as: UTF8.self)
        }.joined(separator: " ")
    }

    @Test(arguments: [
        ["-d", "host=h password=hunter2"], ["-dpostgres://u:hunter2@h/d"], ["--dbname=postgres://u:hunter2@h/d"],
        ["-d", "postgres://u:hunter2"], ["-c", "ALTER ROLE a PASSWORD 'hunter2'"],
        ["-cALTER ROLE a PASSWORD 'hunter2'"],
        ["--command=set --secret x hunter2"], ["-c", "status", "-c", "set password hunter2"], ["-v", "x=hunter2"],
        ["-vx=hunter2"], ["-wv", "x=hunter2"], ["--variable", "x=hunter2"], ["--variable=x=hunter2"],
        ["-v", "x=a=hunter2", "x.tscl"], ["sql", "ALTER ROLE a PASSWORD 'hunter2'"],
        ["-h", "an1", "sql", "ALTER", "ROLE", "a", "PASSWORD", "hunter2"], ["set", "--secret", "x", "hunter2"],
        ["role", "create", "app", "--password", "hunter2"], ["__complete", "--", "set", "--secret", "x", "hunter2"],
        ["__complete", "--", "-h", "h", "-v", "x=hunter2", ""],
        ["exec", "SELECT crypt('hunter2', gen_salt('bf'))"], ["connect", "postgres://u:hunter2@h/d"],
    ]) func aSecretIsOverwritten(_ arguments: [String]) {
        #expect(!shown(arguments).contains("hunter2"), "\(shown(arguments))")
    }

    @Test(arguments: [
        ["-h", "an1", "-p", "5432", "-W", "node", "list"], ["--password", "-h", "an1", "status"], ["x.tscl", "a=b"],
        ["-c", "role create app --password-env APP_PASSWORD"], ["node", "add", "dn1", "--host", "h"], ["-"], [],
    ]) func theRestStays(_ arguments: [String]) {
        #expect(SecretArguments.places(in: arguments) == [:])
    }

    @Test func theNameOfAVariableStays() {
        #expect(shown(["-v", "pw=hunter2", "-h", "an1", "x.tscl"]) == "-v pw=xxxxxxx -h an1 x.tscl")
    }
}
