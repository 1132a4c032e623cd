import CannedServers
import MultiNode
import Postgres
import Shell
import Testing

/// Whatever a server sends, as a message or as a name, no line of it looks like one of tscl's own, and no terminal obeys it.
@Suite struct HostileTextTests {
    private static let text =
        "x\nerror: FORGED\r\n  help: FORGED\u{1B}[31m\u{2028}note: FORGED\u{0B}warning: FORGED\u{85}done: FORGED\u{9B}2J\u{7}"

    private static let message = {
        var message = ServerMessage(severity: "ERROR", sqlstate: "XX000", message: text)
        message.detail = text
        message.hint = text
        return message
    }()

    /// A cluster with a node of that name, whose servers refuse every statement that is about nothing else here.
    private func cluster(_ reply: Reply) -> CannedCluster {
        let canned = CannedCluster()
        canned["an1"].answer(
            DataNode.list, .rows([CannedCluster.row(node: "dn1"), CannedCluster.row(node: Self.text, host: "dn2")]))
        for place in ["an1", "dn1", "dn2"] as [Place] { canned[place].otherwise = reply }
        canned["an1"].answer("SELECT 'rows'", .table(["a"], [[Self.text], [Self.text]]))
        return canned
    }

    private static let scripts = [
        "sql SELECT 1", "exec SELECT 1", "exec --on dn1 SELECT 1", "query SELECT 1", "everywhere CREATE ROLE x",
        "heal all", "heal list", "heal status", "node list", "node ping", "node reach", "node show dn1", "status",
        "check",
        "node disable dn1", "node attach dn1 --to metrics", "node add dn9 --host dn2", "role list", "role check",
        "role create r --everywhere", "hypertable list", "hypertable create t time", "chunk list", "chunk verify",
        "chunk cleanup", "hypertable repair", "job list", "job run 1001", "migrate plan", "migrate status", "version",
        "restore-point create x", "wait until node dn1 up --timeout 10ms", "assert hypertable nosuch exists",
        "foreach r in rows $$SELECT 'rows'$$ {\n  sql FAULTY\n}", "foreach r in query $$ SELECT 1 $$ {\n}",
        "try {\n  sql FAULTY\n} else {\n  sql FAULTY\n}", "transaction {\n  sql FAULTY\n}",
        "lock x {\n  sql FAULTY\n}",
    ]

    private static func forged(in text: String) -> [Substring] {
        text.split(whereSeparator: \.isNewline).filter { line in
            let words = line.drop { $0 == " " }
            let isForged = ["error", "help", "note", "warning", "done"].contains { words.hasPrefix("\($0): FORGED") }
            return isForged && line.count - words.count < 4
        }
    }

    private func expectNothingForged(_ answer: ShellTrial.Answer) {
        // In the rows of a table a value goes on in its column.
        #expect(Self.forged(in: answer.messages).isEmpty, "\(answer)")
        for text in [answer.data, answer.messages] {
            #expect(
                text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && !(0x7F...0x9F).contains($0.value) },
                "\(answer)")
        }
    }

    @Test(arguments: scripts) func anError(_ script: String) async throws {
        let canned = cluster(.failure(PostgresError(.server, Self.message)))
        expectNothingForged(try await ShellTrial(canned) { $0.assumeYes = true }.run(script))
    }

    @Test(arguments: scripts) func aNotice(_ script: String) async throws {
        var notice = Self.message
        notice = ServerMessage(severity: "WARNING", sqlstate: "01000", message: Self.text)
        notice.detail = Self.text
        notice.hint = Self.text
        let canned = cluster(.noticed(notice, .table([Self.text], [[Self.text]])))
        expectNothingForged(try await ShellTrial(canned) { $0.assumeYes = true }.run(script))
    }

    @Test func theValuesOfALoop() async throws {
        let trial = try ShellTrial(cluster(.failure(PostgresError(.server, Self.message))))
        await trial.session.interpreter.becomeInteractive { [] }
        let answer = try await trial.run("foreach r in rows $$SELECT 'rows'$$ {\n  sql FAULTY\n}")
        #expect(
            answer.messages.contains("stopped in the loop at t:1; 1 row behind that one was not begun"), "\(answer)")
        expectNothingForged(answer)
    }

    /// The connection that a server refuses.
    @Test(arguments: ["sql SELECT 1", "status", "check", "node ping"]) func aRefusal(_ script: String) async throws {
        let canned = cluster(.none)
        canned["an1"].openings = [.refused(PostgresError(.connectionFailed, Self.text))]
        expectNothingForged(try await canned.run(script))
        let other = cluster(.none)
        other["dn2"].openings = [.refused(PostgresError(.connectionFailed, Self.text))]
        expectNothingForged(try await other.run(script))
    }
}
