import ClusterAccess
import CommandLanguage
import MultiNode
import Operations
import Postgres

struct NodeAddCommand: OperationCommand {
    private static let names = Operand<[Argument]>("NAMES", .newName, distinct: true)
    private static let host = Option<Argument?>(
        "--host", "HOST", .text, required: true, paired: true, "Where the node's server is")
    private static let port = Option<Int?>(
        "--port", "PORT", 1...65535, paired: true, default: "that of the access node", "Its port")
    private static let database = Option<Argument?>(
        "--database", "NAME", .text, paired: true, default: "named as this one", "Its database")
    private static let noBootstrap = Flag("--no-bootstrap", "The database is there, with the extension in it")
    private static let ifNotExists = Flag("--if-not-exists", "Leave a node that is there as it is")
    private static let mapPassword = Flag(
        "--map-password", "Keep the password in a user mapping of the role that adds the node")
    private static let force = Flag("--force", "Go on although the check of a server finds errors")

    static let syntax = CommandSyntax(
        "node add", group: .nodes, "Add data nodes to the cluster",
        operands: [names],
        options: [host, port, database] + PasswordOptions.all + [
            mapPassword, noBootstrap, ifNotExists, force, CommonOptions.progress,
        ], constraints: [.exclusive(PasswordOptions.all), PasswordOptions.areRequired(by: mapPassword)], changes: true,
        details: """
            Braces name several nodes, and in the options what goes with each: as many values as names, or one for all. \
            Before anything is changed each server is looked at by a connection of tscl's own: when one can't become a \
            data node, none is added, unless --force; what can't be looked at from here is said. Then the nodes are \
            added side by side, each by itself, because TimescaleDB adds none inside a transaction; when one fails the \
            others are added all the same, and the command that does the rest is shown. Each may take 5 minutes, where \
            --timeout says nothing else. TimescaleDB uses the password for the adding and keeps it nowhere: what comes \
            later needs a line of the access node's passfile ('role passfile'), or a user mapping, which --map-password \
            makes for the role that adds ('role map' for others), with --if-not-exists also where the node is there and has \
            no password in one. Right behind the adding with a password the access node is asked whether it gets in: where \
            it does not, the node is added and the status is 4. A password is kept out of \
            the log of the access node's server by a superuser alone; for others a warning names the settings that log it.
            """,
        examples: [
            "node add dn1 --host 10.0.0.11", "node add dn{1..4} --host 10.0.0.{11..14} --port 5432",
            "node add dn1 --host 10.0.0.11 --password-env PW --map-password",
        ])

    static let stepColumns = NodeSteps.columns

    static let telling: StepTelling<NodeAddStep>? = .ofNodes(done: "added")

    let arguments: Arguments
    init(_ arguments: Arguments) { self.arguments = arguments }

    /// The nodes beside the new ones stay as they are.
    var keepsLinks: Bool { true }

    static func refusalInTransaction(_ invocation: Invocation) -> String? {
        "TimescaleDB adds no node in a transaction"
    }

    func work(_ context: CommandContext) async throws -> StepwiseWork<NodeAddStep> {
        let cluster = context.cluster
        // What the server can do comes with its nodes.
        let nodes = try await cluster.nodes()
        let capabilities = try await cluster.capabilities()
        let facts = try await cluster.facts()
        let password = try await PasswordOptions.password(arguments, context)
        if password != nil, !capabilities.isSuperuser {
            try await context.tellOfServerLog(ofMappings: arguments[Self.mapPassword])
        }
        var steps: [NodeAddStep] = []
        var unchanged: [String] = []
        var refused: [String: Failure] = [:]
        var candidates: [NodeCandidate] = []
        for node in try newNodes(password) {
            let name = node.name.text
            let isPresent = nodes.contains { $0.name == name }
            steps.append(NodeAddStep(node, capabilities, isPresent: isPresent, at: cluster))
            if node.ifNotExists, let present = nodes.first(where: { $0.name == name }) {
                unchanged.append(Self.tell(node, present, context.output))
            }
            if isPresent, !node.ifNotExists {
                // To a run the server says so, which may find it otherwise by then.
                var failure = Failure(
                    "server \"\(name)\" already exists", remedy: "--if-not-exists leaves a node that is there as it is")
                (failure.node, failure.sqlstate) = (name, "42710")
                refused[name] = failure
            }
            if isPresent { continue }
            let address = ServerAddress(
                name: name, host: node.host, port: node.port ?? facts.node.port,
                database: node.database ?? capabilities.database, password: password)
            candidates.append(NodeCandidate(address, bootstraps: node.bootstrap))
        }
        if !candidates.isEmpty {
            let preflight = try await cluster.preflight(candidates, beside: nodes, facts)
            try refuseUnfit(candidates.map(\.address.name), preflight, context.output)
            for index in steps.indices {
                steps[index].candidate = candidates.first { $0.address.name == steps[index].name }
                steps[index].lackedDatabase = preflight.withoutDatabase.contains(steps[index].name)
            }
        }
        // The first node makes the database an access node; two at once would each try to.
        let operation = Operation(steps, parallel: 8, beginsAlone: capabilities.role != .accessNode)
        var work = StepwiseWork(operation, unchanged: unchanged)
        work.refused = refused
        if arguments[Self.mapPassword], let password {
            let user = try RoleName(capabilities.user)
            let mappings = steps.contains { $0.plan.isEmpty } ? try await cluster.userMappings() : UserMappings()
            for step in steps {
                // A node that is there is left as it is, but for what it lacks.
                if let entry = mappings.entry(of: user.text, on: step.name),
                    entry.holdsPassword || entry.login != user.text
                {
                    work.unchanged.append("the user mapping of \(user) on \(step.name) is left as it is")
                    continue
                }
                let mapping = mappings.mapping(.role(user), on: step.name, as: user, givesPassword: true)
                work.behind[step.name] = UserMappings.plan(mapping, password: password, capabilities)
            }
        }
        return work
    }

    func outcome(
        _ records: [StepRecord<NodeAddStep>], of work: StepwiseWork<NodeAddStep>, _ context: CommandContext
    ) async throws -> Outcome {
        var parts = PartialOutcome(unchanged: work.unchanged)
        var present: [String] = []
        for record in records {
            let name = record.step.name
            switch record.outcome {
            case .unneeded:
                present.append(name)
                guard let plan = work.behind[name] else { continue }
                parts.add(name, await mapped(name, by: plan, context), record.milliseconds)
            case .done:
                let done = Outcome(text: ["node \(name) added (\(record.step.place))"], changed: true)
                parts.add(name, .success(done), record.milliseconds)
            case .failed(let error), .passedOver(let error):
                let failure = await looking(at: Failure(error), of: record.step, records.count, context)
                parts.add(name, .failure(failure), record.milliseconds)
            case .unknown(let error): parts.add(name, .failure(Failure(unknown: error)), record.milliseconds)
            case .notBegun(let error):
                parts.add(name, .failure(error.map { Failure($0) } ?? .interrupted), record.milliseconds)
            }
        }
        if parts.hasChanged { await context.cluster.connection.forgetServer() }
        let added = records.filter { if case .done = $0.outcome { true } else { false } }.map(\.step.name)
        var failures: [Failure] = []
        do {
            failures = try await map(added, work, context)
            failures += try await turnedAway(
                (added + present).filter { name in !failures.contains { $0.node == name } }, context)
        } catch {
            // What is added is told as added, whatever comes of what follows.
            var failure = Failure(thrown: error)
            failure.message =
                "the nodes are there, and whether the access node gets in is not known: \(failure.message)"
            failures.append(failure)
        }
        do {
            var outcome = try parts.outcome(of: arguments)
            outcome.add(turnedAway: failures)
            return outcome
        } catch {
            for failure in failures { context.output.message(lines: failure.hiding(context.output.hiding).text) }
            throw error
        }
    }

    /// Makes the user mappings of nodes that are added.
    ///
    /// - Returns: why some were not made.
    private func map(
        _ added: [String], _ work: StepwiseWork<NodeAddStep>, _ context: CommandContext
    ) async throws -> [Failure] {
        let user = try await context.cluster.capabilities().user
        var failures: [Failure] = []
        for name in added {
            guard let plan = work.behind[name] else { continue }
            do throws(ClusterError) {
                try await context.cluster.carryOut(plan)
            } catch {
                var failure = Failure(error)
                failure.message = "the node is added, and the user mapping of \(user) is not made: \(error.message)"
                (failure.node, failure.status) = (name, .partial)
                failure.remedy =
                    "'role map \(Quoting.word(user)) --on \(Quoting.word(name)) --as \(Quoting.word(user)) --password-prompt' "
                    + "makes it"
                failures.append(failure)
            }
        }
        return failures
    }

    /// Makes the user mapping of a node that was there before.
    private func mapped(
        _ name: String, by plan: Plan, _ context: CommandContext
    ) async -> Result<Outcome, Failure> {
        do throws(ClusterError) {
            let user = try await context.cluster.capabilities().user
            try await context.cluster.carryOut(plan)
            return .success(Outcome(text: ["\(user) is \(user) on \(name), with a password"], changed: true))
        } catch {
            return .failure(Failure(error))
        }
    }

    /// The nodes that were added with a password, or found, and where the access node does not get in without it.
    private func turnedAway(_ added: [String], _ context: CommandContext) async throws -> [Failure] {
        guard PasswordOptions.areGiven(in: arguments), !added.isEmpty else { return [] }
        let user = try await context.cluster.capabilities().user
        let nodes = try await context.cluster.nodes().filter { added.contains($0.name) }
        return try await context.turnedAway(nodes) { node in
            "TimescaleDB keeps the password of 'node add' nowhere: \(ReachCheck.wayIn(node, as: user, login: user))"
        }
    }

    /// What became of the server of a node that was not added: TimescaleDB makes its database at once, and what it has
    /// made there stays.
    private func looking(
        at failure: Failure, of step: NodeAddStep, _ count: Int, _ context: CommandContext
    ) async -> Failure {
        guard let candidate = step.candidate, let look = await context.cluster.preflightAgain(candidate) else {
            return failure
        }
        let unfit = look.findings.first { $0.severity == .error }
        let isMade = step.lackedDatabase && look.withoutDatabase.isEmpty
        guard isMade || unfit != nil else { return failure }
        var failure = failure
        if isMade {
            failure.done.append("the database \(candidate.address.database) of \(step.name) was created")
            failure.mayHaveChanged = true
            if failure.status == .failed { failure.status = .partial }
        }
        if let unfit {
            // It was fit before.
            failure.remedy =
                "the database there is made a data node already, and the access node does not know it; before it is added "
                + "again: \(unfit.remedy)"
        } else {
            failure.remedy = "run it again: it goes on with what is there"
        }
        if count == 1 { failure.rest = arguments.command(forRemaining: [step.name]) }
        return failure
    }

    private func newNodes(_ password: String?) throws(MultiNodeError) -> [NewNode] {
        let names = arguments[Self.names].map(\.text)
        let hosts = arguments.paired(Self.host, count: names.count)
        let ports = arguments.paired(Self.port, count: names.count)
        let databases = arguments.paired(Self.database, count: names.count)
        return try names.indices.map { index throws(MultiNodeError) in
            var node = NewNode(
                try NodeName(names[index]), host: hosts[index]?.text ?? "",
                port: ports[index].flatMap { Int($0.text) }, database: databases[index]?.text)
            node.password = password
            node.bootstrap = !arguments[Self.noBootstrap]
            node.ifNotExists = arguments[Self.ifNotExists]
            return node
        }
    }

    /// Says of a node that is there whether it is where the command looks for it.
    private static func tell(_ node: NewNode, _ present: DataNode, _ output: Output) -> String {
        let address = NodeAddress(host: node.host, port: node.port, database: node.database)
        let differences = address.differences(from: present)
        if differences.isEmpty { return "node \(present.name) exists" }
        let told =
            "node \(present.name) exists; its address differs: "
            + differences.map(\.text).joined(separator: "; ")
        let options = differences.map { "--\($0.what) \(Quoting.word($0.wanted))" }.joined(separator: " ")
        output.message(
            "warning: node \(present.name) differs from what is asked for, and is left as it is\n  help: where the same database is reached there now, "
                + "'node alter \(Quoting.word(present.name)) \(options)'")
        return told
    }

    /// Says what was found out about servers.
    ///
    /// - Throws: where one can't become a data node, unless it is forced.
    private func refuseUnfit(_ names: [String], _ preflight: NodePreflight, _ output: Output) throws(Failure) {
        for (node, reason, help) in preflight.unchecked {
            let advice: Message = help.map { "\n  help: \(lines: $0)" } ?? ""
            output.message("note: \(node) was not checked from here: \(reason)\(advice)")
        }
        for finding in preflight.findings {
            output.message(
                "\(finding.severity.rawValue): \(finding.place): \(finding.text)\n  help: \(lines: finding.remedy)")
        }
        let errors = preflight.findings.filter { $0.severity == .error }
        guard !errors.isEmpty, !arguments[Self.force] else { return }
        let unfit = names.filter { name in errors.contains { $0.place == name } }
        let what = unfit.count == 1 ? "a data node" : "data nodes"
        var failure = Failure(
            "nothing was added: \(unfit.listed) can't become \(what)",
            remedy: "--force tries all the same")
        failure.nodes = unfit.map { name in
            NodeOutcome(name, ok: false, message: errors.first { $0.place == name }?.text)
        }
        throw failure
    }
}
