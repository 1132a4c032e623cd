import ClusterAccess
import CommandLanguage
import MultiNode
import Postgres
import Rendering

struct CheckCommand: Command {
    static let syntax = CommandSyntax(
        "check", group: .session, "Look for every fault that is known, and say what mends each",
        details: """
            It only reads. The access node and each data node are asked directly, side by side, each for at most 5 \
            seconds; one that does not answer is a finding and holds up nothing. The access node is asked, too, whether it \
            reaches them, because the cluster works that way: where only tscl can't reach a node, that is a note; where \
            it reaches a node, but not as each role that has been granted it, that is a warning. The status is 5 when there \
            is an error, and 0 when there are warnings and notes at most.
            """,
        examples: ["check", "check --format json"])

    static let columns: [Table.Column] = [
        .state("severity"), "where", "finding", "remedy",
    ]

    init(_ arguments: Arguments) {}

    func run(_ context: CommandContext) async throws -> Outcome {
        let cluster = context.cluster
        // Another session may have changed the cluster since this one read it.
        cluster.connection.forgetServer()
        let (capabilities, nodes, _) = try await cluster.serverAndNodes()
        if let refusal = capabilities.refusal {
            let remedy = "tscl manages TimescaleDB 2.0 to 2.13 from its access node: -h, -p and -d name it"
            return Self.outcome([Finding(.error, Finding.accessNode, refusal, remedy: remedy)], nodes: [])
        }
        let link = try await cluster.link()
        let began = Cluster.clock
        let lists = try await cluster.ask(CheckList.questions(capabilities), on: link)
        let facts = ServerFacts(row: try lists.records(.facts).first ?? [:], from: began, to: lists.firstAnswered)
        var findings = ClusterCheck.accessNode(capabilities, primary: try lists[.primary].get().value)
        findings += SessionCheck(facts.node, of: Finding.accessNode).findings
        findings += try lists.jobFindings(capabilities, hasNodes: !nodes.isEmpty)
        let inventory = ChunkInventory(try lists.records(.inventory))
        let tables = SharedTables(try lists.records(.tables))
        let mappings = UserMappings(try lists.records(.mappings))
        async let granted = cluster.result { () throws(ClusterError) in try await cluster.grantComparison(tables) }
        async let file = cluster.result { () throws(ClusterError) in try await cluster.passfile() }
        async let ways = Self.ways(cluster, nodes, capabilities, try? lists.records(.users), mappings)
        let answers = await cluster.onEach(nodes) { node throws(ClusterError) in
            try await cluster.examine(
                node, beside: capabilities, expecting: inventory.chunks(on: node.name), sharing: tables)
        }
        var (reach, others) = await ways
        if !capabilities.canPingWithTimeout {
            // The access node would wait for a node that hangs as long as that does, and could not be stopped.
            let answering = answers.filter { $0.error?.kind != .timedOut }.map(\.item)
            reach = await cluster.reachFromAccessNode(answering, within: cluster.remaining(atMost: .seconds(10)) / 2)
        }
        let comparison = try await granted.get()
        let passfile = await file
        var found = NodeFindings(
            beside: capabilities, facts.clock, comparing: comparison, reach: reach, mappings)
        do throws(ClusterError) {
            findings += try await Self.comparison(
                of: answers, &found, beside: lists, inventory, passfile, cluster, capabilities, nodes,
                facts.node.recovery)
        } catch {
            // What was found so far is told all the same; where nothing is known of it, the nodes' own answers are.
            guard error.isSilence || error.isAccessNodeUnreachable else { throw error }
            for answer in answers.dropFirst(found.count) { found.add(answer, committed: [], nil) }
            findings += found.findings
            findings.append(ClusterCheck.unfinished(error.summary))
        }
        findings += others.findings
        let promotion = await PromotionFindings(nodes, by: lists[.migrations], context)
        findings = promotion.findings + findings.filter { !promotion.hides($0) }
        findings += await UndoFindings.findings(by: lists[.migrations], cluster)
        // After an interrupt some questions were not asked, so the findings would be incomplete.
        try Task.checkCancellation()
        let outcomes = answers.map { answer in
            var outcome = NodeOutcome(answer)
            if case .reached = reach[answer.item.name], !found.isLost(answer.item, answer.error) { outcome.ok = true }
            if answer.error == nil, let error = reach[answer.item.name]?.error {
                outcome = NodeOutcome(answer.item.name, error, milliseconds: answer.milliseconds)
            }
            if case .success(.stranger(_, let mismatch)) = answer.result {
                (outcome.ok, outcome.message) = (false, mismatch.text(answer.item))
            }
            return outcome
        }
        return Self.outcome(findings, nodes: outcomes)
    }

    /// What comes of the nodes' answers beside what the access node knows.
    ///
    /// - Parameter found: gets the answers one by one, and so has what was found where the access node fails meanwhile.
    private static func comparison(
        of answers: [Answer<DataNode, NodeExamination>], _ found: inout NodeFindings,
        beside lists: NamedAnswers<CheckList>, _ inventory: ChunkInventory,
        _ passfile: Result<AccessNodePassfile, ClusterError>,
        _ cluster: Cluster, _ capabilities: Capabilities, _ nodes: [DataNode], _ recovery: RecoveryHistory?
    ) async throws(ClusterError) -> [Finding] {
        let prepared = answers.compactMap(\.value).flatMap { $0.transactions.map(\.gid) }
        let silent = answers.filter { [found] in found.isLost($0.item, $0.error) }.map(\.item.name)
        let (committed, snapshot, sole) = try await cluster.verdicts(
            on: prepared, with: silent.isEmpty ? [] : [SoleReplicas.list(on: silent)])
        let databases = await cluster.databases(
            onServersOf: answers.filter { $0.error?.refusal == .databaseIsMissing }.map(\.item), among: nodes,
            capabilities)
        let passfile = try passfile.get()
        found.ignoredPassfile = passfile.isIgnored ? passfile.path : nil
        for answer in answers {
            found.add(answer, databases[answer.item.name], committed: committed, snapshot)
        }
        let lost = try lists.records(.lost).map { LostNode(row: $0) }
        let exchanged = try lists.records(.exchanged).map { RenamedServer(row: $0) }
        var findings =
            AddressCheck(found.addresses, ownServer: capabilities.server, lost: lost, exchanged: exchanged).findings
        if !found.missingChunks.isEmpty || !found.strays.isEmpty {
            // Chunks that were dropped meanwhile are in it no more, and those that were made are.
            let now = try await Self.inventory(cluster)
            let inDoubt = Self.inDoubt(answers)
            findings += found.missingChunks.flatMap {
                now.findings(of: $0.node, lacking: $0.chunks, inDoubt: inDoubt[$0.node] ?? 0)
            }
            // What a transaction in doubt has dropped there is still to be seen.
            findings += try await Self.strayFindings(
                found.strays.filter { inDoubt[$0.node] == nil }, now, cluster, capabilities,
                nodes: Set(nodes.map(\.name)), wasRestored: recovery?.wasRestored ?? false)
        }
        if !found.addedRows.isEmpty {
            // It is asked behind the nodes, so that it knows of what they were told before.
            let unnoted = try await cluster.send(UnnotedRows.query(found.addedRows)).records
            findings += UnnotedRows.list(unnoted).map(\.finding)
        }
        var unlike = inventory.compressedOtherwise(than: found.compressed)
        if !capabilities.keepsStatusOfCopies {
            unlike.merge(inventory.parts(of: found.addedRows)) { $0.merging($1) { $0.union($1) } }
        }
        if !unlike.isEmpty {
            findings += try await CompressionFindings.list(
                unlike, cluster, among: nodes.filter { found.compressed[$0.name] != nil },
                withNotes: !capabilities.keepsStatusOfCopies)
        }
        if !found.kept.isEmpty {
            findings += try await KeptFindings.list(found.kept, cluster, among: nodes, capabilities)
        }
        findings += RecoveryHistory.findings(recovery, found.histories)
        if passfile.isIgnored, let path = passfile.path, let mode = passfile.shownMode {
            findings.append(ReachCheck.ignoredPassfile(path, mode: mode))
        }
        findings += try sole.first?.get().records.map { SoleReplicas(row: $0).finding } ?? []
        findings += try lists.chunkFindings()
        let survey = try RoleSurvey(lists.survey, beside: found.roles, on: capabilities)
        findings += ClusterCheck.roles(survey.sharedRoles.flatMap { survey.differences(of: $0) })
        findings += found.grantFindings(survey.own)
        findings += survey.answers.compactMap { answer in
            answer.error.map { ClusterCheck.unreadRoles(of: answer.item.name, $0.summary) }
        }
        findings = found.findings + findings
        return findings
    }

    /// Whether the access node reaches the nodes, as the connected role and as others, if it can be asked without waiting
    /// for one that hangs. Where the access node can't be asked, what else it is asked tells that.
    ///
    /// - Parameter users: the rows of ``NodeUsers/list``.
    private static func ways(
        _ cluster: Cluster, _ nodes: [DataNode], _ capabilities: Capabilities, _ users: [[String: String?]]?,
        _ mappings: UserMappings
    ) async -> (reach: [String: AccessNodeReach], others: WaysOfOtherRoles) {
        guard capabilities.canPingWithTimeout else { return ([:], .none) }
        // For both together: the others wait no longer than the nodes' own answers take at most.
        let limited = cluster.limitedForQuestion()
        let reach = await limited.reachFromAccessNode(nodes, within: limited.remaining(atMost: .seconds(5)))
        let others = await WaysOfOtherRoles.ask(limited, nodes, own: capabilities.user, users ?? [], reach, mappings)
        return (reach, others)
    }

    /// How many transactions of TimescaleDB are prepared on nodes, by node; only those that have any.
    private static func inDoubt(_ answers: [Answer<DataNode, NodeExamination>]) -> [String: Int] {
        let counts = answers.map { answer in
            (answer.item.name, answer.value?.transactions.count { $0.gid.hasPrefix("ts-") } ?? 0)
        }
        return Dictionary(uniqueKeysWithValues: counts).filter { $0.value > 0 }
    }

    private static func strayFindings(
        _ strays: [(node: String, parts: StrayParts)], _ now: ChunkInventory, _ cluster: Cluster,
        _ capabilities: Capabilities, nodes: Set<String>, wasRestored: Bool
    ) async throws(ClusterError) -> [Finding] {
        if strays.isEmpty { return [] }
        let tables = try await cluster.sharedTables()
        let row = try await cluster.send(StrayParts.LastNumbers.query(capabilities)).records.first
        let last = StrayParts.LastNumbers(row: row ?? [:])
        return strays.flatMap {
            $0.parts.findings(
                on: $0.node, tables, chunks: now.chunks(on: $0.node), last, nodes: nodes, wasRestored: wasRestored)
        }
    }

    private static func inventory(_ cluster: Cluster) async throws(ClusterError) -> ChunkInventory {
        ChunkInventory(try await cluster.send(ChunkInventory.list).records)
    }

    /// Lists errors before warnings, and otherwise keeps the order in which the places were checked.
    private static func outcome(_ findings: [Finding], nodes: [NodeOutcome]) -> Outcome {
        let errors = findings.filter { $0.severity == .error }
        let ordered = errors + [.warning, .note].flatMap { rank in findings.filter { $0.severity == rank } }
        var outcome = Outcome(
            table: Table(
                columns: Self.columns,
                rows: ordered.map {
                    [.text($0.severity.rawValue), .text($0.place), .text($0.text), .text($0.remedy)]
                }), nodes: nodes, status: errors.isEmpty ? .done : .notHealthy)
        outcome.text = ordered.map { finding in
            let message: Message =
                "\(finding.severity.rawValue): \(finding.place): \(finding.text)\n  help: \(lines: finding.remedy)"
            return message.text
        }
        outcome.keepsLineEnds = true
        if !errors.isEmpty {
            var places: [String] = []
            for error in errors where !places.contains(error.place) { places.append(error.place) }
            outcome.complaint = "\(errors.count.counted("error")) found: \(places.listed)"
        }
        if ordered.isEmpty {
            outcome.text = ["nothing found on the access node and \(nodes.count.counted("data node"))"]
        }
        return outcome
    }
}
