import ClusterAccess
import CommandLanguage
import MultiNode
import Rendering

struct RolePassfileCommand: Command {
    private static let names = Operand<[Argument]>("NAMES", .role, .zeroOrMore, distinct: true)
    private static let write = Flag("--write", "Put the lines there, with the password that is given")

    static let syntax = CommandSyntax(
        "role passfile", group: .roles, "Show the line that the access node's passfile needs for each role",
        operands: [names], options: PasswordOptions.all + [write],
        constraints: [.exclusive(PasswordOptions.all), PasswordOptions.areRequired(by: write)], changes: true,
        details: """
            The access node logs in on data nodes with the passwords of timescaledb.passfile, which is the file passfile in \
            its data folder unless it is set. Without names it is about the roles that may use nodes or have user mappings. \
            The states: present; missing; unneeded (there is none, and the access node gets in all the same, by a \
            certificate or by trust); certificate (there is none, and the nodes ask for a certificate, which 'role certificate' makes); ignored (others may read the file, so that libpq takes nothing from it: mode \
            0600 is needed); differs (it has another password than the one that is given); mapping (the user mapping has the \
            password, and no line is needed); unknown (this role may not see it). --write needs the password: on the access \
            node's machine tscl writes the file itself, where it may; from elsewhere a superuser has the server write it (COPY \
            TO PROGRAM). It can't be in a transaction, which would not undo it. Afterwards the access node is asked whether \
            it gets in.
            """,
        examples: ["role passfile", "role passfile app --write --password-env APP_PASSWORD"])

    static let columns: [Table.Column] = [
        "role", "as", .array("nodes"), .state("state"), "line", "path", "mode",
    ]

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        invocation.option(write).map { _ in "a passfile can't be written in a transaction, which would not undo it" }
    }

    func run(_ context: CommandContext) async throws -> Outcome {
        try context.refuseInWrittenTransaction(arguments.invocation)
        let cluster = context.cluster
        let nodes = try await cluster.nodes()
        guard !nodes.isEmpty else { throw Failure.noNodes }
        let mappings = try await cluster.userMappings()
        let selected = try await roles(cluster, mappings)
        let password = try await PasswordOptions.password(arguments, context)
        if let refusal = password.flatMap(PasswordFile.refusal) { throw arguments.problem(refusal) }
        var passfile = try await cluster.passfile()
        let needs = selected.flatMap { PassfileNeed.all(of: $0, on: nodes, mappings) }
        guard arguments[Self.write], let password else {
            return Self.listing(needs, await Self.states(needs, passfile, password, context), passfile)
        }
        var proposed = try proposal(needs, passfile, password, cluster)
        if context.settings.dryRun { return proposed.preview(context.output) }
        for _ in 1..<Self.attempts {
            do {
                return try await written(proposed, needs, context)
            } catch let failure as Failure {
                guard failure.sqlstate == PasswordFile.changedMeanwhile else { throw failure }
                // Another one has written it, so that it is to be read again.
                passfile = try await cluster.passfile()
                proposed = try proposal(needs, passfile, password, cluster)
            }
        }
        return try await written(proposed, needs, context)
    }

    private func written(
        _ proposed: Proposal, _ needs: [PassfileNeed], _ context: CommandContext
    ) async throws -> Outcome {
        var outcome = try await ProposalRun(proposed, context).carryOut(for: arguments, Self.explained)
        guard outcome.changed else { return outcome }
        for need in needs where need.kind == .line {
            let failures = try await context.turnedAway(need.nodes, as: need.role) { node in
                ReachCheck.wayIn(node, as: need.role, login: need.login)
            }
            outcome.add(turnedAway: failures)
        }
        return outcome
    }

    /// How often it is tried to write a file that others write, too.
    private static let attempts = 10

    private static func explained(_ failure: Failure) -> Failure {
        guard failure.sqlstate == PasswordFile.changedMeanwhile else { return failure }
        var failure = failure
        failure.remedy = "nothing was written: run it again when nobody else writes the file"
        return failure
    }

    /// The roles that are named, else those that data nodes need.
    private func roles(_ cluster: Cluster, _ mappings: UserMappings) async throws -> [String] {
        let known = try await cluster.roles().map(\.name)
        let named = arguments[Self.names]
        for name in named where !known.contains(name.text) { throw arguments.unknownRole(name, among: known) }
        if !named.isEmpty { return named.map(\.text) }
        let granted = try await cluster.nodeGrants()
        let user = try await cluster.capabilities().user
        return known.filter { role in
            granted[role] != nil || role == user || mappings.entries.contains { $0.role == role }
        }
    }

    /// Of each need. Where there is no line, the access node is asked whether it gets in without one.
    private static func states(
        _ needs: [PassfileNeed], _ passfile: AccessNodePassfile, _ password: String?, _ context: CommandContext
    ) async -> [PassfileNeed.State] {
        var states: [PassfileNeed.State] = []
        let isOutside = await context.cluster.connection.transaction == .none
        for need in needs {
            let state = need.state(passfile, password)
            guard isOutside, state == .missing else {
                states.append(state)
                continue
            }
            states.append(await need.stateWithoutLine(context.cluster))
        }
        return states
    }

    private static func listing(
        _ needs: [PassfileNeed], _ states: [PassfileNeed.State], _ passfile: AccessNodePassfile
    ) -> Outcome {
        let rows = zip(needs, states).map { need, state -> [Value] in
            return [
                .text(need.role), .text(need.login), .array(need.nodes.map { .text($0.name) }), .text(state.rawValue),
                need.kind == .line && state != .unneeded && state != .certificate
                    ? .text(PasswordFile.line(for: need.login)) : .null,
                passfile.path.map { .text($0) } ?? .null, passfile.shownMode.map { .text($0) } ?? .null,
            ]
        }
        var outcome = Outcome(
            table: Table(
                columns: Self.columns, rows: rows))
        if states.contains(.missing) || states.contains(.differs) {
            outcome.notes.append(
                "'role passfile NAME --write --password-prompt' puts the line there")
        }
        let unneeded = zip(needs, states).filter { $1 == .unneeded }.map(\.0.role)
        if !unneeded.isEmpty {
            outcome.notes.append(
                "no line is needed for \(Set(unneeded).sorted().listed): the nodes ask for no password (certificate or trust)"
            )
        }
        let uncertified = Set(zip(needs, states).filter { $1 == .certificate }.map(\.0.role)).sorted()
        if !uncertified.isEmpty {
            let commands = uncertified.map { TLSFailure.certificateCommand($0) }
            outcome.notes.append("the nodes ask for a certificate, not for a password: \(commands.listed) makes it")
        }
        if states.contains(.ignored), let path = passfile.path {
            outcome.notes.append("libpq takes nothing from a file that others may read: chmod 0600 \(path)")
        }
        if states.contains(.unknown) {
            outcome.notes.append("what can't be seen as this role a superuser sees")
        }
        return outcome
    }

    private func proposal(
        _ needs: [PassfileNeed], _ passfile: AccessNodePassfile, _ password: String, _ cluster: Cluster
    ) throws -> Proposal {
        guard let path = passfile.path else {
            throw Failure(
                "where the access node's passfile is can't be seen as this role",
                remedy: "connect as a superuser, or as a member of pg_read_all_settings")
        }
        let lines = needs.filter { $0.kind == .line }.map { PasswordFile.line(for: $0.login) }
        guard let file = passfile.file else {
            throw Failure(
                "\(path) can neither be read here nor by the server",
                remedy: "connect as a superuser; or put it there by hand (mode 0600): \(lines.joined(separator: ", "))")
        }
        var proposal = Proposal([], concernsNodes: false)
        var changed = file
        var written: [String] = []
        for need in needs {
            if need.kind == .line {
                let next = changed.setting(password, for: need.login, on: need.nodes)
                let line = PasswordFile.line(for: need.login)
                // What is there and ignored is made right, too.
                if next != changed || passfile.isIgnored {
                    if !written.contains(line) { written.append(line) }
                } else if !written.contains(line) {
                    proposal.unchanged.append("\(path) has the line of \(need.login)")
                }
                changed = next
            } else {
                let places = need.nodes.map(\.name).listed
                proposal.unchanged.append("role \(need.role) needs no line for \(places): it has a user mapping")
            }
        }
        guard !written.isEmpty else { return proposal }
        let content = changed
        let done = "\(path) written: \(written.listed)"
        guard passfile.isHere, passfile.hasPasswords || passfile.mode == nil else {
            proposal.items.append(.init(content.writing(to: path, inPlaceOf: file), done: done))
            return proposal
        }
        proposal.items.append(
            .init(
                .action("written into \(path), mode 0600: \(written.joined(separator: ", "))") {
                    try await cluster.write(content, inPlaceOf: passfile)
                    return Outcome(text: [done], changed: true)
                }))
        return proposal
    }
}
