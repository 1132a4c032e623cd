package import CommandLanguage
package import MultiNode

/// A command, made from what was written; each is one type in one file, named in the catalogue.
package protocol Command: Sendable {
    static var syntax: CommandSyntax { get }

    /// - Throws: what can be told wrong without asking a server.
    init(_ arguments: Arguments) throws(Diagnostic)

    func run(in session: isolated Session) async throws(Failure) -> Outcome

    /// Whether `init` may refuse a plain command (`CommandOutline.isPlain`) that was read without an error; where it is
    /// known that it won't, a long script is checked faster.
    static func mayRefuse(_ outline: CommandOutline) -> Bool

    /// Why it can't be in `transaction { … }`; nil where it can.
    static func refusalInTransaction(_ invocation: Invocation) -> String?
}

extension Command {
    package static func mayRefuse(_ outline: CommandOutline) -> Bool { true }

    package static func refusalInTransaction(_ invocation: Invocation) -> String? { nil }
}

/// A command that has nothing against anything that can be read as one.
protocol UncheckedCommand: Command {
    init(_ arguments: Arguments)
}

extension UncheckedCommand {
    static func mayRefuse(_ outline: CommandOutline) -> Bool { false }
}

/// A command that has nothing against anything that can be read as one but odd names of tables, which no plain command has.
protocol TableCommand: Command {}

extension TableCommand {
    static func mayRefuse(_ outline: CommandOutline) -> Bool { false }
}

/// A command that changes something: it says first what it would do, as a plan.
package protocol ChangingCommand: Command {
    var arguments: Arguments { get }

    func proposal(in session: isolated Session) async throws(Failure) -> Proposal
}

/// What a command would do, in parts that each succeed or fail as a whole.
package struct Proposal: Sendable {
    package struct Item: Sendable {
        /// The name that the part is about, where the command took several; what is left is named by it.
        package var name: String?
        package var plan: Plan
        /// What is said when it is done.
        package var done: String

        package init(name: String? = nil, _ plan: Plan, done: String) {
            self.name = name
            self.plan = plan
            self.done = done
        }
    }

    package var items: [Item]
    /// What is so already, and so needs no plan.
    package var unchanged: [String] = []
    /// How many parts may be carried out at once, each on a connection of its own.
    package var parallel = 1
    /// Whether the first part must be done before the others may begin.
    package var beginsAlone = false
    /// Whether the names of the parts are data nodes'.
    package var concernsNodes: Bool
    /// The nodes that could not be asked, where the others are dealt with all the same.
    package var failures: [Failure] = []
    /// What is to be known where it is ended before its time.
    package var whenInterrupted: String?
    /// The names that a person must type again before anything is done.
    package var confirm: [String] = []

    package init(
        _ items: [Item], unchanged: [String] = [], concernsNodes: Bool = true, confirm: [String] = []
    ) {
        self.items = items
        self.concernsNodes = concernsNodes
        self.unchanged = unchanged
        self.confirm = confirm
    }
}

extension ChangingCommand {
    package func run(in session: isolated Session) async throws(Failure) -> Outcome {
        let proposal = try await proposal(in: session)
        for failure in proposal.failures { session.output.message(failure.hiding(session.output.hiding).text) }
        if session.settings.dryRun { return session.preview(proposal) }
        if !proposal.items.isEmpty { try await session.confirm(proposal.confirm, for: arguments) }
        return try await session.carryOut(proposal, for: arguments)
    }
}
