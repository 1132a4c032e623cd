import ClusterAccess
import CommandLanguage
import MultiNode

struct RoleUnmapCommand: ChangingCommand {
    static let syntax = CommandSyntax(
        "role unmap", group: .roles, "Let the access node go to data nodes as the role of the same name again",
        operands: [RoleMappingOptions.names], options: [RoleMappingOptions.nodes], changes: true,
        details: """
            The user mappings of 'role map' are removed, with their passwords. What counts then is the mapping of public, \
            or the role of the same name, with the password of timescaledb.passfile. Afterwards the access node is asked \
            whether it gets in: where it does not, the status is 4.
            """,
        examples: ["role unmap app --on all"])

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    func run(_ context: CommandContext) async throws -> Outcome {
        try await RoleMappingOptions.askBehind(try await carryOut(context), arguments, context)
    }

    func proposal(_ context: CommandContext) async throws -> Proposal {
        let all = try await context.nodes(in: arguments[RoleMappingOptions.nodes], of: arguments)
        let nodes = all.map(\.name)
        guard !nodes.isEmpty else { throw Failure.noNodes }
        let mappings = try await context.cluster.userMappings()
        var proposal = Proposal([], concernsNodes: false)
        let grantees = try await RoleMappingOptions.grantees(arguments, context)
        for grantee in grantees {
            let mapped = nodes.filter { mappings.entry(of: grantee.name, on: $0) != nil }
            let rest = nodes.filter { !mapped.contains($0) }
            func told(_ nodes: [String]) -> String {
                "\(grantee.shownName) has no user mapping on \(nodes.listed)"
            }
            if !rest.isEmpty { proposal.unchanged.append(told(rest)) }
            if mapped.isEmpty { continue }
            let statements = mapped.map { UserMappings.unmapping(grantee, on: $0) }
            proposal.items.append(
                .init(name: grantee.shownName, UserMappings.plan(statements), done: told(mapped)))
        }
        let names = grantees.map(\.name)
        try await RoleMappingOptions.tellOfOthers(on: all, mappings, context) { role, node in
            let isLeft = names.contains(role) && !names.contains(nil)
            return isLeft ? mappings.entry(of: nil, on: node)?.login : nil
        }
        return proposal
    }
}
