import FaultProxy
import Glibc
import Testing

/// What goes wrong while a command runs, where and when.
struct FaultKind: Sendable, CustomTestStringConvertible {
    enum When: Sendable {
        /// Before the command begins, and until it has ended.
        case throughout
        /// At the next connection to the server.
        case calling
        case before(Words)
        case behind(Words)
    }

    /// What a statement is known by.
    enum Words: Sendable {
        /// The command's own work on that server.
        case work
        case text(String)
    }

    let name: String
    let server: String
    let fault: FaultProxy.Fault
    let when: When
    /// What the person at the terminal or the system sends as soon as the fault has come.
    var signal: Int32?
    /// Whether what was held goes on behind the signal.
    var goesOn = false

    var testDescription: String { name }

    /// Whether the command would wait until something mends it.
    var needsLimit: Bool {
        switch fault {
        case .freeze, .hold, .halfClose: signal == nil
        case .cut, .down, .refuse: false
        }
    }

    var isOfDataNode: Bool { server != "an1" }

    /// When the fault comes; nil if the command sends nothing that it could come at.
    func moment(for command: FaultedCommand) -> FaultProxy.Moment? {
        func text(_ words: Words) -> String? {
            switch words {
            case .text(let text): text
            case .work: isOfDataNode ? command.remote : command.work
            }
        }
        return switch when {
        case .throughout, .calling: .calling
        case .before(let words): text(words).map { .before($0) }
        case .behind(let words): text(words).map { .behind($0) }
        }
    }
}

extension FaultKind {
    private static let full = FaultProxy.Fault.refuse(sqlstate: "53300", "sorry, too many clients already")
    private static let prepare = Words.text("PREPARE TRANSACTION")
    private static let commitPrepared = Words.text("COMMIT PREPARED")
    private static let commit = Words.text("COMMIT")

    static let all: [FaultKind] = [
        FaultKind(name: "dn2 is down", server: "dn2", fault: .down, when: .throughout),
        FaultKind(name: "dn2 is full", server: "dn2", fault: full, when: .throughout),
        FaultKind(name: "dn2 is frozen", server: "dn2", fault: .freeze, when: .throughout),
        FaultKind(name: "dn2 hangs up on the first call", server: "dn2", fault: .cut, when: .calling),
        FaultKind(name: "dn2 hangs up on half of the first call", server: "dn2", fault: .halfClose, when: .calling),
        FaultKind(name: "dn2 breaks off before the work", server: "dn2", fault: .cut, when: .before(.work)),
        FaultKind(name: "dn2 breaks off behind the work", server: "dn2", fault: .cut, when: .behind(.work)),
        FaultKind(name: "dn2 freezes at the work", server: "dn2", fault: .freeze, when: .before(.work)),
        FaultKind(name: "dn2 goes down behind the work", server: "dn2", fault: .down, when: .behind(.work)),
        FaultKind(name: "dn2 breaks off before PREPARE", server: "dn2", fault: .cut, when: .before(prepare)),
        FaultKind(name: "dn2 breaks off behind PREPARE", server: "dn2", fault: .cut, when: .behind(prepare)),
        FaultKind(name: "dn2 freezes at PREPARE", server: "dn2", fault: .freeze, when: .before(prepare)),
        FaultKind(
            name: "Ctrl-C at PREPARE", server: "dn2", fault: .hold, when: .before(prepare), signal: SIGINT),
        FaultKind(
            name: "dn2 breaks off before COMMIT PREPARED", server: "dn2", fault: .cut, when: .before(commitPrepared)),
        FaultKind(
            name: "dn2 breaks off behind COMMIT PREPARED", server: "dn2", fault: .cut, when: .behind(commitPrepared)),
        FaultKind(
            name: "dn2 goes down at COMMIT PREPARED", server: "dn2", fault: .down, when: .before(commitPrepared)),
        FaultKind(
            name: "dn2 freezes at COMMIT PREPARED", server: "dn2", fault: .freeze, when: .before(commitPrepared)),
        FaultKind(
            name: "Ctrl-C at COMMIT PREPARED", server: "dn2", fault: .hold, when: .before(commitPrepared),
            signal: SIGINT, goesOn: true),
        FaultKind(name: "the access node is down", server: "an1", fault: .down, when: .throughout),
        FaultKind(name: "the access node is full", server: "an1", fault: full, when: .throughout),
        FaultKind(name: "the access node is frozen", server: "an1", fault: .freeze, when: .throughout),
        FaultKind(
            name: "the access node breaks off before the work", server: "an1", fault: .cut, when: .before(.work)),
        FaultKind(
            name: "the access node breaks off behind the work", server: "an1", fault: .cut, when: .behind(.work)),
        FaultKind(
            name: "the access node freezes at the work", server: "an1", fault: .freeze, when: .before(.work)),
        FaultKind(
            name: "SIGTERM behind the work", server: "an1", fault: .hold, when: .behind(.work), signal: SIGTERM),
        FaultKind(
            name: "the access node breaks off before COMMIT", server: "an1", fault: .cut, when: .before(commit)),
        FaultKind(
            name: "the access node breaks off behind COMMIT", server: "an1", fault: .cut, when: .behind(commit)),
        FaultKind(name: "the answer to COMMIT is late", server: "an1", fault: .hold, when: .behind(commit)),
        FaultKind(
            name: "Ctrl-C at COMMIT", server: "an1", fault: .hold, when: .before(commit), signal: SIGINT, goesOn: true),
    ]
}
