import ClusterAccess
import CommandLanguage
import MultiNode

/// Suggests the names that a user probably meant instead of names that a server does not know.
struct Suggestions {
    private let context: CommandContext

    init(_ context: CommandContext) {
        self.context = context
    }

    /// The failure, with the place of an unknown role or table and the nearest name that exists; others are unchanged.
    func suggesting(_ failure: Failure, for invocation: Invocation) async -> Failure {
        let kind: ValueKind
        switch failure.sqlstate {
        case "42P01": kind = .hypertable
        case "42704": kind = .role
        default: return failure
        }
        // A name from a file or a secret has no word to point at, and a name that one node lacks may exist on others.
        guard failure.place == nil, failure.node == nil, !invocation.holdsSecret,
            let arguments = try? Arguments(invocation, variables: context.variables),
            let wrong = arguments.words(of: kind).first(where: { failure.message.names($0.text) })
        else { return failure }
        var result = failure
        if !invocation.source.isBeforeTheUser { result.place = (invocation.source, wrong.span) }
        if let nearest = Suggestion.nearest(to: wrong.text, among: await known(kind)) {
            result.remedy = "did you mean \(Quoting.word(nearest))?"
        } else if kind == .hypertable {
            result.remedy = failure.remedy ?? "'hypertable list' shows the hypertables"
        }
        return result
    }

    /// The existing names; none if they can't be read, as in a failed transaction.
    private func known(_ kind: ValueKind) async -> [String] {
        let cluster = context.cluster
        if kind == .hypertable { return (try? await cluster.hypertables())?.map(\.table.shownName) ?? [] }
        return (try? await cluster.roles())?.map(\.name) ?? []
    }
}

extension Arguments {
    /// The arguments for operands and options of a kind.
    fileprivate func words(of kind: ValueKind) -> [Argument] {
        let syntax = invocation.syntax
        return syntax.operands.filter { $0.kind == kind }.flatMap { values(of: $0) }
            + syntax.options.filter { $0.kind == kind }.flatMap { values(of: $0) }
    }
}
