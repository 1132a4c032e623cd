import CannedServers
import Foundation
import MultiNode
import Shell
import Testing

/// No secret is in what a session says, whatever goes wrong.
@Suite struct SecretOutputTests {
    private let canned = CannedCluster()

    init() { canned["an1"].otherwise = .done("DONE") }

    @Test(arguments: ["table", "json", "csv", "script"]) func aPasswordIsHiddenEverywhere(format: String) async throws {
        let password = try TemporaryFile("hunter2\n")
        canned["an1"].otherwise = .refused("hunter2 is too short")
        let answer = try await canned.run(
            """
            format \(format)
            role create app2 --everywhere --password-file \(password.path)
            """
        ) { settings in
            settings.echo = true
            settings.showSQL = true
        }
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("******** is too short"), "\(answer)")
        let said = answer.data + answer.messages
        #expect(!said.contains("hunter2") && !said.contains("SCRAM-SHA-256"), "\(said)")
        #expect(said.contains("PASSWORD '********'") || said.contains("PASSWORD ********"), "\(said)")
    }

    @Test func aDryRunHidesItToo() async throws {
        let password = try TemporaryFile("hunter2\n")
        for format in ["table", "json"] {
            let answer = try await canned.run("format \(format)\nrole alter app --password-file \(password.path)") {
                $0.dryRun = true
            }
            #expect(answer.status == .done && answer.data.contains("********"), "\(answer)")
            #expect(!answer.data.contains("hunter2") && !answer.data.contains("SCRAM-SHA-256"))
        }
    }

    /// Whoever saw a part of a name masked would know the password.
    @Test(arguments: ["pw", "pwf", "metrics_reader"]) func aNameThatHoldsThePasswordDoesNotGiveItAway(
        password: String
    ) async throws {
        let file = try TemporaryFile(password + "\n")
        let role = password + (password == "pwf" ? "" : "f")
        for format in ["table", "json"] {
            let script = "show-sql on\nformat \(format)\nrole create \(role) --password-file \(file.path)"
            let planned = try await canned.run(script + " --dry-run")
            let name = format == "json" ? "\\\"\(role)\\\"" : "\"\(role)\""
            #expect(planned.data.contains("CREATE ROLE \(name) PASSWORD '********'"), "\(planned)")
            let done = try await canned.run(script)
            #expect(done.messages.contains("CREATE ROLE \"\(role)\" PASSWORD '********'"), "\(done)")
        }
    }

    /// The answer names what was asked for, and that may be the same text.
    @Test(arguments: ["pw", "reader"]) func aNameThatIsThePasswordIsNotMasked(password: String) async throws {
        let file = try TemporaryFile(password + "\n")
        let role = try await canned.run("role alter \(password) --password-file \(file.path)")
        #expect(role.data == "role \(password) altered on the access node\n", "\(role)")
        let json = try await canned.run("role alter \(password) --format json --password-file \(file.path)")
        #expect(json.data.contains("role \(password) altered"), "\(json)")
    }

    /// What is shorter than four characters is in too many texts by chance.
    @Test func aShortOneIsNotTakenOutOfWhatServersSay() async throws {
        let file = try TemporaryFile("no\n")
        canned["an1"].otherwise = .refused("there is no role \"app2\"")
        let answer = try await canned.run("role alter app2 --password-file \(file.path)")
        #expect(answer.messages.contains("error: there is no role"), "\(answer)")
    }

    /// What was written may hold it; a variable's value may be a name.
    @Test func whereItIsNotMarkedItIsSearchedFor() async throws {
        let file = try TemporaryFile("pass\n")
        let answer = try await canned.run(
            """
            role alter app --password-file \(file.path) --dry-run
            exec --dry-run COMMENT ON ROLE app IS 'pass'
            set --secret name hunter2
            role create ${name} --dry-run
            """)
        #expect(!answer.data.contains("pass") && !answer.data.contains("hunter2"), "\(answer)")
    }

    @Test func aSecretVariableIsHiddenInWhatServersSay() async throws {
        canned["an1"].answer("SELECT 'hunter2'", .refused("hunter2 is no good"), .value("hunter2"))
        let script = "set --secret token hunter2\nsql SELECT :'token'\nsql SELECT :'token'\nset\necho ${token}"
        let answer = try await canned.run(script) { $0.keepGoing = true }
        #expect(answer.messages.contains("error: ******** is no good"))
        #expect(!answer.messages.contains("hunter2"))
        // Data is what was asked for.
        #expect(answer.data.contains(" hunter2\n"))
        #expect(answer.data.contains("token    | ********") && answer.data.hasSuffix("********\n"), "\(answer.data)")
    }

    @Test func theVerifierOfARoleThatIsSyncedIsHidden() async throws {
        canned["dn3"].answer(DatabaseRole.list, .rows([CannedCluster.roles[1]]))
        canned["an1"].answer(
            DatabaseRole.verifiers(of: [try RoleName("app")]),
            .rows([["role": "app", "verifier": "SCRAM-SHA-256$4096:of$app"]]))
        let answer = try await canned.run("show-sql on\nrole sync app")
        #expect(answer.status == .done, "\(answer)")
        #expect(answer.messages.contains("distributed_exec") && !answer.messages.contains("4096:of"))
        #expect(
            canned.servers.sent.contains { $0.values.contains { $0?.contains("SCRAM-SHA-256$4096:of$app") == true } })
    }

    @Test func aPasswordInAConnectionStringIsNotRepeated() async throws {
        let answer = try await canned.run("connect 'host=an1 password=hunter2 nonsense'")
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("the connection string can't be read; it may hold a password"))
        #expect(!answer.messages.contains("hunter2"))
    }

    @Test func norIsOneThatNoCommandTakes() async throws {
        let answer = try await canned.run("format json\ninclude 'postgresql://app:hunter2@/dist'")
        #expect(!(answer.data + answer.messages).contains("hunter2"), "\(answer)")
    }

    @Test(arguments: [["log_min_duration_statement", "log_statement"], []]) func whereTheServerMayLogAPasswordItIsSaid(
        settings: [String]
    ) async throws {
        let file = try TemporaryFile("hunter2\n")
        var row = CannedCluster.capabilities(of: CannedCluster.accessNode)
        row["superuser"] = "off"
        canned["an1"].answer(Capabilities.query, .rows([row]))
        canned["an1"].answer(ValueLogging.reasons, .rows(settings.map { ["name": $0] }))
        let answer = try await canned.run("node add dn9 --host h --dry-run --force --password-file \(file.path)")
        let warning =
            "warning: the access node's server may log the password, because of \(settings.joined(separator: ", "))"
        #expect(answer.messages.contains(warning) == !settings.isEmpty, "\(answer)")
        #expect(answer.data.contains("add_data_node") && !answer.data.contains("set_config"), "\(answer)")
        let asSuperuser = try await CannedCluster().run(
            "node add dn9 --host h --dry-run --force --password-file \(file.path)")
        #expect(!asSuperuser.messages.contains("may log") && asSuperuser.data.contains("set_config"), "\(asSuperuser)")
    }

    @Test func aPasswordOfAnotherEncodingIsNotChangedButRefused() async throws {
        let file = try TemporaryFile()
        _ = FileManager.default.createFile(
            atPath: file.path, contents: Data([0x70, 0xFF, 0x73, 0x0A]), attributes: [.posixPermissions: 0o600])
        let answer = try await canned.run("role create latin --login --password-file \(file.path)")
        #expect(answer.status == .failed)
        #expect(answer.messages.contains("error: the password in \(file.path) is not UTF-8"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.contains("CREATE ROLE") })
    }
}
