package import ClusterAccess
package import CommandLanguage
import MultiNode
import Postgres
import Sandbox

/// Why a command failed, in a form for people and programs.
package struct Failure: Error, Sendable {
    package var message: String
    package var status: ExitStatus
    /// Whether the time limit has passed.
    package var isTimedOut = false
    package var sqlstate: String?
    package var detail: String?
    package var hint: String?
    /// The node that refused; nil for the access node and for tscl itself.
    package var node: String?
    /// What to do about it.
    package var remedy: String?
    package var place: (source: SourceText, span: Span)?
    /// The character of the statement that a server points at, in Unicode scalars from 1.
    var position: Int?
    /// Whether the line at the place holds something secret.
    package var hidesLine = false
    /// Whether the command's text is wrong, so that trying again can't help.
    package private(set) var isAboutTheScript = false
    /// The outcome for each node, for programs.
    package var nodes: [NodeOutcome] = []
    /// The outcome for each part of the command, shown if there were several.
    package var parts: [NodeOutcome] = []
    /// The command that would do the rest.
    package var rest: String?
    /// What people read before that.
    private(set) var restLabel = "the rest"
    /// Whether something may have been changed all the same, and nobody can tell.
    var mayHaveChanged = false
    /// Whether it may still be done, or be done already, and would be done a second time by the same command.
    private(set) var isInDoubt = false
    /// How the connection to the access node ended, where that alone leaves open whether something was changed.
    var lossReason: String?
    /// What had been done before the failure.
    package var done: [String] = []

    package init(_ message: String, status: ExitStatus = .failed, remedy: String? = nil) {
        self.message = message
        self.status = status
        self.remedy = remedy
    }

    package init(_ diagnostic: Diagnostic, status: ExitStatus = .failed) {
        message = diagnostic.message
        self.status = status
        remedy = diagnostic.help
        place = (diagnostic.source, diagnostic.span)
        hidesLine = diagnostic.hidesLine
        isAboutTheScript = true
    }

    package init(_ error: ClusterError) {
        self.init(error.message)
        sqlstate = error.sqlstate
        detail = error.detail
        hint = error.hint.flatMap { Remedy.isOfUse(hint: $0) ? $0 : nil }
        node = error.node
        remedy = error.remedy
        position = error.position
        isTimedOut = error.kind == .timedOut
        status = error.kind == .interrupted ? .interrupted : error.isAccessNodeUnreachable ? .noConnection : .failed
        mayHaveChanged = error.tookEffect ?? true
        lossReason = error.lossReason
        // It is done on the access node, and nobody knows of the data nodes.
        if error.tookEffect == true, status == .failed { status = .partial }
    }

    /// An error behind which nobody could tell what became of it.
    init(unknown error: ClusterError) {
        self.init(error)
        tellDoubt()
    }

    private mutating func tellDoubt() {
        let doubt = "whether this took effect is not known"
        if !message.contains(doubt) { message += ": \(doubt)" }
    }

    /// The failure of what nobody knows to have ended: no command for the rest names it.
    func inDoubt() -> Failure {
        var failure = self
        (failure.mayHaveChanged, failure.isInDoubt) = (true, true)
        failure.tellDoubt()
        return failure
    }

    /// Names the command that does all that is left, whatever that is: the same one again.
    mutating func goesOn(with command: String) { (rest, restLabel) = (command, "to go on") }

    /// The failure of what had nothing to change yet, or does not change anything: it leaves no doubt.
    ///
    /// - Parameter effect: what has come of it, behind the reason.
    func leavingNoDoubt(_ effect: String) -> Failure {
        guard let lossReason else { return self }
        var failure = self
        failure.message = lossReason + effect
        failure.remedy = "run it again when the access node answers"
        (failure.mayHaveChanged, failure.lossReason) = (false, nil)
        return failure
    }

    init(_ error: SandboxError) {
        self.init(error.message, status: error.kind == .cancelled ? .interrupted : .failed)
        detail = error.detail
        hint = error.hint
    }

    /// Turns whatever a command threw into a failure. This is the one place that knows the error types of all modules.
    init(thrown error: any Error) {
        switch error {
        case let failure as Failure: self = failure
        case let diagnostic as Diagnostic: self.init(diagnostic)
        case let error as ClusterError: self.init(error)
        case let error as MultiNodeError: self.init(error.message, remedy: error.help)
        case let error as SandboxError: self.init(error)
        case let error as PostgresError: self.init(ClusterError(error))
        case is CancellationError: self = .interrupted
        default: self.init(String(describing: error))
        }
    }

    static func noScript(of command: String) -> Failure {
        Failure("\(command) has no form as a script", remedy: "table, json and csv show it")
    }

    static let interrupted = Failure("interrupted", status: .interrupted)
    static let noNodes = Failure("there are no data nodes", remedy: "'node add' adds them")

    /// Whether the access node could not reach a data node.
    var isOfUnreachableNode: Bool { status == .failed && sqlstate?.hasPrefix("08") == true }

    /// One line, for a row of a table.
    package var summary: String { ClusterError.summary(message, detail) }

    /// The failure of what follows from an outcome, which tells what had been done before.
    func behind(_ outcome: Outcome) -> Failure {
        guard outcome.changed else { return self }
        var failure = self
        failure.done = outcome.text + done
        failure.nodes = outcome.nodes + nodes
        return failure
    }

    /// The failure with every text passed through `hide`, before the layout can break a secret into pieces.
    func hiding(_ hide: (String) -> String) -> Failure {
        var hidden = self
        hidden.message = hide(message)
        hidden.detail = detail.map(hide)
        hidden.hint = hint.map(hide)
        hidden.remedy = remedy.map(hide)
        hidden.rest = rest.map(hide)
        hidden.done = done.map(hide)
        hidden.nodes = nodes.map { $0.hiding(hide) }
        hidden.parts = parts.map { $0.hiding(hide) }
        return hidden
    }
}
