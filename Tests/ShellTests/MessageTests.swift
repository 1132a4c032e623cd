import CannedServers
import MultiNode
import Postgres
import Testing

@testable import Shell

/// What is told of names that servers have: a line end in one begins no line of its own.
@Suite struct MessageTests {
    private static let name = "dn1\r\nerror: all is lost\n  help: quit"
    private static let shown = #"dn1\r\nerror: all is lost\n  help: quit"#

    @Test func aNameStaysInItsLine() {
        let help: Message = "\n  help: node show \(Self.name)"
        let message: Message = "note: \(Self.name) has \(3)\(help)" + "; it waits"
        #expect(message.text == "note: \(Self.shown) has 3\n  help: node show \(Self.shown); it waits")
    }

    @Test func furtherLinesOfAServersTextAreIndented() {
        let message: Message = "notice: \(lines: "a\u{1B}[2J\nerror: b\r\n\n  help: c\n")"
        #expect(message.text == "notice: a\\x1B[2J\n    error: b\n      help: c")
    }

    @Test func aNoticeStandsTogether() async throws {
        let canned = CannedCluster()
        var notice = ServerMessage(severity: "NOTICE", message: "a\nerror: b")
        notice.detail = "c\nerror: d"
        notice.hint = "e\nerror: f"
        canned["an1"].answer("SELECT 1", .noticed(notice, .value("1")))
        let answer = try await ShellTrial(canned).run("sql SELECT 1")
        #expect(
            answer.messages == """
                notice: a
                    error: b
                  detail: c
                    error: d
                  hint: e
                    error: f

                """)
    }

    /// Neither can a line of it look like what is told below a failure.
    @Test func aFailureStandsTogether() {
        var failure = Failure("there is no \(Self.name)", remedy: "drop \(Self.name)")
        failure.done = [Self.name]
        #expect(
            failure.text == """
                error: there is no dn1
                    error: all is lost
                      help: quit
                  done: dn1
                    error: all is lost
                      help: quit
                  help: drop dn1
                    error: all is lost
                      help: quit

                """)
    }

    @Test func whatWasDoneIsToldInALineEach() async throws {
        let trial = try ShellTrial()
        let presentation = Presentation(trial.session.output, Settings())
        var outcome = Outcome(text: ["node \(Self.name) added", "unchanged: b"])
        outcome.notes = [Self.name]
        outcome.complaint = Self.name
        try await presentation.show(outcome, of: "node add")
        let answer = try trial.answer(0)
        #expect(answer.data == "node \(Self.shown) added\nunchanged: b\n")
        #expect(answer.messages == "note: \(Self.shown)\nerror: \(Self.shown)\n")
    }

    @Test func aTextThatIsLaidOutKeepsItsLines() async throws {
        let trial = try ShellTrial()
        try await Presentation(trial.session.output, Settings()).show(Outcome(laidOut: "a\nb"), of: "help")
        #expect(try trial.answer(0).data == "a\nb\n")
    }

    /// Each session of a server that goes down is told so.
    @Test func theEndOfAServerIsToldOnce() async throws {
        var notice = ServerMessage(severity: "WARNING", message: "terminating connection")
        notice.sqlstate = "57P02"
        let canned = CannedCluster()
        for sql in ["SELECT 1", "SELECT 2"] as [SQL] { canned["an1"].answer(sql, .noticed(notice, .value("1"))) }
        let answer = try await canned.run("sql SELECT 1\nsql SELECT 2")
        #expect(answer.messages.split(separator: "terminating connection").count == 2, "\(answer)")
    }
}
