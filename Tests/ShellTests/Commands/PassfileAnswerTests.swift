import CannedServers
import Foundation
import MultiNode
import Shell
import Testing

/// `role passfile`: what the access node's file has and needs, and putting it there.
@Suite(.timeLimit(.minutes(1))) struct PassfileAnswerTests {
    /// The data folder of the access node's server, on this machine.
    private final class DataFolder: Sendable {
        let path = NSTemporaryDirectory() + "tscl-\(UUID().uuidString)"

        init() throws {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
            try "4711\n\(path)\n1700000000\n".write(
                toFile: path + "/postmaster.pid", atomically: false, encoding: .utf8)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        var passfile: String { path + "/passfile" }
        var text: String { (try? String(contentsOfFile: passfile, encoding: .utf8)) ?? "" }

        var mode: Int {
            let attributes = try? FileManager.default.attributesOfItem(atPath: passfile)
            return (attributes?[.posixPermissions] as? NSNumber)?.intValue ?? 0
        }

        func write(_ text: String, mode: Int = 0o600) throws {
            try text.write(toFile: passfile, atomically: false, encoding: .utf8)
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: passfile)
        }
    }

    private let canned = CannedCluster(nodes: 2)
    private let folder: DataFolder

    init() throws {
        folder = try DataFolder()
        canned["an1"].answer(PasswordFile.place, .rows([["data_directory": folder.path, "passfile": ""]]))
        canned["an1"].answer(PasswordFile.server, .rows([["server": "4711\n\(folder.path)\n1700000000\n"]]))
    }

    private func run(_ command: String) async throws -> ShellTrial.Answer { try await ShellTrial(canned).run(command) }

    private func states(_ command: String) async throws -> [String] {
        let answer = try await run("\(command) --format csv")
        #expect(answer.status == .done, "\(answer)")
        return answer.data.split(separator: "\n").dropFirst().map { line in
            line.replacing("{dn1,dn2}", with: "all").replacing("\"", with: "").split(separator: ",")[0...3]
                .joined(separator: " ")
        }
    }

    @Test func whatTheFileHasAndNeeds() async throws {
        #expect(try await states("role passfile") == ["app app all missing", "postgres postgres all unneeded"])
        try folder.write("*:*:*:app:hunter2\n")
        #expect(try await states("role passfile") == ["app app all present", "postgres postgres all unneeded"])
        let answer = try await run("role passfile app --format csv")
        #expect(answer.data.contains("*:*:*:app:PASSWORD,\(folder.passfile),0600\n"), "\(answer)")
        #expect(!answer.data.contains("hunter2"))
        try folder.write("*:*:*:app:hunter2\n", mode: 0o644)
        #expect(try await states("role passfile app") == ["app app all ignored"])
        #expect(try await run("role passfile app").messages.contains("chmod 0600 \(folder.passfile)"))
    }

    @Test func aFileThatIsPassedByIsADifferenceOfItsRoles() async throws {
        canned["an1"].answer(NodeUsers.list, .rows([["node": "dn1", "role": "app", "askable": "t"]]))
        canned["an1"].answer(NodeUsers.become("app"), .done("SET"))
        canned["an1"].answer(
            NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? "",
            .rows([["node": "dn1", "reached": "f", "ms": "1"]]))
        canned["an1"].answer(
            NodeReach.visit("dn1", CannedCluster.capabilities),
            .refused("fe_sendauth: no password supplied", sqlstate: "08001"))
        try folder.write("*:*:*:*:hunter2\n", mode: 0o644)
        let answer = try await run("role check app")
        #expect(answer.status == .notHealthy && answer.data.contains("mode 0600 | mode 0644"), "\(answer)")
        #expect(answer.messages.contains("on its machine, chmod 0600 \(folder.passfile)"), "\(answer)")
        #expect(!answer.messages.contains("--write"))
    }

    @Test func aGivenPasswordIsCompared() async throws {
        try folder.write("*:*:*:app:hunter2\n")
        let (same, other) = (try TemporaryFile("hunter2"), try TemporaryFile("hunter3"))
        #expect(try await states("role passfile app --password-file \(same.path)") == ["app app all present"])
        #expect(try await states("role passfile app --password-file \(other.path)") == ["app app all differs"])
    }

    @Test func aMappingMayHoldThePasswordInstead() async throws {
        canned["an1"].answer(
            UserMappings.list,
            .rows([
                ["node": "dn1", "role": "app", "visible": "t", "remote": "bar", "holds_password": "t"],
                ["node": "dn2", "role": "app", "visible": "t", "remote": "baz", "holds_password": "f"],
            ]))
        #expect(try await states("role passfile app") == ["app bar {dn1} mapping", "app baz {dn2} missing"])
    }

    @Test func onAnotherMachineTheServerTellsItsLines() async throws {
        canned["an1"].answer(PasswordFile.server, .rows([["server": "4711\nof another machine\n"]]))
        canned["an1"].answer(PasswordFile.beginnings(of: folder.passfile), .rows([["beginning": "dn1:*:*:*:"]]))
        #expect(try await states("role passfile app") == ["app app all missing"])
    }

    @Test func onAnotherMachineTheServerWrites() async throws {
        canned["an1"].answer(PasswordFile.server, .value("4711\nof another machine\n"))
        canned["an1"].answer(
            PasswordFile.beginnings(of: folder.passfile), .rows([["beginning": "#"], ["beginning": "*:*:*:app:"]]))
        canned["an1"].otherwise = .done("DONE")
        let password = try TemporaryFile("hunter2")
        let command = "role passfile app --write --password-file \(password.path)"
        let dry = try await run("\(command) --dry-run")
        #expect(dry.data.contains("TO PROGRAM E'umask 077;") && !dry.data.contains("hunter2"), "\(dry)")
        let answer = try await run(command)
        #expect(answer.status == .done && answer.data.hasSuffix("written: *:*:*:app:PASSWORD\n"), "\(answer)")
        #expect(!canned.toAccessNode.contains { $0.contains("hunter2") })
        let row = canned.servers.sent.first { $0.text.hasPrefix("INSERT INTO pg_temp.tscl_passfile") }
        #expect(row?.values.dropFirst().prefix(2) == [#"{"","*:*:*:app:hunter2"}"#, "{1,0}"], "\(row?.values ?? [])")
        #expect(folder.text.isEmpty)
    }

    /// Two at once: whoever comes second reads what the first has written.
    @Test(arguments: [true, false]) func aFileThatHasChangedIsReadAgain(calmsDown: Bool) async throws {
        canned["an1"].answer(PasswordFile.server, .value("4711\nof another machine\n"))
        let before = [["beginning": "*:*:*:a:"]] as [[String: String?]]
        let after = before + [["beginning": "*:*:*:b:"]]
        canned["an1"].answer(PasswordFile.beginnings(of: folder.passfile), .rows(before), .rows(after))
        canned["an1"].otherwise = .done("DONE")
        let expectation = PasswordFile().writing(to: folder.passfile, inPlaceOf: PasswordFile(rows: before)).statements[
            2]
        let second = PasswordFile().writing(to: folder.passfile, inPlaceOf: PasswordFile(rows: after)).statements[2]
        let changed = Reply.refused("the passfile has changed meanwhile", sqlstate: "40001")
        canned["an1"].answer(expectation, changed)
        if !calmsDown { canned["an1"].answer(second, changed) }
        let password = try TemporaryFile("hunter2")
        let answer = try await run("role passfile app --write --password-file \(password.path)")
        let sent = canned.toAccessNode
        let rows = canned.servers.sent.filter { $0.text.hasPrefix("INSERT INTO pg_temp.tscl_passfile") }
        if calmsDown {
            #expect(answer.status == .done && answer.data.hasSuffix("written: *:*:*:app:PASSWORD\n"), "\(answer)")
            #expect(rows.last?.values[2] == "{1,2,0}", "\(rows)")
            let order = sent.map { $0.contains("pg_advisory_xact_lock") ? 0 : $0 == second.text ? 1 : -1 }.filter {
                $0 >= 0
            }
            #expect(order == [0, 0, 1], "\(sent)")
        } else {
            #expect(answer.status == .failed && answer.messages.contains("nothing was written"), "\(answer)")
            // What is on its way behind the refusal is refused as well.
            #expect(!sent.contains("COMMIT"), "\(sent)")
        }
    }

    @Test func whereNobodyCanReadItTheLineIsForTheHand() async throws {
        canned["an1"].answer(PasswordFile.server, .refused("permission denied", sqlstate: "42501"))
        canned["an1"].answer(
            PasswordFile.beginnings(of: folder.passfile), .refused("permission denied", sqlstate: "42501"))
        let password = try TemporaryFile("hunter2")
        let answer = try await run("role passfile app --write --password-file \(password.path)")
        #expect(answer.status == .failed && answer.messages.contains("can neither be read here"), "\(answer)")
        #expect(answer.messages.contains("*:*:*:app:PASSWORD") && !answer.messages.contains("hunter2"))
    }

    @Test func whoMayNotSeeItIsTold() async throws {
        canned["an1"].answer(PasswordFile.place, .rows([["data_directory": nil, "passfile": nil]]))
        #expect(try await states("role passfile app") == ["app app all unknown"])
    }

    @Test func aLineIsPutThere() async throws {
        canned["an1"].otherwise = .done("DONE")
        try folder.write("# ours\n*:*:*:app:old\n*:*:*:*:rest\n", mode: 0o644)
        let password = try TemporaryFile("hunter:2\n")
        let command = "role passfile app postgres --write --password-file \(password.path)"
        let dry = try await run("\(command) --dry-run")
        #expect(
            dry.data == "-- would be written into \(folder.passfile), mode 0600: "
                + "*:*:*:app:PASSWORD, *:*:*:postgres:PASSWORD\n", "\(dry)")
        #expect(folder.text.contains("old") && folder.mode == 0o644)
        let answer = try await run(command)
        #expect(answer.status == .done, "\(answer)")
        #expect(folder.text == "# ours\n*:*:*:app:hunter\\:2\n*:*:*:postgres:hunter\\:2\n*:*:*:*:rest\n")
        #expect(folder.mode == 0o600)
        #expect(!(answer.data + answer.messages).contains("hunter"), "\(answer)")
        let files = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
        #expect(files == ["passfile", "postmaster.pid"])
        #expect(try await run("\(command) --format json").data.contains(#""changed":false"#))
    }

    @Test func whatIsTheSameIsNotToldAsWritten() async throws {
        canned["an1"].otherwise = .done("DONE")
        try folder.write("*:*:*:app:hunter2\r\n# ours\r\n", mode: 0o644)
        let password = try TemporaryFile("hunter2\n")
        let ignored = try await run("role passfile app --write --password-file \(password.path)")
        #expect(
            ignored.data == "\(folder.passfile) written: *:*:*:app:PASSWORD\n" && folder.mode == 0o600, "\(ignored)")
        let answer = try await run("role passfile app postgres --write --password-file \(password.path)")
        #expect(
            answer.data == "unchanged: \(folder.passfile) has the line of app\n"
                + "\(folder.passfile) written: *:*:*:postgres:PASSWORD\n", "\(answer)")
        // Other people's lines end as they did.
        #expect(folder.text == "*:*:*:app:hunter2\r\n# ours\r\n*:*:*:postgres:hunter2\n")
        #expect(canned.toAccessNode.contains { $0.contains("pg_advisory_xact_lock") })
    }

    @Test func withoutAPasswordNothingIsWritten() async throws {
        let answer = try await run("role passfile app --write")
        #expect(answer.status == .usage && answer.messages.contains("--write needs the password"), "\(answer)")
    }

    @Test(arguments: ["transaction { # }", "sql BEGIN\n#\nsql ROLLBACK"])
    func inATransactionNothingIsWritten(_ script: String) async throws {
        canned["an1"].otherwise = .done("DONE")
        let password = try TemporaryFile("hunter2")
        let command = "role passfile app --write --password-file \(password.path)"
        let answer = try await run(script.replacing("#", with: command))
        #expect(answer.status == (script.hasPrefix("sql") ? .failed : .usage), "\(answer)")
        #expect(answer.messages.contains("a passfile can't be written in a transaction"), "\(answer)")
        #expect(folder.text.isEmpty)
        // What only looks may be in one.
        #expect(try await run("transaction { role passfile app }").status == .done)
    }

    /// The access node does not get in as `app`.
    private func turnAway(_ reason: String) {
        canned["an1"].answer(NodeUsers.become("app"), .done("SET"))
        canned["an1"].answer(
            NodeReach.ping([], limit: 1, CannedCluster.capabilities) ?? "",
            .rows(["dn1", "dn2"].map { ["node": $0, "reached": "f", "ms": "1"] }))
        canned["an1"].answer(
            NodeReach.visit("", CannedCluster.capabilities),
            .refused("could not connect to \"dn1\": \(reason)", sqlstate: "08001"))
    }

    @Test func whereACertificateIsAskedForNoLineIsNeeded() async throws {
        turnAway("FATAL:  connection requires a valid client certificate")
        #expect(try await states("role passfile app") == ["app app all certificate"])
        let messages = try await run("role passfile app").messages
        #expect(messages.contains("'role certificate app --ca-cert FILE --ca-key FILE'"), "\(messages)")
        #expect(!messages.contains("--write"), "\(messages)")
        turnAway("fe_sendauth: no password supplied")
        #expect(try await states("role passfile app") == ["app app all missing"])
    }

    @Test(arguments: [0o644, 0o600]) func whatFailsForAFileThatIsPassedBySaysSo(mode: Int) async throws {
        try folder.write("*:*:*:app:hunter2\n", mode: mode)
        canned["an1"].answer(
            "X", .refused("could not connect to \"dn1\": fe_sendauth: no password supplied", sqlstate: "08001"))
        let answer = try await run("sql X")
        #expect(answer.status == .failed, "\(answer)")
        #expect(answer.messages.contains("chmod 0600 \(folder.passfile): ") == (mode == 0o644), "\(answer)")
        #expect(answer.messages.contains("'role passfile ROLE'"), "\(answer)")
    }

    @Test func checkSaysFirstThatTheFileIsPassedBy() async throws {
        try folder.write("*:*:*:app:hunter2\n", mode: 0o644)
        turnAway("fe_sendauth: no password supplied")
        let answer = try await run("check")
        let own = "help: on the access node's machine, chmod 0600 \(folder.passfile): "
        #expect(answer.data.contains("can't reach it as postgres: could not connect"), "\(answer)")
        #expect(answer.data.contains(own), "\(answer)")
    }

    @Test func checkSeesAFileThatIsPassedBy() async throws {
        try folder.write("*:*:*:app:hunter2\n", mode: 0o640)
        let answer = try await run("check")
        #expect(
            answer.data.contains("warning: access node: its passfile \(folder.passfile) has mode 0640"), "\(answer)")
        try folder.write("*:*:*:app:hunter2\n")
        #expect(try await !run("check").data.contains("passfile"))
    }
}
