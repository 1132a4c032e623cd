import ClusterAccess
import MultiNode

/// What `check` finds on the data nodes one by one, and what it compares between them afterwards.
struct NodeFindings {
    private let accessNode: Capabilities
    private let clock: ClockReading
    /// Whether the access node reaches the nodes, by node.
    private let reach: [String: AccessNodeReach]
    /// As which roles it goes there.
    private let mappings: UserMappings
    private(set) var findings: [Finding] = []
    /// The nodes that answered, with the system identifiers of their servers.
    private(set) var present: [(node: String, systemIdentifier: String?)] = []
    /// The roles of their servers.
    private(set) var roles: [Answer<DataNode, RoleSurvey.Remote>] = []
    /// The numbers of the chunks that nodes lack.
    private(set) var missingChunks: [(node: String, chunks: Set<Int>)] = []

    /// - Parameter clock: the access node's.
    init(
        beside accessNode: Capabilities, _ clock: ClockReading, reach: [String: AccessNodeReach] = [:],
        _ mappings: UserMappings = UserMappings()
    ) {
        self.reach = reach
        self.mappings = mappings
        self.accessNode = accessNode
        self.clock = clock
    }

    /// - Parameter verdict: what the access node has decided about a prepared transaction.
    mutating func add(
        _ answer: Answer<DataNode, NodeExamination>,
        _ verdict: (InDoubtTransaction) -> InDoubtTransaction.Verdict
    ) {
        let node = answer.item
        findings += ClusterCheck.availability(node)
        switch answer.result {
        case .failure(let error):
            findings += unreached(node, error)
        case .success(.stranger(let stranger)):
            findings.append(stranger)
        case .success(.node(let answered)):
            if let error = reach[node.name]?.error { findings.append(beyondAccessNode(node, error)) }
            let inspection = answered.inspection
            let check = inspection.check(node.name, beside: accessNode, clock)
            present.append((node.name, inspection.server.systemIdentifier))
            roles.append(Answer(item: node, result: answered.roles, milliseconds: answer.milliseconds))
            findings += check.ofServer + check.ofDatabase
            switch answered.missingChunks {
            case .success(let chunks): if !chunks.isEmpty { missingChunks.append((node.name, chunks)) }
            case .failure(let error): findings.append(ClusterCheck.uncountedChunks(of: node.name, error.summary))
            }
            findings += ClusterCheck.idleSlots(on: node.name, inspection.facts.node)
            findings += ClusterCheck.transactions(on: node.name, inspection.transactions.map { ($0, verdict($0)) })
        }
    }

    /// Whether nobody reaches a node, so that its data is away. One that turns a role away is there for others.
    func isLost(_ node: DataNode, _ error: ClusterError?) -> Bool {
        guard let error else { return false }
        let probe = Probe(node, failing: error, fromAccessNode: reach[node.name])
        return !error.isOfOpening || ![.up, .refused].contains(probe.stateFromAccessNode)
    }

    /// - Parameter error: why tscl itself does not reach it.
    private func unreached(_ node: DataNode, _ error: ClusterError) -> [Finding] {
        let ofHere = ClusterCheck.unreached(node.name, Self.reach(of: error), error.summary)
        guard error.isOfOpening else { return [ofHere] }
        let probe = Probe(node, failing: error, fromAccessNode: reach[node.name])
        switch (probe.state, probe.stateFromAccessNode) {
        case (_, nil): return [ofHere]
        // One fault, seen from two places.
        case (.down, .down), (.hanging, .down):
            return [ClusterCheck.unreached(node.name, .down, probe.remark ?? error.summary)]
        case (.down, .hanging), (.hanging, .hanging):
            return [ClusterCheck.unreached(node.name, .hanging, probe.remark ?? error.summary)]
        default:
            let beyond = reach[node.name]?.error.map { beyondAccessNode(node, $0) }
            return [beyond].compactMap(\.self) + [ReachCheck.unseen(node.name, error.summary)]
        }
    }

    /// - Parameter error: why the access node does not reach it.
    private func beyondAccessNode(_ node: DataNode, _ error: ClusterError) -> Finding {
        let isHanging = if case .hanging = reach[node.name] { true } else { false }
        return ReachCheck.unreached(
            node, as: accessNode.user, mappedTo: mappings.name(of: accessNode.user, on: node.name), error.summary,
            isHanging: isHanging)
    }

    private static func reach(of error: ClusterError) -> ClusterCheck.Reach {
        switch Probe.State(error) {
        case .hanging: .hanging
        case .refused: .refused
        case .up, .down, .interrupted: .down
        }
    }
}
