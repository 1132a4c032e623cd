import ClusterAccess
import CommandLanguage
import MultiNode

/// Names that a server does not know, and what they were probably meant to be.
struct Suggestions {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    /// A failure for a role or table that is not there, with its place and the nearest that is; others as they are.
    func suggesting(_ failure: Failure, for invocation: Invocation) async -> Failure {
        let kind: ValueKind
        switch failure.sqlstate {
        case "42P01": kind = .hypertable
        case "42704": kind = .role
        default: return failure
        }
        // A name from a file or a secret is no word to point at, and what a node lacks others may have.
        guard failure.place == nil, failure.node == nil, !invocation.holdsSecret,
            let arguments = try? Arguments(invocation, variables: context.variables),
            let wrong = arguments.words(of: kind).first(where: { failure.message.contains("\"\($0.text)\"") })
        else { return failure }
        var result = failure
        if !invocation.source.isBeforeTheUser { result.place = (invocation.source, wrong.span) }
        if let nearest = Suggestion.nearest(to: wrong.text, among: await known(kind)) {
            result.remedy = "did you mean \(Arguments.quoted(nearest))?"
        } else if kind == .hypertable {
            result.remedy = failure.remedy ?? "'hypertable list' shows the hypertables"
        }
        return result
    }

    /// The names there are; none where they can't be asked for, as in a transaction that has failed.
    private func known(_ kind: ValueKind) async -> [String] {
        let cluster = context.cluster
        if kind == .hypertable { return (try? await cluster.hypertables())?.map(\.table.shownName) ?? [] }
        return (try? await cluster.roles())?.map(\.name) ?? []
    }
}

extension Arguments {
    /// What was written for operands and options of a kind.
    fileprivate func words(of kind: ValueKind) -> [Argument] {
        let syntax = invocation.syntax
        return syntax.operands.filter { $0.kind == kind }.flatMap { values(of: $0) }
            + syntax.options.filter { $0.kind == kind }.flatMap { values(of: $0) }
    }
}
