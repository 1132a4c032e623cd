import ClusterAccess
import CommandLanguage
import Postgres
import Testing

@testable import Shell

/// Failures as they are read, and what they end with.
@Suite struct FailureTests {
    private static let source = SourceText(name: "grow.tscl", "node list\nnode ping dn7\n")

    @Test func withoutAPlace() {
        #expect(Failure("it is so").text == "error: it is so\n")
    }

    /// What was written may stand in a message, and a password in it.
    @Test(arguments: [
        ("postgresql://app:S3cret@/dist: No such file or directory", "postgresql://********"),
        ("postgresql:/app:S3cret@/dist: No such file or directory", "postgresql:/********"),
        ("unknown command host=x password=S3cret", "unknown command host=x password********"),
        ("unexpected ALTER ROLE app PASSWORD 'S3cret'", "unexpected ALTER ROLE app PASSWORD ********"),
        ("password authentication failed for user \"app\"", "password authentication failed for user \"app\""),
    ])
    func aPasswordInAMessageIsHidden(_ message: String, shown: String) {
        var failure = Failure(message, remedy: message)
        #expect(failure.text == "error: \(shown)\n  help: \(shown)\n")
        let diagnostic = Diagnostic(message, at: Span(0, 4), in: Self.source)
        #expect(diagnostic.shownText.hasPrefix("grow.tscl:1:1: error: \(shown)\n"))
        failure.place = (Self.source, Span(0, 4))
        #expect(!failure.text.contains("S3cret") && failure.text.contains(shown))
    }

    @Test func withAPlace() {
        var failure = Failure("there is no node dn7", remedy: "'node list' shows the nodes")
        failure.place = (Self.source, Span(20, 23))
        #expect(
            failure.text == """
                grow.tscl:2:11: error: there is no node dn7
                    2 | node ping dn7
                      |           ^~~
                   help: 'node list' shows the nodes

                """)
    }

    @Test func furtherLinesOfAMessageStandBelowIt() {
        var failure = Failure("no connection: refused\n\tIs the server running?\n")
        #expect(failure.text == "error: no connection: refused\n    Is the server running?\n")
        failure.place = (Self.source, Span(0, 9))
        failure.sqlstate = "08001"
        #expect(
            failure.text == """
                grow.tscl:1:1: error: no connection: refused
                    1 | node list
                      | ^~~~~~~~~
                     Is the server running?
                   sqlstate: 08001

                """)
    }

    @Test func everythingThereIsToSay() {
        var failure = Failure("permission denied", status: .partial, remedy: "ask its owner")
        failure.sqlstate = "42501"
        failure.node = "dn2"
        failure.detail = "the detail\nover lines"
        failure.hint = "a hint"
        failure.done = ["node dn1 added (h)"]
        failure.parts = [
            NodeOutcome("dn1", ok: true), NodeOutcome("dn2", ok: false, message: "permission denied"),
            NodeOutcome("dn3", ok: false),
        ]
        failure.rest = "node add dn2 dn3 --host h"
        #expect(
            failure.text == """
                error: permission denied
                  sqlstate: 42501
                  node: dn2
                  detail: the detail
                    over lines
                  hint: a hint
                  done: node dn1 added (h)
                  failed: dn2: permission denied
                  failed: dn3
                  help: ask its owner
                  the rest: node add dn2 dn3 --host h

                """)
    }

    @Test func ofASingleNodeNothingIsRepeated() {
        var failure = Failure("no")
        failure.parts = [NodeOutcome("dn1", ok: false, message: "no")]
        #expect(failure.text == "error: no\n")
    }

    @Test func emptyPartsAreLeftOut() {
        var failure = Failure("no")
        failure.detail = ""
        failure.hint = ""
        #expect(failure.text == "error: no\n")
    }

    @Test func tabsAreBlanks() {
        var failure = Failure("a\tb")
        failure.detail = "c\td"
        #expect(failure.text == "error: a  b\n  detail: c  d\n")
        failure.place = (Self.source, Span(0, 4))
        #expect(failure.text.hasPrefix("grow.tscl:1:1: error: a  b\n"))
    }

    @Test func controlsInWhatWasWrittenReachNoTerminal() {
        var failure = Failure("bad \u{1b}[31m name")
        failure.place = (SourceText(name: "a\u{7}b", "node ping \u{1b}]0;x\u{7}\n"), Span(10, 12))
        let text = failure.text
        #expect(text.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 && $0.value != 0x7f })
        #expect(text.hasPrefix("a\u{FFFD}b:1:11: error: bad \u{FFFD}[31m name\n"))
    }

    @Test func aLineWithASecretIsNotShown() {
        let secret = SourceText(name: "s.tscl", "set x hunter2 --secrt\n")
        let diagnostic = Diagnostic(
            "unknown option --secrt", at: Span(14, 21), in: secret, help: "did you mean --secret?")
        #expect(
            Failure(diagnostic.hidingLine()).text == """
                s.tscl:1:15: error: unknown option --secrt
                   help: did you mean --secret?

                """)
    }

    // MARK: What a connection or a server said

    private func failure(
        _ kind: PostgresError.Kind, _ sqlstate: String? = nil, _ message: String = "no", node: String? = nil
    ) -> Failure {
        Failure(ClusterError(PostgresError(kind, ServerMessage(sqlstate: sqlstate, message: message)), node: node))
    }

    @Test(arguments: [PostgresError.Kind.connectionFailed, .passwordNeeded, .passwordRejected])
    func noConnectionHasAStatusOfItsOwnOnTheAccessNodeAlone(_ kind: PostgresError.Kind) {
        #expect(failure(kind).status == .noConnection)
        #expect(failure(kind, node: "dn1").status == .failed)
        #expect(failure(kind, node: "dn1").node == "dn1")
    }

    @Test(arguments: [PostgresError.Kind.server, .connectionLost, .timedOut, .usage])
    func allElseFailed(_ kind: PostgresError.Kind) {
        #expect(failure(kind).status == .failed)
        #expect(failure(kind, "42601").status == .failed)
    }

    @Test func whatWasCancelledWasInterrupted() {
        let interrupted = failure(.cancelled, "57014", "canceling statement due to user request")
        #expect(interrupted.status == .interrupted)
        #expect(interrupted.text == "error: interrupted\n")
    }

    @Test func theServersCodeForOurTimeLimitIsLeftOut() {
        let late = failure(.timedOut, "57014", "no answer within the time limit")
        #expect(late.text == "error: no answer within the time limit\n")
        #expect(failure(.timedOut, nil, "no connection within 5 s").message == "no connection within 5 s")
    }

    @Test func theNodeThatAMessageNamesIsItsNode() {
        #expect(failure(.server, "42501", "[dn2]: permission denied").node == "dn2")
        #expect(failure(.server, "42501", "[dn2]: permission denied", node: "dn3").node == "dn3")
        #expect(failure(.server, "42501", "permission denied").node == nil)
    }

    @Test func everyFieldIsTakenOver() {
        var message = ServerMessage(sqlstate: "23505", message: "duplicate")
        message.detail = "d"
        message.hint = "h"
        #expect(
            Failure(ClusterError(PostgresError(.server, message))).text
                == "error: duplicate\n  sqlstate: 23505\n  detail: d\n  hint: h\n")
    }

    @Test func theSummaryIsOneLine() {
        var failure = Failure("first\nIs the server running?")
        #expect(failure.summary == "first")
        failure.detail = "detail\nmore"
        #expect(failure.summary == "first: detail")
    }

    @Test func whatWasDoneBeforeItIsTold() {
        let connecting = Failure("no connection", status: .noConnection)
        let failure = connecting.behind(Outcome(text: ["sandbox lab is up"], changed: true))
        #expect(failure.text == "error: no connection\n  done: sandbox lab is up\n")
        #expect(failure.status == .noConnection)
        #expect(connecting.behind(Outcome(text: ["as it was"])).done.isEmpty)
    }
}
