import ClusterAccess
import MultiNode

/// What `check` finds on the data nodes one by one, and what it compares between them afterwards.
struct NodeFindings {
    private let accessNode: Capabilities
    private let clock: ClockReading
    private(set) var findings: [Finding] = []
    /// What answers at the address of each node that could be asked.
    private(set) var addresses: [AddressCheck.Answer] = []
    /// The roles of their servers.
    private(set) var roles: [Answer<DataNode, RoleSurvey.Remote>] = []
    /// The numbers of the chunks that nodes lack.
    private(set) var missingChunks: [(node: String, chunks: Set<Int>)] = []

    /// - Parameter clock: the access node's.
    init(beside accessNode: Capabilities, _ clock: ClockReading) {
        self.accessNode = accessNode
        self.clock = clock
    }

    /// - Parameters:
    ///   - databases: those of the node's server, where it has no longer the node's.
    ///   - verdict: what the access node has decided about a prepared transaction.
    mutating func add(
        _ answer: Answer<DataNode, NodeExamination>, _ databases: ServerDatabases? = nil,
        _ verdict: (InDoubtTransaction) -> InDoubtTransaction.Verdict
    ) {
        let node = answer.item
        findings += ClusterCheck.availability(node)
        switch answer.result {
        case .failure(let error):
            findings.append(ClusterCheck.unreached(node.name, Self.reach(of: error, databases), error.summary))
        case .success(.stranger(let state, let mismatch)):
            addresses.append(.init(node, state, mismatch))
        case .success(.node(let answered)):
            let inspection = answered.inspection
            let check = inspection.check(node.name, beside: accessNode, clock)
            addresses.append(.init(node, answered.state, nil))
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

    private static func reach(of error: ClusterError, _ databases: ServerDatabases?) -> ClusterCheck.Reach {
        switch error.kind {
        case .timedOut: .hanging
        case .passwordNeeded: .needsPassword
        case .passwordRejected: .refused(.passwordIsWrong)
        case .connectionFailed: error.isAnswered ? .refused(error.refusal, databases) : .down
        case .refused, .mismatched: .untold(remedy: error.remedy)
        case .connectionLost, .interrupted: .down
        }
    }
}
