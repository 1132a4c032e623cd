import ClusterAccess
import MultiNode

/// What `check` finds on the data nodes one by one, and what it compares between them afterwards.
struct NodeFindings {
    private let accessNode: Capabilities
    private let clock: ClockReading
    /// Compares grants with the access node's; nil where there is no distributed hypertable.
    private let comparison: GrantComparison?
    /// Whether the access node reaches the nodes, by node.
    private let reach: [String: AccessNodeReach]
    /// As which roles it goes there.
    let mappings: UserMappings
    /// The access node's passfile, if libpq passes it by for its mode.
    var ignoredPassfile: String?
    /// How many nodes it knows of.
    private(set) var count = 0
    private(set) var findings: [Finding] = []
    /// What answers at the address of each node that could be asked.
    private(set) var addresses: [AddressCheck.Answer] = []
    /// The roles of their servers.
    private(set) var roles: [Answer<DataNode, RoleSurvey.Remote>] = []
    /// The numbers of the chunks that nodes lack.
    private(set) var missingChunks: [(node: String, chunks: Set<Int>)] = []
    /// What nodes have that the access node does not know.
    private(set) var strays: [(node: String, parts: StrayParts)] = []
    /// The tables of nodes with rows of chunks that nothing else may have.
    private(set) var kept: [(node: String, tables: [KeptTable])] = []
    /// The chunks of nodes to which rows were added since they were compressed.
    private(set) var addedRows: [(node: String, numbers: [Int])] = []
    /// The chunks that nodes have as compressed.
    private(set) var compressed: [String: Set<Int>] = [:]
    /// What is granted on nodes, and the roles there.
    private var grants: [(node: String, grants: ServerGrants, roles: [String: DatabaseRole])] = []
    /// To which points the nodes were restored.
    private(set) var histories: [(node: String, history: RecoveryHistory)] = []

    /// - Parameter clock: the access node's.
    init(
        beside accessNode: Capabilities, _ clock: ClockReading, comparing comparison: GrantComparison?,
        reach: [String: AccessNodeReach], _ mappings: UserMappings
    ) {
        self.reach = reach
        self.mappings = mappings
        self.accessNode = accessNode
        self.clock = clock
        self.comparison = comparison
    }

    /// - Parameters:
    ///   - databases: those of the node's server, where it has no longer the node's.
    ///   - committed: the prepared transactions that the access node has in its log of commits.
    ///   - snapshot: the access node's; nil where it did not tell, and so nothing is known of the transactions.
    mutating func add(
        _ answer: Answer<DataNode, NodeExamination>, _ databases: ServerDatabases? = nil,
        committed: Set<String>, _ snapshot: TransactionSnapshot?
    ) {
        let node = answer.item
        count += 1
        findings += ClusterCheck.availability(node, answers: answer.error == nil)
        switch answer.result {
        case .failure(let error):
            findings += unreached(node, error, databases)
        case .success(.stranger(let state, let mismatch)):
            addresses.append(.init(node, state, mismatch))
        case .success(.node(let answered)):
            let inspection = answered.inspection
            let check = inspection.check(node.name, beside: accessNode, clock)
            addresses.append(.init(node, answered.state, nil))
            findings += check.ofServer + check.ofDatabase
            if let silence = answered.silence {
                let reach: ClusterCheck.Reach = silence.kind == .timedOut ? .hanging : .down
                findings.append(ClusterCheck.unreached(node, reach, silence.summary))
            } else if let error = reach[node.name]?.error {
                findings.append(beyondAccessNode(node, error))
            }
            add(answered, of: node, milliseconds: answer.milliseconds)
            if let history = inspection.facts.node.recovery { histories.append((node.name, history)) }
            findings += ClusterCheck.idleSlots(on: node.name, inspection.facts.node)
            findings += ClusterCheck.leftHaste(on: node, inspection.facts.node)
            if let snapshot {
                findings += ClusterCheck.transactions(
                    on: node, inspection.transactions, committed: committed, snapshot)
            }
        }
    }

    /// Adds what the node told of its parts. Where it fell silent meanwhile, nothing more is to be said of the others.
    private mutating func add(_ answered: NodeExamination.Answers, of node: DataNode, milliseconds: Double) {
        func isRefused(_ error: ClusterError) -> Bool { !error.isSilence }
        if answered.roles.error.map(isRefused) ?? true {
            roles.append(Answer(item: node, result: answered.roles, milliseconds: milliseconds))
        }
        switch answered.missingChunks {
        case .success(let chunks): if !chunks.isEmpty { missingChunks.append((node.name, chunks)) }
        case .failure(let error) where isRefused(error):
            findings.append(ClusterCheck.uncountedChunks(of: node.name, error.summary))
        case .failure: break
        }
        switch answered.strays {
        case .success(let parts): if !parts.isEmpty { strays.append((node.name, parts)) }
        case .failure(let error) where isRefused(error):
            findings.append(ClusterCheck.unreadStrays(of: node.name, error.summary))
        case .failure: break
        }
        // Where it refuses that, it refuses what comes before, too.
        if let numbers = try? answered.addedRows.get(), !numbers.isEmpty { addedRows.append((node.name, numbers)) }
        if let numbers = try? answered.compressed.get() { compressed[node.name] = numbers }
        if let tables = try? answered.kept.get(), !tables.isEmpty { kept.append((node.name, tables)) }
        if let tables = try? answered.wrongTriggers.get() {
            findings += ClusterCheck.wrongTriggers(on: node.name, tables)
        }
        switch (answered.grants, comparison) {
        case (.success(let grants), let comparison?):
            findings += comparison.findings(on: node.name, grants)
            // Where the roles can't be read, that is told.
            if let roles = try? answered.roles.get() { self.grants.append((node.name, grants, roles.roles)) }
        case (.failure(let error), _) where isRefused(error):
            findings.append(ClusterCheck.unreadGrants(of: node.name, error.summary))
        default: break
        }
    }

    /// How grants differ.
    ///
    /// - Parameter roles: the access node's.
    func grantFindings(_ roles: [DatabaseRole]) -> [Finding] {
        let own = Set(roles.map(\.name))
        return grants.flatMap { node, grants, roles in
            comparison?.differences(on: node, grants, roles: roles, ownRoles: own).map(\.finding) ?? []
        }
    }

    /// Whether nobody reaches a node, so that its data is away. One that turns a role away, or a question, is there.
    func isLost(_ node: DataNode, _ error: ClusterError?) -> Bool {
        guard let error else { return false }
        if !error.isOfOpening { return [.connectionLost, .timedOut].contains(error.kind) }
        let probe = Probe(node, failing: error, fromAccessNode: reach[node.name])
        return ![.up, .refused].contains(probe.stateFromAccessNode)
    }

    /// - Parameter error: why tscl itself does not reach it.
    private func unreached(_ node: DataNode, _ error: ClusterError, _ databases: ServerDatabases?) -> [Finding] {
        let ofHere = ClusterCheck.unreached(node, Self.reach(of: error, databases), error.summary)
        guard error.isOfOpening else { return [ofHere] }
        let probe = Probe(node, failing: error, fromAccessNode: reach[node.name])
        if error.isUnproved {
            return [ofHere] + (reach[node.name]?.error.map { [beyondAccessNode(node, $0)] } ?? [])
        }
        switch (probe.state, probe.stateFromAccessNode) {
        case (_, nil): return [ofHere]
        // One fault, seen from two places.
        case (.refused, .refused) where error.refusal?.isForAll == true: return [ofHere]
        case (.down, .down), (.hanging, .down):
            return [ClusterCheck.unreached(node, .down, probe.remark ?? error.summary)]
        case (.down, .hanging), (.hanging, .hanging):
            return [ClusterCheck.unreached(node, .hanging, probe.remark ?? error.summary)]
        default:
            let beyond = reach[node.name]?.error.map { beyondAccessNode(node, $0) }
            return [beyond].compactMap(\.self) + [ReachCheck.unseen(node.name, error.summary)]
        }
    }

    /// - Parameter error: why the access node does not reach it.
    private func beyondAccessNode(_ node: DataNode, _ error: ClusterError) -> Finding {
        let isHanging = if case .hanging = reach[node.name] { true } else { false }
        return ReachCheck.unreached(
            node, as: accessNode.user, mappedTo: mappings.name(of: accessNode.user, on: node.name),
            isShared: mappings.isByPublic(accessNode.user, on: node.name), ignoredPassfile: ignoredPassfile,
            error.summary, isHanging: isHanging)
    }

    private static func reach(of error: ClusterError, _ databases: ServerDatabases?) -> ClusterCheck.Reach {
        switch error.kind {
        case .timedOut: .hanging
        case .passwordNeeded: .needsPassword
        case .passwordRejected: .refused(.passwordIsWrong)
        case .connectionFailed where error.isUnproved: .unproved(remedy: error.remedy)
        case .connectionFailed: error.isAnswered ? .refused(error.refusal, databases) : .down
        case .refused, .mismatched: .untold(remedy: error.remedy)
        case .connectionLost, .interrupted: .down
        }
    }
}
